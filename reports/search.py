"""One field for serial, asset tag, school, room, order, delivery note and construction site.

Each question takes the same number of queries. Numbers of devices are looked up by index, from their beginning on, so
that a million of them take no longer; names stand anywhere in a text, of which there are thousands at most.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from common.filters import ListFilter, equals
from common.parsing import clean_text, normalise_heading, sort_key
from inventory.codes import LONGEST, Found, find_beginning, find_devices, split_codes
from inventory.filters import DeliveryFilter, OrderFilter
from inventory.models import Delivery, Device, Order
from reports.enums import SearchKind
from rollout.filters import ProjectFilter
from rollout.models import ConstructionProject
from schools.access import sees_everything
from schools.filters import RoomFilter, SchoolFilter
from schools.models import Room, School, SchoolAlias

#: So much of each kind is shown.
MOST = 10
#: Letters and digits of a question; and what the filters of the lists take.
SHORTEST, LONGEST_TEXT = 2, 100


class Hit(NamedTuple):
    """``is_exact``: what was asked for is its number or name, not a part of it."""

    kind: SearchKind
    record: Any
    is_exact: bool = False


class Group(NamedTuple):
    """Hits of one kind, exact ones first; ``has_more``: there are more of them."""

    kind: SearchKind
    hits: list[Hit]
    has_more: bool


@dataclass(frozen=True)
class Findings:
    """``groups`` that found something. ``alike``: devices whose number is easily misread as what was asked for."""

    text: str
    groups: list[Group]
    alike: list[Hit]

    @property
    def only(self) -> Hit | None:
        """The one exact hit of all groups; several are for a person to choose from."""
        exact = [hit for group in self.groups for hit in group.hits if hit.is_exact]
        return exact[0] if len(exact) == 1 else None


def find(asked: str, user: Any) -> Findings:
    """What ``user`` may see of what was typed or scanned. Raises ``ValidationError`` (of ``q``) for too little or much.

    ``asked``: as it came, with what a scanner sends around a code.
    """
    sent = asked[: 2 * LONGEST_TEXT]
    text = clean_text(sent) or ""
    _check(text)
    devices, alike = _find_devices(split_codes(sent), user)
    groups = [devices, *(group(text, user) for group in _GROUPS)]
    return Findings(text, [group for group in groups if group.hits], alike)


def _check(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        problem = _("Please search for less at once: %(most)s characters at most.") % {"most": LONGEST_TEXT}
        raise ValidationError({"q": ValidationError(problem, "max_length")})
    if sum(map(str.isalnum, text)) < SHORTEST:
        problem = _("Please enter at least two letters or digits.")
        raise ValidationError({"q": ValidationError(problem, "min_length")})


# --- devices ----------------------------------------------------------------------------------------------------------


def _find_devices(sent: list[str], user: Any) -> tuple[Group, list[Hit]]:
    """Devices with one of the numbers; of a single one also those whose number begins with it."""
    codes = [code for code in sent if SHORTEST <= len(code) <= LONGEST]
    devices = Device.objects.visible_to(user).with_names()
    found = find_devices(codes, devices)
    beginning = []
    if len(codes) == 1:
        beginning = find_beginning(codes[0], devices, MOST + 1, are_few=not sees_everything(user))
    exact = _once(device for one in found for device in one.devices)
    begun = [device for device in beginning if _begins_with(device, codes[0])]
    hits = [Hit(SearchKind.DEVICE, device, device in exact) for device in _once([*exact, *begun])]
    return Group(SearchKind.DEVICE, hits[:MOST], len(hits) > MOST), _alike(found, beginning, hits)


def _alike(found: Iterable[Found], beginning: Iterable[Any], hits: Iterable[Hit]) -> list[Hit]:
    shown = {hit.record for hit in hits}
    near = _once([*(device for one in found for device in one.alike), *beginning])
    return [Hit(SearchKind.DEVICE, device) for device in near if device not in shown][:MOST]


def _begins_with(device: Device, code: str) -> bool:
    return device.serial.startswith(code) or device.asset_tag.startswith(code)


def _once(devices: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(devices))


# --- what has a name --------------------------------------------------------------------------------------------------


def _find_schools(text: str, user: Any) -> Group:
    """By number, name, short name, the authority's own number, or another name that files use."""
    schools = School.objects.visible_to(user)
    aliases = SchoolAlias.objects.filter(key=normalise_heading(text))
    exact = equals(text, "number", "authority_number", "short_name") | Q(pk__in=aliases.values("school"))
    if key := sort_key(text):
        exact |= Q(sort_key=key)
    return _named(SearchKind.SCHOOL, schools, text, SchoolFilter, exact)


def _find_rooms(text: str, user: Any) -> Group:
    rooms = Room.objects.visible_to(user).select_related("school", "building")
    order = ("school__sort_key", "building__name", "name")
    return _named(SearchKind.ROOM, rooms, text, RoomFilter, equals(text, "name"), order)


def _find_orders(text: str, user: Any) -> Group:
    return _named(SearchKind.ORDER, Order.objects.visible_to(user), text, OrderFilter, equals(text, "number"))


def _find_deliveries(text: str, user: Any) -> Group:
    deliveries = Delivery.objects.visible_to(user).select_related("order", "school")
    return _named(SearchKind.DELIVERY, deliveries, text, DeliveryFilter, equals(text, "note_number"))


def _find_projects(text: str, user: Any) -> Group:
    """By site, street or title; none of them is a name of its own."""
    projects = ConstructionProject.objects.visible_to(user).select_related("site", "building")
    return _named(SearchKind.PROJECT, projects, text, ProjectFilter)


def _named(
    kind: SearchKind,
    records: QuerySet[Any],
    text: str,
    filters: type[ListFilter],
    exact: Q | None = None,
    order: Iterable[str] = (),
) -> Group:
    """Of ``records`` those that the list of them finds by ``text``, too, and those that are meant ``exact``-ly."""
    is_exact = Case(When(exact, then=True), default=False) if exact else Value(False, BooleanField())
    found = filters().search(records, "q", text)
    found = (found | records.filter(exact)) if exact else found
    usual = order or records.model._meta.ordering
    rows = found.annotate(is_exact=is_exact).order_by("-is_exact", *usual, "pk")[: MOST + 1]
    hits = [Hit(kind, row, row.is_exact) for row in rows]
    return Group(kind, hits[:MOST], len(hits) > MOST)


_GROUPS = (_find_schools, _find_rooms, _find_orders, _find_deliveries, _find_projects)
