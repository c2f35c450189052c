"""Random imports, edits and undos: each record is as a plain reckoning beside the database says, at every instant."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import open_act
from common.dated import group_spans
from imports.models import ImportBatch
from imports.undo import preview_undo, undo_batch
from inventory.models import Device, DeviceModel, DeviceState
from inventory.services import NewDevice, PlacementChange, create_devices, record_placements, update_details
from inventory.services.states import STATES, Placed
from reports.verification import verify
from schools.models import School
from tests.factories import make_model

pytestmark = pytest.mark.django_db
BY = Actor(None, Channel.COMMAND)
FIRST = date(2024, 1, 1)
STATUSES = ("in_stock", "in_service", "in_repair")
Picture = dict[int, Any]


@dataclass
class Deed:
    """An import or an edit: what it touched, and how these records were before (``None``: not there)."""

    touched: set[int]
    before: Picture
    batch: ImportBatch | None = None
    undone: set[int] = field(default_factory=set)


class World:
    """Devices by the database, and beside it what each deed found."""

    def __init__(self, seed: int, school: School, model: DeviceModel) -> None:
        self.random, self.school, self.model = Random(seed), school, model
        self.deeds: list[Deed] = []
        self.pictures: list[tuple[datetime, Picture]] = []
        self.number = 0

    def act(self) -> None:
        choice = self.random.random()
        taken = [deed for deed in self.deeds if deed.batch and deed.batch.status == "taken"]
        if choice < 0.3 and taken:
            self.undo(self.random.choice(taken))
        else:
            self.write(is_import=choice < 0.75)
        self.pictures.append((timezone.now(), believed()))

    def write(self, *, is_import: bool) -> None:
        there = believed()
        with transaction.atomic():
            act = open_act(BY, "import.take" if is_import else "device.change")
            made = set(create_devices(list(self.new_devices()) if is_import else [], act))
            touched = self.change(set(there), act)
        batch = None
        if is_import:
            values = {"name": "x", "kind": "devices", "size": 1, "created_at": timezone.now(), "status": "taken"}
            batch = ImportBatch.objects.create(act=act, **values)
        self.deeds.append(Deed(made | touched, {pk: there.get(pk) for pk in made | touched}, batch))

    def new_devices(self) -> Iterator[NewDevice]:
        for _ in range(self.random.randint(1, 3)):
            self.number += 1
            placed = Placed(self.random.choice(STATUSES), self.school.pk)
            yield NewDevice(self.model, FIRST, placed, serial=f"S{self.number}", price=None, note="")

    def change(self, there: set[int], act: Act) -> set[int]:
        """Up to three devices get another state on some day; some get another note."""
        chosen = self.random.sample(sorted(there), min(len(there), 3))
        before = DeviceState.objects.count()
        changes = [
            PlacementChange(pk, FIRST + timedelta(days=self.random.randint(0, 60)), status=self.random.choice(STATUSES))
            for pk in chosen
        ]
        record_placements(changes, act)
        notes = {pk: {"note": f"n{self.random.randint(0, 2)}"} for pk in chosen[:1]}
        update_details(notes, act)
        assert DeviceState.objects.count() >= before
        return set(act.entries.values_list("object_id", flat=True))

    def undo(self, deed: Deed) -> None:
        now, expected = believed(), believed()
        later = self.deeds[self.deeds.index(deed) + 1 :]
        kept = {pk for pk in deed.touched if any(pk in other.touched - other.undone for other in later)}
        for pk in deed.touched - kept:
            if deed.before[pk] is None:
                del expected[pk]
            else:
                expected[pk] = deepcopy(deed.before[pk])
        assert deed.batch
        foretold = preview_undo(deed.batch)
        assert believed() == now
        deed.batch = undo_batch(deed.batch, by=BY)
        assert deed.batch.undo == foretold
        assert {row["record"] for row in foretold["kept_rows"]} == kept
        assert believed() == expected
        deed.undone = deed.touched - kept


def believed(known_at: datetime | None = None) -> Picture:
    """Timelines, and with today's knowledge details, of the devices that exist."""
    rows = DeviceState.objects.known(known_at).order_by("device", "valid_from")
    timelines = group_spans(rows.values_list("device", "pk", "valid_from", "valid_until", *STATES.values))
    spans = {pk: [span[1:] for span in of_one] for pk, of_one in timelines.items()}
    if known_at:
        return spans
    notes = dict(Device.objects.existing().values_list("pk", "note"))
    assert notes.keys() == spans.keys()
    return {pk: (of_one, notes[pk]) for pk, of_one in spans.items()}


@pytest.mark.parametrize("seed", range(12))
def test_undo_agrees_with_a_plain_reckoning(seed: int, school: School) -> None:
    world = World(seed, school, make_model())
    for _ in range(14):
        world.act()
    for at, picture in world.pictures:
        assert believed(at) == {pk: spans for pk, (spans, _note) in picture.items()}
    assert verify() == []
