"""One device takes the place of another."""

from datetime import timedelta
from typing import Any

import pytest

from audit.actor import Actor
from audit.models import Act
from inventory.models import Device, DeviceState
from inventory.services import change_device, report_defect, swap_devices, take_defect
from schools.models import School
from tests.factories import DAY, make_device, make_model, make_room
from tests.inventory.test_defects import refused

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=3)


def placed(device: Device) -> tuple[Any, ...]:
    device.refresh_from_db()
    return device.status, device.school_id, device.room_id, device.use, device.since


def test_replacement_takes_the_place_in_one_act(school: School, by: Actor) -> None:
    room = make_room(school)
    old = make_device(school=school, room=room, use="teachers")
    spare = make_device(status="in_stock", use="")
    defect = take_defect(report_defect(old, by=by, kind="screen", on=DAY), by=by, on=DAY)
    before = Act.objects.count()
    swap = swap_devices(old, replacement=spare, by=by, on=LATER)
    assert placed(old) == ("in_repair", school.pk, None, "teachers", LATER)
    assert placed(spare) == ("in_service", school.pk, room.pk, "teachers", LATER)
    defect.refresh_from_db()
    assert (defect.status, defect.status_on) == ("sent", LATER)
    assert (Act.objects.count(), swap.act.verb, swap.school_id) == (before + 1, "device.swap", school.pk)


def test_retired_device_closes_its_defect(school: School, by: Actor) -> None:
    old, spare = make_device(school=school), make_device(status="in_stock")
    defect = report_defect(old, by=by, kind="screen", on=DAY)
    swap_devices(old, replacement=spare, by=by, on=LATER, status="retired")
    defect.refresh_from_db()
    assert (placed(old)[0], defect.status, defect.result) == ("retired", "closed", "replaced")


def test_place_is_that_of_the_day(school: School, other_school: School, by: Actor) -> None:
    old, spare = make_device(school=school), make_device(status="in_stock")
    change_device(old, by=by, on=LATER + timedelta(days=1), school=other_school)
    swap_devices(old, replacement=spare, by=by, on=LATER)
    assert placed(spare)[1] == school.pk


def test_board_is_mounted_first(school: School, by: Actor) -> None:
    room, model = make_room(school), make_model("Tafel", category="board")
    old = make_device(school=school, room=room, model=model, use="room")
    spare = make_device(status="in_stock", model=model, use="room")
    swap_devices(old, replacement=spare, by=by, on=LATER)
    assert (placed(old)[0], placed(spare)[:3]) == ("defective", ("mounted", school.pk, room.pk))


def test_what_cannot_take_the_place_is_refused(school: School, by: Actor) -> None:
    old, serving = make_device(school=school), make_device(school=school)
    board = make_device(status="in_stock", model=make_model("Tafel", category="board"))
    stored, spare = make_device(status="in_stock"), make_device(status="in_stock")
    late = make_device(status="in_stock", on=LATER)

    def swap(device: Device, replacement: Device) -> dict[str, list[str | None]]:
        return refused(lambda: swap_devices(device, replacement=replacement, by=by, on=DAY))

    assert swap(old, old) == {"replacement": ["not_spare"]}
    assert swap(old, serving) == {"replacement": ["not_spare"]}
    assert swap(old, board) == {"replacement": ["not_spare"]}
    assert swap(stored, spare) == {"__all__": ["no_school"]}
    assert swap(old, late) == {"on": ["no_state"]}
    assert DeviceState.objects.count() == 6
