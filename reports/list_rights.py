"""Which lists somebody may not see at all: neither their rows nor views of them."""

from typing import Any

from reports.enums import LIST_RIGHTS, WHOLE_LIST_RIGHTS, ListName
from schools.access import has_right, has_right_everywhere


def lists_hidden_from(user: Any) -> set[ListName]:
    lacking = {name for name, right in LIST_RIGHTS.items() if not has_right(user, right)}
    return lacking | {name for name, right in WHOLE_LIST_RIGHTS.items() if not has_right_everywhere(user, right)}
