"""Undoing an import of devices: they are revoked or go back, and stay known as of then."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.models import Act, Entry
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.services import preview_batch, take_batch
from imports.undo import preview_undo, redo_batch, undo_batch
from inventory.models import Device, DeviceState, DeviceTest
from inventory.services import change_device, change_devices, update_details
from schools.models import School
from tests.factories import DAY, an_act, make_device, make_devices, make_headcount, make_model, make_room
from tests.imports.undo.batches import HEADER, LATER, Take, row, run, taken_by, undone

pytestmark = pytest.mark.django_db


def in_service(day: date, known_at: datetime | None = None) -> int:
    return int(DeviceState.objects.as_of(day, known_at).filter(status="in_service").count())


def figure(day: date, known_at: datetime | None = None) -> dict[str, Any]:
    """The published figures, by key."""
    out = StringIO()
    known = ["--known-at", known_at.isoformat()] if known_at else []
    call_command("figures", "--as-of", day.isoformat(), *known, "--json", stdout=out)
    return {one["key"]: one["value"] for one in json.loads(out.getvalue())["figures"]}


def test_new_devices_are_revoked_and_still_known_as_of_then(take: Take, school: School, it_staff: User) -> None:
    batch = take([HEADER, row("OB1"), row("OB2", status="im Lager")])
    known, before = timezone.now(), figure(LATER)
    code, result = run(str(batch.pk))
    assert (code, result["reversed"], result["kept"], result["kept_rows"]) == (0, 2, 0, [])
    assert list(Device.objects.visible_to(it_staff)) == []
    assert in_service(LATER) == 0
    assert figure(LATER, known) == before
    assert in_service(LATER, known) == 1
    batch.refresh_from_db()
    assert (batch.status, batch.undo_act.verb, batch.undo_act.undoes) == (BatchStatus.UNDONE, "import.undo", batch.act)
    devices = Entry.objects.filter(act=batch.undo_act, kind="inventory.device").order_by("pk")
    assert [(e.label, e.changes["status"]) for e in devices] == [
        ("OB1", ["in_service", None]),
        ("OB2", ["in_stock", None]),
    ]


def test_completion_as_known_at_the_import_still_shows_it(take: Take, school: School) -> None:
    make_headcount(school, on=date(2023, 10, 15), pupils=100, teachers=10, classes=4)
    batch = take([HEADER, *(row(f"OB{n}") for n in range(5))])
    known = timezone.now()

    def standing(at: datetime | None = None) -> str:
        out = StringIO()
        options = ["--known-at", at.isoformat()] if at else []
        call_command("completion", "--as-of", "2024-09-01", *options, "--json", stdout=out)
        return out.getvalue()

    before = standing()
    assert undone(batch) == (5, 0, 0)
    assert standing() != before
    assert json.loads(standing(known))["schools"] == json.loads(before)["schools"]


def test_preview_writes_nothing(take: Take) -> None:
    batch = take([HEADER, row()])
    acts, entries = Act.objects.count(), Entry.objects.count()
    code, result = run(str(batch.pk), "--dry-run")
    assert (code, result["status"], result["reversed"]) == (0, "dry_run", 1)
    assert (Act.objects.count(), Entry.objects.count()) == (acts, entries)
    assert ImportBatch.objects.get().status == BatchStatus.TAKEN


def test_device_changed_since_is_kept_and_named(take: Take, it_staff: User, by: Actor) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    change_device(Device.objects.get(asset_tag="OB2"), by=by, on=LATER, status="in_repair")
    code, result = run(str(batch.pk))
    assert (code, result["reversed"], result["kept"], result["failed"]) == (1, 1, 1, 0)
    (kept,) = result["kept_rows"]
    at = Act.objects.get(verb="device.change").at.isoformat()
    assert (kept["label"], kept["by"], kept["at"]) == ("OB2", "ina.it", at)
    assert [str(d) for d in Device.objects.visible_to(it_staff)] == ["OB2"]
    assert Device.objects.get(asset_tag="OB2").status == "in_repair"


def test_changed_devices_go_back_to_what_was_believed(take: Take, school: School, other_school: School) -> None:
    room = make_room(school, "101")
    device, beside = make_devices(2, school=school, room=room)
    states = list(
        DeviceState.objects.order_by("pk").values_list("valid_from", "valid_until", "status", "school", "room")
    )
    batch = take(
        [
            HEADER,
            [device.asset_tag, None, None, None, "in Reparatur", LATER, None, None, 99.5],
            [device.asset_tag, None, None, None, "im Lager", LATER + timedelta(days=9), None, None, None],
            [beside.asset_tag, None, None, None, "im Einsatz", LATER, "Kastanienschule", None, None],
        ]
    )
    known = timezone.now()
    device.refresh_from_db()
    assert (device.status, device.price) == ("in_stock", Decimal("99.50"))
    assert undone(batch) == (2, 0, 0)
    believed = DeviceState.objects.known().order_by("device")
    assert list(believed.values_list("valid_from", "valid_until", "status", "school", "room")) == states
    for one in (device, beside):
        one.refresh_from_db()
    assert (device.status, device.since, device.price) == ("in_service", DAY, None)
    assert (beside.school, beside.room, beside.since) == (school, room, DAY)
    assert DeviceState.objects.as_of(LATER, known).get(device=device).status == "in_repair"
    assert DeviceState.objects.as_of(LATER).get(device=device).status == "in_service"


def test_detail_that_is_not_as_the_import_left_it_is_kept(take: Take, school: School) -> None:
    device = make_device(school=school)
    batch = take([["Inventarnummer", "Preis", "Seit"], [device.asset_tag, 50, None]])
    Device.objects.update(price=60)  # past every service
    assert undone(batch) == (0, 1, 0)
    assert Device.objects.get().price == 60


def test_number_that_another_device_has_now_fails(take: Take, school: School) -> None:
    device = make_device(school=school)
    old = device.serial
    act = an_act()
    update_details({device.pk: {"serial": "NEU1"}}, act)
    batch = taken_by(act)
    other = make_device(school=school)
    update_details({other.pk: {"serial": old}}, an_act())
    assert undone(batch) == (0, 0, 1)
    batch.refresh_from_db()
    (failed,) = batch.undo["failed_rows"]
    assert (failed["label"], old in failed["reason"]) == (device.asset_tag, True)


def test_same_file_is_taken_again_after_undo(take: Take, it_staff: User) -> None:
    rows = [HEADER, row("OB1"), row("OB2")]
    undone(take(rows))
    again = take(rows)
    assert (again.summary["new"], again.summary["unchanged"]) == (2, 0)
    assert Device.objects.visible_to(it_staff).count() == 2
    assert Device.objects.count() == 4


def test_redo_takes_the_batch_again_as_a_new_act(take: Take, by: Actor, it_staff: User) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    first = batch.act
    undone(batch)
    batch = redo_batch(batch, by=by)
    assert (batch.status, batch.act, batch.undo_act, batch.undo) == (BatchStatus.UPLOADED, None, None, {})
    batch = take_batch(preview_batch(batch), by=by)
    assert (batch.status, Device.objects.visible_to(it_staff).count()) == (BatchStatus.TAKEN, 2)
    assert first.undone_by.verb == "import.undo"
    told = Entry.objects.filter(kind="imports.importbatch", object_id=batch.pk).order_by("pk")
    assert [(e.act.verb, e.changes["status"]) for e in told] == [
        ("import.undo", ["taken", "undone"]),
        ("import.redo", ["undone", "uploaded"]),
    ]
    assert undone(batch) == (2, 0, 0)
    assert Device.objects.visible_to(it_staff).count() == 0


def test_undone_later_import_does_not_count_as_a_change(take: Take, school: School) -> None:
    device = make_device(school=school)
    first = take([[*HEADER[:1], "Status", "Seit"], [device.asset_tag, "in Reparatur", LATER]])
    second = take([[*HEADER[:1], "Status", "Seit"], [device.asset_tag, "im Lager", LATER + timedelta(days=5)]])
    assert preview_undo(first)["kept"] == 1
    assert undone(second) == (1, 0, 0)
    assert undone(first) == (1, 0, 0)
    device.refresh_from_db()
    assert (device.status, device.since) == ("in_service", DAY)


def test_tests_of_devices_are_superseded(take: Take, school: School) -> None:
    board = make_device(school=school, model=make_model("Tafel", category="board"))
    batch = take([["Inventarnummer", "Geprüft am"], [board.asset_tag, LATER]])
    known = timezone.now()
    assert DeviceTest.objects.known().count() == 1
    assert undone(batch) == (1, 0, 0)
    assert (DeviceTest.objects.known().count(), DeviceTest.objects.known(known).count()) == (0, 1)


def test_change_of_a_revoked_device_is_refused(take: Take, by: Actor) -> None:
    batch = take([HEADER, row()])
    device = Device.objects.get()
    undone(batch)
    with pytest.raises(ValidationError) as refused:
        change_devices([device], by=by, on=LATER, status="lost")
    assert refused.value.code == "revoked"
    with pytest.raises(ValidationError):
        update_details({device.pk: {"note": "x"}}, an_act())


def test_edit_between_preview_and_undo_is_kept(take: Take, by: Actor) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    assert preview_undo(batch)["reversed"] == 2
    change_device(Device.objects.get(asset_tag="OB1"), by=by, on=LATER, status="in_repair")
    result = undo_batch(batch, by=by).undo
    assert (result["reversed"], [one["label"] for one in result["kept_rows"]]) == (1, ["OB1"])
