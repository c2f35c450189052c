"""In service needs mounted and accepted, whichever way it is said; and a second board in a room is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from inventory.enums import ScanMode, Verdict
from inventory.services import NewScan, Setting, record_scans
from tests.factories import DAY, make_room
from tests.inventory.test_boards import board

SENTENCE = "sobald es montiert und abgenommen ist"
LATER = DAY + timedelta(days=9)


@pytest.mark.parametrize("status", ["delivered", "mounted", "tested", "dismounted"])
def test_interface_refuses_service_before_acceptance(api, write, it_staff, school, status):
    device = board(school, status)
    said = {"on": LATER.isoformat(), "status": "in_service"}
    one = write(it_staff, "post", f"devices/{device.pk}/change/", said, of=f"devices/{device.pk}/")
    many = api(it_staff).post("/api/v1/devices/transition/", said | {"ids": [device.pk]})
    assert [(answer.status_code, SENTENCE in answer.content.decode()) for answer in (one, many)] == [(400, True)] * 2
    device.refresh_from_db()
    assert device.status == status


@pytest.mark.parametrize("status", ["delivered", "mounted", "tested", "dismounted"])
def test_scan_refuses_service_before_acceptance(by, school, status):
    device = board(school, status)
    setting = Setting(ScanMode.IN_SERVICE, school=school)
    scan = record_scans([NewScan(uuid4(), device.serial, timezone.now())], setting, by=by)[0]
    assert (scan.verdict, SENTENCE in scan.message) == (Verdict.REFUSED, True)
    device.refresh_from_db()
    assert device.status == status


def test_transition_tells_of_a_second_board(api, it_staff, school):
    room = make_room(school, "102")
    board(school, "in_service", room=room)
    device = board(school, "in_service", room=make_room(school))
    said = {"ids": [device.pk], "on": LATER.isoformat(), "room": room.pk}
    answers = [api(it_staff).post("/api/v1/devices/transition/", said | {"dry_run": dry}) for dry in (True, False)]
    assert [one.json()["warnings"] for one in answers] == [["102: Dort würden 2 Tafeln hängen."]] * 2


def test_devices_are_listed_by_the_day_of_their_next_test(api, it_staff, school, by):
    device = board(school, "in_service")
    board(school, "in_stock")
    found = api(it_staff).get("/api/v1/devices/?test_due=2024-06-01").json()["results"]
    assert [row["id"] for row in found] == [device.pk]
