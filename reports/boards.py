"""Rooms × presentation: what hangs in the rooms of a school on a day, and how far each installation is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from inventory.boards import BOARD
from inventory.enums import COUNTS, GONE, HANGING, DeviceStatus, StepKind
from inventory.models import Category, Device, DeviceProtocol, DeviceState, DeviceTest, InstallationStep
from rollout.completion import Result, completion
from rollout.enums import Measure
from schools.enums import TEACHING_ROOMS
from schools.models import Room, School

#: What presents in a room, where the standard does not say it.
PRESENTATION = (BOARD, "projector")
#: Not there, or on its way from the supplier without a place yet.
_ELSEWHERE = (*GONE, DeviceStatus.PLANNED)
#: With one of these a new installation begins: what was done before it counts no longer.
_AFRESH = (DeviceStatus.DISMOUNTED, DeviceStatus.IN_STOCK, DeviceStatus.DELIVERED, DeviceStatus.ROOM_PREPARED)


@dataclass(slots=True)
class Unit:
    """One board or projector on the day. ``None`` where nothing is recorded of a step."""

    placed: DeviceState
    mounted_on: date | None = None
    mount: str = ""
    accepted_on: date | None = None
    acceptor: str = ""
    tested_on: date | None = None
    due_on: date | None = None
    failed_on: date | None = None
    trained_on: date | None = None
    participants: int | None = None
    is_overdue: bool = False
    #: What was noted, by kind of step.
    notes: dict[str, str] = field(default_factory=dict)
    protocols: list[DeviceProtocol] = field(default_factory=list)

    @property
    def device(self) -> Device:
        return self.placed.device

    @property
    def status(self) -> str:
        return self.placed.status

    @property
    def is_board(self) -> bool:
        return self.device.model.category.key == BOARD

    @property
    def is_active(self) -> bool:
        return self.status in HANGING

    @property
    def is_to_be_tested(self) -> bool:
        return self.is_active and bool(self.device.model.category.test_interval_months)


class RoomLine(NamedTuple):
    """``is_gap``: nothing is there, and lessons are held there. ``boards``: so many hang there."""

    room: Room
    units: list[Unit]
    is_gap: bool
    boards: int

    @property
    def is_crowded(self) -> bool:
        return self.boards > 1


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """``homeless``: at the school, and in no room. ``required``: what the standard says of it, ``None``: nothing."""

    school: School
    day: date
    rooms: list[RoomLine]
    homeless: list[Unit]
    required: Result | None

    @property
    def units(self) -> list[Unit]:
        return [unit for line in self.rooms for unit in line.units] + self.homeless

    @property
    def gaps(self) -> int:
        return sum(line.is_gap for line in self.rooms)

    @property
    def crowded(self) -> list[RoomLine]:
        return [line for line in self.rooms if line.is_crowded]

    @property
    def in_service(self) -> int:
        return sum(unit.status in COUNTS for unit in self.units)

    @property
    def under_way(self) -> int:
        return sum(unit.status not in COUNTS for unit in self.units)

    @property
    def overdue(self) -> int:
        return sum(unit.is_overdue for unit in self.units)


def boards_of(user: Any, school: School, day: date) -> BoardPlan:
    """What ``user`` may see of it; a constant number of queries."""
    required = _required(school, day)
    wanted = Q(key__in=PRESENTATION) | Q(pk__in=required.rule.categories if required else ())
    categories = Category.objects.visible_to(user).filter(wanted, workflow="installed")
    names = ("device__model__manufacturer", "device__model__category", "room__building")
    states = DeviceState.objects.visible_to(user).as_of(day).filter(school=school).exclude(status__in=_ELSEWHERE)
    found = states.filter(device__model__category__in=categories, device__revoked_by__isnull=True)
    units = {state.device_id: Unit(state) for state in found.select_related(*names).order_by("device__asset_tag", "pk")}
    _add_steps(user, units, day)
    _add_tests(user, units, day)
    kinds = required.rule.room_kinds if required else TEACHING_ROOMS
    rooms = _rooms(user, school, units.values(), kinds)
    return BoardPlan(school, day, rooms, [unit for unit in units.values() if unit.placed.room_id is None], required)


def _required(school: School, day: date) -> Result | None:
    """The requirement "so many per room" that boards fulfil."""
    report = completion(day, schools=School.objects.filter(pk=school.pk))
    boards = set(Category.objects.filter(key=BOARD).values_list("pk", flat=True))
    results = (result for one in report.schools for result in one.results)
    fitting = (one for one in results if one.rule.measure == Measure.DEVICES_PER_ROOM and boards & one.rule.categories)
    return next((one for one in fitting if one.rule.is_applicable), None)


def _rooms(user: Any, school: School, units: Iterable[Unit], kinds: Sequence[str]) -> list[RoomLine]:
    """Rooms in which something presents or should, in the order of the building."""
    by_room: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.placed.room_id:
            by_room[unit.placed.room_id].append(unit)
    lines = []
    for room in Room.objects.visible_to(user).filter(school=school).select_related("building"):
        here = by_room.get(room.pk, [])
        if here or room.kind in kinds:
            boards = sum(unit.is_board and unit.is_active for unit in here)
            lines.append(RoomLine(room, here, not here and room.kind in kinds, boards))
    return lines


def _add_steps(user: Any, units: dict[int, Unit], day: date) -> None:
    """States say when it was mounted and accepted, steps how and by whom; of both the latest counts."""
    told = (DeviceStatus.MOUNTED, DeviceStatus.ACCEPTED, *_AFRESH)
    begun: dict[int, date] = {}
    states = DeviceState.objects.visible_to(user).known().filter(device__in=units, valid_from__lte=day)
    for key, status, on in (
        states.filter(status__in=told).order_by("valid_from").values_list("device", "status", "valid_from")
    ):
        unit = units[key]
        if status == DeviceStatus.ACCEPTED:
            unit.accepted_on = on
        else:
            unit.mounted_on, unit.accepted_on = on if status == DeviceStatus.MOUNTED else None, None
            begun[key] = on
    steps = InstallationStep.objects.visible_to(user).known().filter(device__in=units, valid_from__lte=day)
    for step in steps.order_by("valid_from", "pk"):
        _take(units[step.device_id], step, begun.get(step.device_id, date.min))


def _take(unit: Unit, step: InstallationStep, begun: date) -> None:
    """``begun``: what was mounted or accepted before that day is no longer so."""
    on = step.valid_from
    if on < begun and step.kind in (StepKind.MOUNTED, StepKind.ACCEPTED):
        return
    unit.notes[step.kind] = step.note
    if step.kind == StepKind.MOUNTED:
        unit.mounted_on, unit.mount = max(unit.mounted_on or on, on), step.get_mount_display()
    elif step.kind == StepKind.ACCEPTED:
        unit.accepted_on, unit.acceptor = max(unit.accepted_on or on, on), step.get_acceptor_display()
    elif step.kind == StepKind.TRAINED:
        unit.trained_on, unit.participants = on, step.participants
    else:
        unit.failed_on = on


def _add_tests(user: Any, units: dict[int, Unit], day: date) -> None:
    """``is_overdue``: also what was never tested though it hangs."""
    tests = DeviceTest.objects.visible_to(user).known().filter(device__in=units, valid_from__lte=day)
    for test in tests.order_by("valid_from"):
        unit = units[test.device_id]
        unit.tested_on, unit.due_on = test.valid_from, test.valid_until
    for unit in units.values():
        if unit.failed_on and unit.tested_on and unit.failed_on <= unit.tested_on:
            unit.failed_on = None
        unit.is_overdue = unit.is_to_be_tested and (unit.tested_on is None or bool(unit.due_on and unit.due_on <= day))
    for paper in DeviceProtocol.objects.visible_to(user).filter(device__in=units, tested_on__lte=day):
        if paper.tested_on in (units[paper.device_id].tested_on, units[paper.device_id].failed_on):
            units[paper.device_id].protocols.append(paper)
