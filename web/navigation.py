"""Main navigation: which areas there are, and which of them somebody sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.access import Right, has_right, only_school_of, sees_everything


@dataclass(frozen=True, slots=True)
class Area:
    """One entry, for whoever has one of ``rights``. ``is_wide``: of no use to somebody who sees one school only.

    ``is_central``: the business of those who work for the whole authority. ``within``: other addresses of it.
    ``group``: the name under which several areas are folded, so that all of them fit one line.
    """

    label: Promise | str
    url_name: str
    rights: tuple[Right, ...]
    is_wide: bool = False
    is_central: bool = False
    within: tuple[str, ...] = ()
    group: Promise | str = ""


_PLANNING, _RUNNING = _("Planning"), _("Administration")
#: Who sees some part of the administration.
ADMINISTERS = (Right.USERS, Right.AUDIT, Right.CONNECT)


AREAS = (
    # Whoever sees one school only has its page for an overview; for all others the entry "Schools" wins the tie.
    Area(_("Overview"), "web:dashboard", (Right.SEE,), within=("/schools/", "/completion/")),
    Area(_("Schools"), "web:school_list", (Right.SEE,), is_wide=True),
    Area(_("Devices"), "web:device_list", (Right.SEE,), within=("/labels/", "/defects/", "/returns/")),
    Area(_("Scan"), "web:scan", (Right.SEE,), within=("/stocktakes/",)),
    Area(_("Deliveries"), "web:order_list", (Right.SEE,), is_central=True),
    Area(_("Construction sites"), "web:project_list", (Right.SEE,)),
    Area(_("Funding"), "web:programme_list", (Right.MONEY,), is_central=True, within=("/costs/",)),
    Area(_("Lists"), "web:view_list", (Right.SEE,), within=("/lists/",)),
    Area(_("Reports"), "web:report_list", (Right.EXPORT,)),
    Area(_("Standards"), "web:standard_list", (Right.SEE,), is_wide=True, group=_PLANNING),
    Area(_("Master plan"), "web:plan_overview", (Right.SEE,), group=_PLANNING),
    Area(_("Imports"), "web:import_list", (Right.IMPORT,), is_central=True, group=_RUNNING),
    Area(
        _("People and settings"),
        "web:administration",
        ADMINISTERS,
        within=("/users/", "/audit/", "/webhooks/"),
        group=_RUNNING,
    ),
)


def navigation_for(user: Any, path: str) -> list[dict[str, Any]]:
    """Entries ``{label, url, is_current}`` in order; the one with the longest matching address is the current one.

    Areas of a group are ``{label, areas, is_current}``, with such entries inside; one alone needs no group.
    """
    shown = [(area, reverse(area.url_name)) for area in AREAS if _is_shown(area, user)]
    matches = [(_match(path, url, *area.within), url) for area, url in shown]
    longest, current = max(matches, default=(0, ""))
    entries = [
        (area.group, {"label": area.label, "url": url, "is_current": bool(longest) and url == current})
        for area, url in shown
    ]
    return [entry for group, same in groupby(entries, key=itemgetter(0)) for entry in _folded(group, same)]


def _folded(group: Promise | str, entries: Iterable[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    areas = [entry for _group, entry in entries]
    if not group or len(areas) == 1:
        return areas
    return [{"label": group, "areas": areas, "is_current": any(area["is_current"] for area in areas)}]


def _match(path: str, *addresses: str) -> int:
    """Length of the longest of ``addresses`` at or under which ``path`` lies; the root holds itself alone."""
    return max(len(url) if path == url or (url != "/" and path.startswith(url)) else 0 for url in addresses)


def _is_shown(area: Area, user: Any) -> bool:
    if not any(has_right(user, right) for right in area.rights):
        return False
    if area.is_central and not sees_everything(user):
        return False
    return not (area.is_wide and only_school_of(user))
