"""Installing boards: mounted, tested, accepted, training held, in service; and what may not be."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File

from audit.actor import Actor
from audit.models import Act, Entry
from common.dated import add_months
from inventory.models import Device, DeviceProtocol, DeviceState, DeviceTest, InstallationStep
from inventory.services import (
    accept_device,
    change_device,
    change_devices,
    correct_state,
    correct_step,
    correct_test,
    mount_device,
    record_test,
    record_training,
    remove_protocol,
    start_device,
    undo_act,
    withdraw_state,
    withdraw_step,
    withdraw_test,
)
from schools.models import School
from tests.common.test_pictures import PIXEL
from tests.factories import DAY, make_device, make_model, make_room
from tests.inventory.test_defects import refused

pytestmark = pytest.mark.django_db


def after(days: int) -> Any:
    return DAY + timedelta(days=days)


def board(school: School | None = None, status: str = "delivered", **values: Any) -> Device:
    return make_device(school=school, status=status, model=make_model("Tafel", category="board"), use="room", **values)


def history(device: Device) -> list[tuple[str, int]]:
    rows = DeviceState.objects.known().filter(device=device).order_by("valid_from").values_list("status", "valid_from")
    return [(status, (day - DAY).days) for status, day in rows]


def steps(device: Device) -> list[tuple[Any, ...]]:
    found = InstallationStep.objects.known().filter(device=device).order_by("pk")
    return [(s.kind, (s.valid_from - DAY).days, s.mount, s.acceptor, s.participants, s.note) for s in found]


def pdf(name: str = "Protokoll.pdf") -> File:
    return File(BytesIO(b"%PDF-1.7\n"), name=name)


def test_board_is_installed_step_by_step(school: School, by: Actor) -> None:
    device, room = board(), make_room(school)
    mount_device(device, by=by, on=after(1), room=room, mount="lift")
    assert (device.status, device.school_id, device.room_id) == ("mounted", school.pk, room.pk)
    record_test(device, by=by, on=after(2), protocol=pdf())
    accept_device(device, by=by, on=after(3), acceptor="buildings", note="ohne Mängel")
    record_training(device, by=by, on=after(4), participants=12)
    start_device(device, by=by, on=after(5))
    assert history(device) == [("delivered", 0), ("mounted", 1), ("tested", 2), ("accepted", 3), ("in_service", 5)]
    assert steps(device) == [
        ("mounted", 1, "lift", "", None, ""),
        ("accepted", 3, "", "buildings", None, "ohne Mängel"),
        ("trained", 4, "", "", 12, ""),
    ]
    tested = DeviceTest.objects.get()
    assert (tested.valid_from, tested.valid_until) == (after(2), add_months(after(2), 48))
    assert DeviceProtocol.objects.values_list("device", "tested_on", "name").get() == (
        device.pk,
        after(2),
        "Protokoll.pdf",
    )
    verbs = Act.objects.filter(verb__startswith="board.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["board.mount", "board.test", "board.accept", "board.train", "board.start"]


def test_all_steps_may_fall_on_one_day(school: School, by: Actor) -> None:
    device = board(school)
    mount_device(device, by=by, on=after(1), room=make_room(school))
    record_test(device, by=by, on=after(1))
    accept_device(device, by=by, on=after(1), acceptor="it")
    start_device(device, by=by, on=after(1))
    assert history(device) == [("delivered", 0), ("in_service", 1)]
    assert [step[:2] for step in steps(device)] == [("mounted", 1), ("accepted", 1)]


def test_steps_of_the_past_leave_the_state_alone(school: School, by: Actor) -> None:
    device = board(school, "in_service", room=make_room(school))
    mount_device(device, by=by, on=after(0), mount="wall")
    accept_device(device, by=by, on=after(0), acceptor="it")
    record_test(device, by=by, on=after(3))
    assert history(device) == [("in_service", 0)]
    assert [step[:2] for step in steps(device)] == [("mounted", 0), ("accepted", 0)]


def test_mounting_needs_a_room(school: School, by: Actor) -> None:
    assert refused(lambda: mount_device(board(school), by=by, on=after(1))) == {"room": ["no_room"]}


def test_a_step_is_recorded_once_a_day(school: School, by: Actor) -> None:
    device = board(school, "in_service")
    record_training(device, by=by, on=after(1))
    assert refused(lambda: record_training(device, by=by, on=after(1))) == {"on": ["recorded"]}
    record_test(device, by=by, on=after(1))
    assert refused(lambda: record_test(device, by=by, on=after(1))) == {"on": ["recorded"]}
    assert refused(lambda: record_test(device, by=by, on=after(1), is_passed=False)) == {"on": ["recorded"]}


def test_next_test_may_be_another_day(school: School, by: Actor) -> None:
    device = board(school, "in_service")
    record_test(device, by=by, on=after(1), due=after(100))
    assert DeviceTest.objects.get().valid_until == after(100)
    assert refused(lambda: record_test(device, by=by, on=after(5), due=after(5))) == {"due": ["due_before"]}


def test_failed_test_ends_the_one_before(school: School, by: Actor) -> None:
    device = board(school, "in_service")
    record_test(device, by=by, on=after(1))
    record_test(device, by=by, on=after(9), is_passed=False, note="Schutzleiter", protocol=pdf())
    known = DeviceTest.objects.known().get()
    assert (known.valid_from, known.valid_until) == (after(1), after(9))
    assert (device.status, steps(device)) == ("defective", [("failed", 9, "", "", None, "Schutzleiter")])
    undo_act(Act.objects.get(pk=known.act_id), by=by)
    device.refresh_from_db()
    known = DeviceTest.objects.known().get()
    assert (device.status, steps(device), known.valid_until) == ("in_service", [], add_months(after(1), 48))


def test_every_step_is_taken_back_as_a_whole(school: School, by: Actor) -> None:
    device = board(school)
    mount_device(device, by=by, on=after(1), room=make_room(school), mount="wall")
    undo_act(Act.objects.get(verb="board.mount"), by=by)
    device.refresh_from_db()
    assert (device.status, device.room_id, history(device), steps(device)) == (
        "delivered", None, [("delivered", 0)], [],
    )  # fmt: skip


def test_step_is_corrected_and_withdrawn(school: School, by: Actor) -> None:
    device = board(school, "in_service")
    record_training(device, by=by, on=after(4), participants=12)
    step = correct_step(InstallationStep.objects.get(), by=by, on=after(3), participants=21, reason="vertippt")
    assert steps(device) == [("trained", 3, "", "", 21, "")]
    assert Entry.objects.latest("pk").changes == {
        "participants": [12, 21],
        "trained_on": [after(4).isoformat(), after(3).isoformat()],
    }
    withdraw_step(step, by=by)
    assert (steps(device), InstallationStep.objects.count()) == ([], 2)
    with pytest.raises(ValidationError):
        withdraw_step(step, by=by)


def test_test_is_corrected_with_its_protocol_and_withdrawn(school: School, by: Actor) -> None:
    device = board(school, "in_service")
    record_test(device, by=by, on=after(4), protocol=pdf())
    correct_test(DeviceTest.objects.get(), by=by, on=after(3), due=after(300))
    known = DeviceTest.objects.known().get()
    assert (known.valid_from, known.valid_until) == (after(3), after(300))
    assert DeviceProtocol.objects.get().tested_on == after(3)
    withdraw_test(known, by=by)
    assert not DeviceTest.objects.known().exists()
    remove_protocol(DeviceProtocol.objects.get(), by=by)
    assert not DeviceProtocol.objects.exists()


@pytest.mark.parametrize(
    ("upload", "code"),
    [(File(BytesIO(b"MZ\x90"), name="x.pdf"), "unknown_type"), (File(BytesIO(b""), name="x.pdf"), "empty")],
)
def test_protocol_is_a_pdf_or_a_picture(school: School, by: Actor, upload: File, code: str) -> None:
    device = board(school, "in_service")
    assert refused(lambda: record_test(device, by=by, on=after(1), protocol=upload)) == {"file": [code]}
    assert not DeviceTest.objects.exists()
    record_test(device, by=by, on=after(1), protocol=File(BytesIO(PIXEL), name="x.jpg"))
    assert DeviceProtocol.objects.get().media_type == "image/jpeg"


@pytest.mark.parametrize("status", ["delivered", "in_stock", "room_prepared", "mounted", "tested", "dismounted"])
def test_in_service_needs_mounted_and_accepted(school: School, by: Actor, status: str) -> None:
    device = board(school, status)
    for change in (
        lambda: start_device(device, by=by, on=after(2)),
        lambda: change_device(device, by=by, on=after(2), status="in_service"),
        lambda: change_devices(Device.objects.filter(pk=device.pk), by=by, on=after(2), status="in_service"),
    ):
        with pytest.raises(ValidationError, match="sobald es montiert und abgenommen ist"):
            change()


@pytest.mark.parametrize("status", ["delivered", "in_stock", "mounted", "dismounted"])
def test_repaired_board_goes_into_service_only_if_it_was_accepted(school: School, by: Actor, status: str) -> None:
    device = board(school, status)
    change_device(device, by=by, on=after(1), status="defective")
    with pytest.raises(ValidationError, match="sobald es montiert und abgenommen ist"):
        change_device(device, by=by, on=after(2), status="in_service")
    change_device(device, by=by, on=after(2), status="mounted")
    change_device(device, by=by, on=after(3), status="accepted")
    change_device(device, by=by, on=after(4), status="defective")
    change_device(device, by=by, on=after(5), status="in_service")
    assert device.status == "in_service"


def test_correction_does_not_leave_out_the_acceptance(school: School, by: Actor) -> None:
    device = board(school, "mounted")
    change_device(device, by=by, on=after(1), status="accepted")
    change_device(device, by=by, on=after(2), status="in_service")
    accepted = DeviceState.objects.known().get(device=device, status="accepted")
    with pytest.raises(ValidationError, match="sobald es montiert und abgenommen ist"):
        withdraw_state(accepted, by=by)
    with pytest.raises(ValidationError, match="sobald es montiert und abgenommen ist"):
        correct_state(accepted, by=by, status="tested")
    other = board(school, "delivered")
    change_device(other, by=by, on=after(1), status="mounted")
    with pytest.raises(ValidationError, match="sobald es montiert und abgenommen ist"):
        correct_state(DeviceState.objects.known().get(device=other, status="mounted"), by=by, status="in_service")
