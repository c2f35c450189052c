"""Defects and swaps of the world, and a scenario for each service about them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files import File

from audit.actor import Actor
from inventory import services as devices
from inventory.models import DefectPhoto, DeviceDefect, DeviceSwap
from schools.models import School
from tests.common.test_pictures import PIXEL
from tests.factories import DAY, an_act, make_device, make_school
from tests.house.works_and_money import Things, stored


def about_defects(side: str, school: School, by: Actor) -> Things:
    """A device with a reported defect and its photo, which has replaced another one."""
    device, old = make_device(school=school), make_device(school=school, status="in_repair")
    defect = a_defect(by, device)
    photo = DefectPhoto.objects.create(defect=defect, **stored(side, "defectphoto") | {"media_type": "image/png"})
    DeviceSwap.objects.create(device=old, replacement=device, school=school, on=DAY, act=an_act())
    return {
        "device_defect": {"pk": defect.pk},
        "device_step": {"pk": defect.pk, "step": "send"},
        "defect_photo": {"pk": defect.pk, "photo_pk": photo.pk},
    }


def a_defect(by: Actor, device: Any = None) -> DeviceDefect:
    return devices.report_defect(device or make_device(school=make_school()), by=by, kind="screen", on=DAY, text="x")


def a_photo(by: Actor) -> DefectPhoto:
    return devices.attach_photo(a_defect(by), File(BytesIO(PIXEL), name="x.jpg"), by=by)


def sent(by: Actor) -> DeviceDefect:
    return devices.send_defect(a_defect(by), by=by, on=DAY)


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "report_defect": a_defect,
    "take_defect": lambda by: devices.take_defect(a_defect(by), by=by, on=DAY),
    "send_defect": sent,
    "receive_defect": lambda by: devices.receive_defect(sent(by), by=by, on=DAY, status="in_service"),
    "close_defect": lambda by: devices.close_defect(a_defect(by), by=by, on=DAY, result="no_defect"),
    "attach_photo": a_photo,
    "remove_photo": lambda by: devices.remove_photo(a_photo(by), by=by),
    "swap_devices": lambda by: devices.swap_devices(
        a_defect(by).device, replacement=make_device(status="in_stock"), by=by, on=DAY
    ),
}
