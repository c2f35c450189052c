"""Rooms of schools: keyed by building and name on the door."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Act
from common.parsing import normalise_heading
from imports.enums import KindName
from imports.kinds.base import Kind
from imports.matching import Rooms, Schools
from imports.options import Context
from imports.preview import Outcome, Plan
from imports.reader import Cells, Table, read_cells
from imports.references import Places, ask_for_school, mapped_aliases, remember_aliases, resolve_schools
from schools.columns import ROOM_COLUMNS
from schools.models import Room, School
from schools.services import NewRoom, create_rooms, update_rooms


@dataclass(slots=True)
class RoomWork:
    aliases: dict[str, School]
    new: list[NewRoom] = field(default_factory=list)
    changed: list[tuple[Room, str]] = field(default_factory=list)


def plan_rooms(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, ROOM_COLUMNS)
    schools = Schools()
    school_of_row = resolve_schools(plan, cells, schools, ask_for_school(plan, schools))
    rooms = Rooms(school.pk for school in school_of_row if school)
    known = {room.pk: room for room in Room.objects.filter(pk__in=list(rooms.home))}
    plan.work = RoomWork(mapped_aliases(plan, schools))
    places, first_rows = Places.load(), dict[Any, int]()
    for i, school in enumerate(school_of_row):
        for key, given in (("school", school), ("room", cells["room"][i])):
            if given is None and not (plan.has_value(i, key) or plan.has_value(i, f"{key}_number")):
                plan.reject(i, key, "missing", _("Please fill in this cell."))
        if school is None or cells["room"][i] is None:
            continue
        place = _place(plan, i, cells, school, places)
        if place is None:
            continue
        door = (place[0].pk, normalise_heading(place[1]), normalise_heading(cells["room"][i]))
        if door in first_rows:
            message = _("The same room is in row %(row)d.") % {"row": table.numbers[first_rows[door]]}
            plan.reject(i, "room", "duplicate", message)
            continue
        first_rows[door] = i
        _plan_room(plan, i, cells, school, place, rooms, known)
    return plan


def write_rooms(plan: Plan, act: Act) -> None:
    remember_aliases(plan.work.aliases, act)
    if plan.work.new:
        create_rooms(plan.work.new, act)
    if plan.work.changed:
        update_rooms(plan.work.changed, act)


def _place(plan: Plan, i: int, cells: Cells, school: School, places: Places) -> Any:
    """Site and name of the building, or ``None`` when row ``i`` has a problem with it."""
    site = None
    if cells["site"][i]:
        site = places.sites.find(cells["site"][i], school)
        if site is None:
            plan.reject(i, "site", "unknown_site", _("The school has no site of this name or street."))
            return None
    place = places.find(school, cells["building"][i] or "", site)
    if place is None:
        plan.reject(i, "school", "no_site", _("The school has no site yet: a room needs one."))
    return place


def _plan_room(
    plan: Plan, i: int, cells: Cells, school: School, place: Any, rooms: Rooms, known: dict[int, Room]
) -> None:
    kind = cells["kind"][i]
    room = known.get(rooms.at(place[0].pk, place[1], cells["room"][i]) or 0)
    if room:
        if room.school_id != school.pk:
            plan.reject(i, "room", "foreign_room", _("The room belongs to another school."))
        if plan.is_open(i):
            is_new_kind = kind is not None and kind != room.kind
            plan.outcomes[i] = Outcome.CHANGED if is_new_kind else Outcome.UNCHANGED
            if is_new_kind:
                plan.work.changed.append((room, kind))
        return
    if kind is None and not plan.has_value(i, "kind"):
        plan.reject(i, "kind", "missing", _("A new room needs its kind: lessons are counted by it."))
    if plan.is_open(i):
        plan.outcomes[i] = Outcome.NEW
        plan.work.new.append(NewRoom(school, place[0], place[1], cells["room"][i], kind))


ROOMS = Kind(
    KindName.ROOMS,
    ROOM_COLUMNS,
    (("school_number", "school"), ("room",)),
    plan_rooms,
    write_rooms,
    marks=(("kind", "building"),),
)
