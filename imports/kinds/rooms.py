"""Rooms of schools: keyed by building and name on the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.bulk import ids
from common.parsing import normalise_heading
from common.round_trip import ROUND_TRIP
from imports.enums import KindName, Outcome
from imports.kinds.base import Kind
from imports.kinds.sites import one_site, sites_called
from imports.matching import Rooms, Schools
from imports.options import Context
from imports.own_rows import OwnRows, names_of
from imports.preview import Choice, Plan
from imports.reader import Cells, Table, read_cells
from imports.references import Places, ask_for_school, mapped_aliases, remember_aliases, resolve_schools
from imports.texts import as_read
from schools.columns import ROOM_COLUMNS
from schools.enums import RoomKind
from schools.lists import room_cells
from schools.models import Room, School, Site
from schools.services import NewRoom, create_rooms, update_rooms

_COLUMNS = (*ROOM_COLUMNS, *ROUND_TRIP)


@dataclass(slots=True)
class RoomWork:
    aliases: dict[str, School]
    new: list[NewRoom] = field(default_factory=list)
    changed: list[tuple[Room, str]] = field(default_factory=list)


class _Door(NamedTuple):
    """The first fields of ``NewRoom``."""

    school: School
    site: Site
    building: str
    name: str


def plan_rooms(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, _COLUMNS)
    schools = Schools(context.user)
    own = _merge(plan, cells)
    school_of_row = resolve_schools(plan, cells, schools, ask_for_school(plan, schools))
    around = {school.pk for school in school_of_row if school} | {room.school_id for room in own.values()}
    rooms = Rooms(around)
    known = {room.pk: room for room in Room.objects.filter(pk__in=ids(rooms.home)).select_related("building")}
    plan.work = RoomWork(mapped_aliases(plan, schools))
    places = Places.load()
    doors = _doors(plan, cells, school_of_row, places, own)
    first_rows: dict[Any, int] = {}
    for i, (door, pk) in _matched(doors, rooms, own).items():
        first = first_rows.setdefault(pk or (door.site.pk, *map(normalise_heading, door[2:])), i)
        if first != i:
            message = _("The same room is in row %(row)d.") % {"row": table.numbers[first]}
            plan.reject(i, "room", "duplicate", message)
        else:
            by = plan.matched_by[i] or ("name" if pk else "")
            plan.matched(i, by, pk, f"{door.school} · {door.building} · {door.name}")
            _plan_room(plan, i, door, known.get(pk or 0), cells["kind"][i])
    _miss(plan, known, around)
    _tell_of_buildings(plan, places)
    return plan


def _tell_of_buildings(plan: Plan, places: Places) -> None:
    """A building comes into being with its first room: said, as it may be a slip of the pen."""
    wanted = {(new.site.pk, normalise_heading(new.building)): new for new in plan.work.new}
    new = [one for (site, key), one in wanted.items() if key not in places.buildings.get(site, {})]
    names = [f"{one.building} ({one.school})" for one in new]
    plan.tell_of_new(_("These buildings are not known yet and are created: %(names)s."), names)


def _merge(plan: Plan, cells: Cells) -> Mapping[int, Room]:
    """The room of each row of our own; in the cells stays only what was edited, and its school."""
    own: OwnRows[Room] = OwnRows(plan, cells, ROOM_COLUMNS, Room)
    found = Room.objects.filter(pk__in=ids(own.keys)).select_related("school", "building__site")
    own.find({room.pk: room for room in found}, lambda room: f"{room.school} · {room.building} · {room}")
    names = names_of(room.school for room in own.records.values())
    for i, room in own.records.items():
        site = room.building.site
        fixed = {"school_number": [room.school.number], "school": names[room.school_id]}
        fixed |= {"site": [site.name, site.street], "building": [room.building.name], "room": [room.name]}
        own.merge(i, room_cells(own.before(i, "kind")), room_cells(room), fixed=fixed)
        plan.touches(i, room.school_id)
        cells["school_number"][i] = cells["school"][i] = None
    return own.records


def _doors(
    plan: Plan, cells: Cells, school_of_row: Sequence[School | None], places: Places, own: Mapping[int, Room]
) -> dict[int, _Door]:
    """Row → the door it is about; rows that do not say it have a problem."""
    doors: dict[int, _Door] = {}
    for i, school in enumerate(school_of_row):
        if room := own.get(i):
            doors[i] = _Door(room.school, room.building.site, room.building.name, room.name)
            continue
        for key, given in (("school", school), ("room", cells["room"][i])):
            if given is None and not (plan.has_value(i, key) or plan.has_value(i, f"{key}_number")):
                plan.reject(i, key, "missing", _("Please fill in this cell."))
        if school is None or cells["room"][i] is None:
            continue
        place = _place(plan, i, cells, school, places)
        if place:
            doors[i] = _Door(school, place[0], place[1], cells["room"][i])
    return doors


def _matched(doors: dict[int, _Door], rooms: Rooms, own: Mapping[int, Room]) -> dict[int, tuple[_Door, int | None]]:
    """The known room of each row: of just that name, or the only one that may be meant by it.

    “R 101” means the known “101”, unless the file has a row for that one too.
    """
    exact = {i: rooms.exactly_at(door.site.pk, door.building, door.name) for i, door in doors.items()}
    exact |= {i: room.pk for i, room in own.items()}
    named = set(exact.values())
    matched: dict[int, tuple[_Door, int | None]] = {}
    for i, door in doors.items():
        pk = exact[i] or rooms.at(door.site.pk, door.building, door.name)
        matched[i] = door, pk if exact[i] or pk not in named else None
    return matched


def write_rooms(plan: Plan, act: Act) -> None:
    remember_aliases(plan.work.aliases, act)
    if plan.work.new:
        create_rooms(plan.work.new, act)
    if plan.work.changed:
        update_rooms(plan.work.changed, act)


def _place(plan: Plan, i: int, cells: Cells, school: School, places: Places) -> Any:
    """Site and name of the building, or ``None`` when row ``i`` has a problem with it."""
    site, text = None, cells["site"][i]
    if text:
        found = sites_called(places.sites, text, school)
        site = one_site(plan, i, found, text)
        if not found:
            plan.reject(i, "site", "unknown_site", _("The school has no site of this name or street."))
        if site is None:
            return None
    place = places.find(school, cells["building"][i] or "", site)
    if place is None:
        plan.reject(i, "school", "no_site", _("The school has no site yet: a room needs one."))
    return place


def _plan_room(plan: Plan, i: int, door: _Door, room: Room | None, kind: str | None) -> None:
    if room:
        if room.school_id != door.school.pk:
            plan.reject(i, "room", "foreign_room", _("The room belongs to another school."))
        if plan.is_open(i):
            plan.outcomes[i] = Outcome.UNCHANGED
            if kind is not None and kind != room.kind and not plan.is_skipped_column("kind"):
                plan.outcomes[i] = Outcome.CHANGED
                plan.work.changed.append((room, kind))
                plan.change(i, "kind", as_read(RoomKind(room.kind)), as_read(RoomKind(kind)))
        return
    if kind is None and not plan.has_value(i, "kind"):
        plan.reject(i, "kind", "missing", _("A new room needs its kind: lessons are counted by it."))
    if kind and plan.is_open(i):
        plan.outcomes[i] = Outcome.NEW
        plan.work.new.append(NewRoom(*door, kind))


def _miss(plan: Plan, known: Mapping[int, Room], schools: set[int]) -> None:
    """Rooms of the schools of the file that it does not name."""
    named = set(plan.records)
    left = [room for room in known.values() if room.school_id in schools and room.pk not in named]
    plan.miss([Choice(room.pk, f"{room.building.name} · {room.name}") for room in left], len(left))


ROOMS = Kind(
    KindName.ROOMS,
    _COLUMNS,
    (("school_number", "school"), ("room",)),
    plan_rooms,
    write_rooms,
    marks=(("kind", "building"),),
    counted=ngettext_lazy("%(n)s room", "%(n)s rooms", "count"),
    record=Room,
)
