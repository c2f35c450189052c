"""What a plan for devices will write, and the writing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from audit.models import Act
from imports.catalogue import Catalogue
from imports.history import in_rounds
from imports.references import RoomFinder, remember_aliases
from inventory.services import (
    NewDevice,
    PlacementChange,
    create_devices,
    record_placements,
    record_tests,
    recounted,
    update_details,
)
from inventory.services.states import Placed
from schools.models import School


class Creation(NamedTuple):
    """A device to be created. ``model``: position in the catalogue; ``later``: facts after the first."""

    model: int
    on: date
    placed: Placed
    details: Mapping[str, Any]
    later: tuple[PlacementChange, ...] = ()
    tests: tuple[date, ...] = ()


@dataclass(slots=True)
class DeviceWork:
    """Changes per device key; rooms with negative keys and models without key are created first."""

    catalogue: Catalogue
    rooms: RoomFinder
    aliases: dict[str, School] = field(default_factory=dict)
    creations: list[Creation] = field(default_factory=list)
    changes: dict[int, list[PlacementChange]] = field(default_factory=dict)
    details: dict[int, dict[str, Any]] = field(default_factory=dict)
    tests: dict[int, list[date]] = field(default_factory=dict)

    def write(self, act: Act) -> None:
        remember_aliases(self.aliases, act)
        self.catalogue.create(self._used_models(), act)
        rooms = self.rooms.create(self._used_rooms(), act)
        with recounted():
            self._write_devices(rooms, act)

    def _write_devices(self, rooms: Mapping[int, int], act: Act) -> None:
        tests = dict(self.tests)
        changes = {pk: [_with_room(change, rooms) for change in of_one] for pk, of_one in self.changes.items()}
        keys = create_devices([self._new_device(creation, rooms) for creation in self.creations], act)
        for pk, creation in zip(keys, self.creations, strict=True):
            if creation.later:
                changes[pk] = [_with_room(change, rooms)._replace(device=pk) for change in creation.later]
            if creation.tests:
                tests[pk] = list(creation.tests)
        for current in in_rounds(changes):
            record_placements(current, act)
        if self.details:
            update_details({pk: self._with_model(fields) for pk, fields in self.details.items()}, act)
        for round_of_tests in in_rounds({pk: [(pk, day) for day in sorted(days)] for pk, days in tests.items()}):
            record_tests(dict(round_of_tests), act)

    def _used_models(self) -> set[int]:
        changed = {fields["model"] for fields in self.details.values() if "model" in fields}
        return changed | {creation.model for creation in self.creations}

    def _used_rooms(self) -> set[int]:
        changes = [change for of_one in self.changes.values() for change in of_one]
        changes += [change for creation in self.creations for change in creation.later]
        rooms: Iterable[Any] = [change.room for change in changes]
        return {room for room in rooms if isinstance(room, int)} | {
            creation.placed.room for creation in self.creations if creation.placed.room is not None
        }

    def _new_device(self, creation: Creation, rooms: Mapping[int, int]) -> NewDevice:
        placed = creation.placed
        if placed.room is not None and placed.room in rooms:
            placed = placed._replace(room=rooms[placed.room])
        return NewDevice(self.catalogue.entries[creation.model], creation.on, placed, **creation.details)

    def _with_model(self, fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"model": self.catalogue.entries[fields["model"]].pk} if "model" in fields else fields


def _with_room(change: PlacementChange, rooms: Mapping[int, int]) -> PlacementChange:
    return change._replace(room=rooms[change.room]) if change.room in rooms else change
