"""Installed boards of the world, and a scenario for each service about them."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files import File

from audit.actor import Actor
from inventory import services as devices
from inventory.models import DeviceProtocol, DeviceTest, InstallationStep
from schools.models import School
from tests.factories import DAY, an_act, make_device, make_model, make_room, make_school
from tests.house.works_and_money import Things, stored

LATER = DAY + timedelta(days=9)


def about_boards(side: str, school: School, by: Actor) -> Things:
    """A board in service with a training, a test and its protocol."""
    device, act = a_board(school), an_act()
    fact = {"act": act, "recorded_at": act.at, "valid_from": DAY}
    step = InstallationStep.objects.create(device=device, kind="trained", participants=3, note="x", **fact)
    test = DeviceTest.objects.create(device=device, valid_until=LATER, **fact)
    paper = DeviceProtocol.objects.create(device=device, tested_on=DAY, **stored(side, "deviceprotocol"))
    undoable = a_board(school, "delivered")
    devices.mount_device(undoable, by=by, on=LATER, room=make_room(school))
    return {
        "board": {"pk": device.pk},
        "board_step": {"pk": device.pk, "step": "train"},
        "board_undo": {"pk": undoable.pk},
        "installation_fact": {"pk": device.pk, "step_pk": step.pk},
        "electrical_test": {"pk": device.pk, "test_pk": test.pk},
        "protocol": {"pk": device.pk, "file_pk": paper.pk},
    }


def a_board(school: School | None = None, status: str = "in_service") -> Any:
    school = school or make_school()
    return make_device(school=school, status=status, room=make_room(school), model=make_model("T", category="board"))


def trained(by: Actor) -> InstallationStep:
    devices.record_training(a_board(), by=by, on=DAY, participants=3)
    return InstallationStep.objects.latest("pk")


def tested(by: Actor) -> DeviceTest:
    devices.record_test(a_board(), by=by, on=DAY, protocol=a_file())
    return DeviceTest.objects.latest("pk")


def a_file() -> File:
    return File(BytesIO(b"%PDF-1.7"), name="x.pdf")


def a_protocol(by: Actor) -> DeviceProtocol:
    return devices.attach_protocol(a_board(), DAY, a_file(), by=by)


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "mount_device": lambda by: devices.mount_device(a_board(status="delivered"), by=by, on=DAY, mount="wall"),
    "record_test": lambda by: devices.record_test(
        tested(by).device, by=by, on=LATER, is_passed=False, protocol=a_file()
    ),
    "accept_device": lambda by: devices.accept_device(a_board(status="mounted"), by=by, on=DAY, acceptor="it"),
    "record_training": trained,
    "start_device": lambda by: devices.start_device(a_board(status="accepted"), by=by, on=DAY),
    "correct_step": lambda by: devices.correct_step(trained(by), by=by, participants=4),
    "withdraw_step": lambda by: devices.withdraw_step(trained(by), by=by),
    "correct_test": lambda by: devices.correct_test(tested(by), by=by, on=LATER, due=LATER + timedelta(days=9)),
    "withdraw_test": lambda by: devices.withdraw_test(tested(by), by=by),
    "attach_protocol": a_protocol,
    "remove_protocol": lambda by: devices.remove_protocol(a_protocol(by), by=by),
}
