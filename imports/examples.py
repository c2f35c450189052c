"""The example row of a template: marked in its first cell, and left out where somebody leaves it in."""

import re

from django.utils.translation import gettext as _

_MARK = re.compile(r"\s*(beispiel|example)\s*:", re.I)


def as_example(text: str) -> str:
    """The first cell of an example row."""
    return _("Example: %(text)s") % {"text": text}


def is_example(text: object) -> bool:
    """Whether the first cell of a row says, in either language, that the row is an example."""
    return type(text) is str and _MARK.match(text) is not None
