"""Main navigation: which areas there are, and which of them somebody sees."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.access import Right, has_right, only_school_of, sees_everything


@dataclass(frozen=True, slots=True)
class Area:
    """One entry. ``is_wide``: of no use to somebody who sees one school only."""

    label: Promise | str
    url_name: str
    right: Right
    is_wide: bool = False


AREAS = (
    Area(_("Overview"), "web:dashboard", Right.SEE),
    Area(_("Schools"), "web:school_list", Right.SEE, is_wide=True),
    Area(_("Devices"), "web:device_list", Right.SEE),
    Area(_("Deliveries"), "web:order_list", Right.BOOK),
    Area(_("Construction sites"), "web:project_list", Right.SEE),
    Area(_("Imports"), "web:import_list", Right.IMPORT),
    Area(_("Reports"), "web:report_list", Right.EXPORT),
)


def navigation_for(user: Any, path: str) -> list[dict[str, Any]]:
    """Entries ``{label, url, is_current}`` in order; the longest matching address is the current one."""
    links = [(area.label, reverse(area.url_name)) for area in AREAS if _is_shown(area, user)]
    current = max(
        (url for _label, url in links if path == url or (url != "/" and path.startswith(url))), key=len, default=""
    )
    return [{"label": label, "url": url, "is_current": url == current} for label, url in links]


def _is_shown(area: Area, user: Any) -> bool:
    if not has_right(user, area.right):
        return False
    if area.right in (Right.IMPORT, Right.BOOK):
        return sees_everything(user)
    return not (area.is_wide and only_school_of(user))
