"""What the rows change about known devices, column by column, and what they do not want changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from common.bulk import ids
from common.dated import Revision, Span, span_on
from imports.kinds.devices.identity import Known
from imports.kinds.devices.work import DeviceWork
from imports.matching import Schools
from imports.preview import MOST_LISTED, Choice, Plan
from imports.texts import as_read
from inventory.enums import DeviceStatus, Use
from inventory.models import Device
from inventory.services.states import KEEP, Placed, PlacementChange
from schools.models import Room

#: What a blank cell may take away, and what is there instead; numbers, status and school always stay.
_BLANK_PLACEMENT = {"room": None, "use": "", "is_managed": None}
BLANK_DETAILS = {"purchased_on": None, "price": None, "financing": None, "note": ""}


@dataclass(slots=True)
class Changes:
    """Tells the plan what rows change. ``rooms``: labels by key, as far as they were needed; ``financings``: names."""

    plan: Plan
    work: DeviceWork
    schools: Schools
    financings: Mapping[int, str]
    rooms: dict[int, str] = field(default_factory=dict)

    def load_rooms(self, timelines: Mapping[int, Sequence[Span]]) -> None:
        """Labels of rooms of other schools that the history names."""
        named = {span.values[2] for spans in timelines.values() for span in spans if span.values[2]}
        missing = named.difference(self.work.rooms.rooms.home)
        if missing:
            rows = Room.objects.filter(pk__in=ids(missing)).values_list("pk", "building__name", "name")
            self.rooms = {pk: f"{building} · {name}" for pk, building, name in rows}

    def wanted(self, i: int, change: PlacementChange) -> PlacementChange:
        """What row ``i`` says about a known device, without unwanted columns; blank cells may clear."""
        skip = self.plan.context.options.skip
        if not skip and not self.plan.is_clearing:
            return change
        values: dict[str, Any] = {name: value for name, value in _BLANK_PLACEMENT.items() if self.plan.clears(i, name)}
        values |= {name: KEEP for name in Placed._fields if name in skip}
        if "school_number" in skip or "school" in skip:
            values["school"] = KEEP
            if change.school is not KEEP:
                values["room"] = KEEP  # it is one of the other school
        return change._replace(**values)

    def placement(self, i: int, timeline: Sequence[Span], change: PlacementChange, revision: Revision) -> None:
        """Row ``i`` adds ``revision`` to a history."""
        new = Placed(*revision.insert[-1].values)
        span = span_on(timeline, change.on)
        if span is None and timeline and timeline[0].values == new:
            self.plan.change(i, "since", as_read(timeline[0].valid_from), as_read(change.on))
            return
        old = Placed(*span.values) if span else None
        for name in Placed._fields:
            before, after = getattr(old, name, None), getattr(new, name)
            if before != after:
                self.plan.change(i, self._column(name), self._read(name, before), self._read(name, after))

    def details(self, i: int, known: Known, details: Mapping[str, Any]) -> None:
        """Row ``i`` changes ``details``; the model is told by its position in the catalogue."""
        catalogue = self.work.catalogue
        for name, value in details.items():
            old = getattr(known, name)
            if name == "model":
                position = catalogue.at(old)
                old = None if position is None else catalogue.entries[position]
                value = catalogue.entries[value]
            elif name == "financing":
                old, value = self.financings.get(old or 0), self.financings.get(value or 0)
            self.plan.change(i, name, as_read(old), as_read(value))

    def test(self, i: int, day: date) -> None:
        self.plan.change(i, "tested_on", None, as_read(day))

    def _column(self, name: str) -> str:
        is_number = name == "school" and "school" not in self.plan.table.index
        return "school_number" if is_number else name

    def _read(self, name: str, value: Any) -> str | None:
        if value is None or value == "":
            return None
        if name == "status":
            return as_read(DeviceStatus(value))
        if name == "use":
            return as_read(Use(value))
        if name == "school":
            return as_read(self.schools.by_pk[value])
        return self._room(value) if name == "room" else as_read(value)

    def _room(self, pk: int) -> str:
        if pk not in self.rooms:
            rooms = self.work.rooms.rooms
            self.rooms |= dict(rooms.labels[rooms.home[pk]])
        return self.rooms[pk]


def miss_devices(plan: Plan, known: Iterable[Known]) -> None:
    """Devices still present at the schools whose devices the file lists, but not in it."""
    named = {device.pk: device.school for device in known}
    schools = {school for school in named.values() if school}
    if not schools:
        return
    there = Device.objects.existing().present().filter(school__in=ids(schools)).order_by()
    absent = set(there.values_list("pk", flat=True)).difference(named)
    if not absent:
        return
    listed = (
        Device.objects.existing().filter(pk__in=ids(sorted(absent)[:MOST_LISTED])).order_by("school__sort_key", "pk")
    )
    rows = listed.values_list("pk", "asset_tag", "serial", "manufacturer__name", "model__name", "school__name")
    choices = (
        Choice(pk, f"{tag or serial} · {maker} {model} · {school}") for pk, tag, serial, maker, model, school in rows
    )
    plan.miss(choices, len(absent))
