"""Defects of devices: their life, and what becomes of the device with each step."""

from datetime import date, timedelta
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File

from audit.actor import Actor
from audit.models import Act, Entry
from inventory.enums import DefectStatus
from inventory.models import DefectPhoto, DeviceDefect, DeviceState
from inventory.services import (
    attach_photo,
    close_defect,
    receive_defect,
    remove_photo,
    report_defect,
    send_defect,
    take_defect,
)
from inventory.workflow import DEFECTS
from schools.models import School
from tests.common.test_pictures import PIXEL, PLACE, exif, segment
from tests.factories import DAY, make_device, make_model

pytestmark = pytest.mark.django_db
LATER, LAST = DAY + timedelta(days=3), DAY + timedelta(days=9)
PHOTO = PIXEL[:2] + segment(0xE1, exif(6)) + PIXEL[2:]

ALLOWED = {
    ("reported", "taken"),
    ("reported", "sent"),
    ("reported", "closed"),
    ("taken", "sent"),
    ("taken", "closed"),
    ("sent", "back"),
    ("sent", "closed"),
    ("back", "sent"),
    ("back", "closed"),
}


def refused(call: Any) -> dict[str, list[str | None]]:
    with pytest.raises(ValidationError) as error:
        call()
    found = error.value.update_error_dict({})
    return {name: [one.code for one in problems] for name, problems in found.items()}


def states_of(device: Any) -> list[tuple[str, date]]:
    rows = DeviceState.objects.known().filter(device=device).order_by("valid_from")
    return list(rows.values_list("status", "valid_from"))


def test_which_step_may_follow_which() -> None:
    pairs = {(str(old), str(new)) for old, new in product(DefectStatus, repeat=2) if old != new}
    assert {pair for pair in pairs if DEFECTS.allows(*pair)} == ALLOWED


def test_defect_goes_through_its_life_and_the_device_with_it(school: School, by: Actor) -> None:
    device = make_device(school=school)
    defect = report_defect(device, by=by, kind="screen", on=DAY, text="Glas gesprungen")
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert (entry.kind, entry.school_id) == ("inventory.devicedefect", school.pk)
    assert entry.changes == {
        "device": [None, device.pk],
        "kind": [None, "screen"],
        "reported_on": [None, DAY.isoformat()],
    }
    assert take_defect(defect, by=by, on=DAY).taken_by == Act.objects.latest("pk")
    send_defect(defect, by=by, on=LATER, reason="Ticket 7")
    receive_defect(defect, by=by, on=LAST, status="in_service")
    closed = close_defect(defect, by=by, on=LAST, result="repaired")
    assert (closed.status, closed.result, closed.status_on, closed.is_open) == ("closed", "repaired", LAST, False)
    assert states_of(device) == [("in_service", DAY), ("in_repair", LATER), ("in_service", LAST)]
    sent = Act.objects.get(verb="repair.send")
    kinds = Entry.objects.filter(act=sent).order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["inventory.device", "inventory.devicedefect"]


def test_installed_device_is_defective_where_a_portable_one_is_in_repair(school: School, by: Actor) -> None:
    board = make_device(school=school, model=make_model("Tafel", category="board"), use="room")
    send_defect(report_defect(board, by=by, kind="power", on=LATER), by=by, on=LATER)
    assert states_of(board) == [("in_service", DAY), ("defective", LATER)]


def test_second_report_and_second_hand_are_refused(school: School, by: Actor) -> None:
    device = make_device(school=school)
    defect = report_defect(device, by=by, kind="screen", on=DAY)
    assert refused(lambda: report_defect(device, by=by, kind="power", on=DAY)) == {"__all__": ["reported"]}
    take_defect(defect, by=by, on=DAY)
    assert refused(lambda: take_defect(defect, by=by, on=DAY)) == {"__all__": ["changed_meanwhile"]}
    assert refused(lambda: receive_defect(defect, by=by, on=DAY)) == {"__all__": ["forbidden_step"]}
    close_defect(defect, by=by, on=DAY, result="no_defect")
    assert refused(lambda: send_defect(defect, by=by, on=LATER)) == {"__all__": ["forbidden_step"]}
    assert report_defect(device, by=by, kind="power", on=DAY).is_open
    assert states_of(device) == [("in_service", DAY)]


def test_days_are_in_order(school: School, by: Actor) -> None:
    device = make_device(school=school)
    tomorrow = date.today() + timedelta(days=1)
    assert refused(lambda: report_defect(device, by=by, kind="screen", on=tomorrow)) == {"on": ["future_day"]}
    defect = report_defect(device, by=by, kind="screen", on=LATER)
    assert refused(lambda: take_defect(defect, by=by, on=DAY)) == {"on": ["out_of_order"]}


def test_nothing_is_reported_of_what_is_gone(school: School, by: Actor) -> None:
    lost = make_device(school=school, status="lost")
    assert refused(lambda: report_defect(lost, by=by, kind="screen", on=DAY)) == {"__all__": ["gone"]}


def test_photo_is_kept_without_place_and_can_be_deleted(
    school: School, by: Actor, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    device = make_device(school=school)
    photo = File(BytesIO(PHOTO), name="IMG_Lena.jpg")
    defect = report_defect(device, by=by, kind="screen", on=DAY, photo=photo)
    kept = DefectPhoto.objects.get(defect=defect)
    with kept.file.open("rb") as file:
        content = file.read()
    assert (PLACE in content, content[-60:], kept.media_type) == (False, PIXEL[-60:], "image/jpeg")
    assert "Lena" not in kept.name + (kept.file.name or "")
    paper = File(BytesIO(b"%PDF-1.7"), name="a.pdf")
    assert refused(lambda: attach_photo(defect, paper, by=by)) == {"file": ["unknown_type"]}
    broken = File(BytesIO(PHOTO[:90]), name="a.jpg")
    assert refused(lambda: attach_photo(defect, broken, by=by)) == {"file": ["unreadable"]}
    remove_photo(kept, by=by)
    assert (DefectPhoto.objects.count(), Act.objects.latest("pk").verb) == (0, "repair.remove")


def test_bad_photo_leaves_no_report(school: School, by: Actor) -> None:
    device = make_device(school=school)
    empty = File(BytesIO(b"GIF89a"), name="a.gif")
    assert refused(lambda: report_defect(device, by=by, kind="screen", on=DAY, photo=empty)) == {
        "file": ["unknown_type"]
    }
    assert not DeviceDefect.objects.exists()
