"""The scan page without a browser: what it shows, what it takes, what it answers."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.enums import ScanMode, Verdict
from inventory.models import Device, Scan
from tests.factories import make_device, make_devices, make_order, make_room, make_school

pytestmark = pytest.mark.django_db
QUEUE = {"Scan-Queue": "1"}


def queued(mode: str, *codes: str, **more: Any) -> dict[str, Any]:
    """What the queue in the browser sends."""
    at = timezone.now().isoformat()
    keys = [str(uuid4()) for _code in codes]
    return {"mode": mode, "code": codes, "key": keys, "scanned_at": [at] * len(codes), **more}


def test_paste_is_recorded_and_the_setting_stays(signed_in: Any, it_staff: Any) -> None:
    school = make_school()
    room = make_room(school)
    first, second = make_devices(2, status="in_stock")
    data = {"mode": "in_service", "school": school.pk, "room": room.pk, "code": f"{first.serial}\n{second.asset_tag}"}

    answer = signed_in(it_staff).post("/scan/", {**data, "key": str(uuid4())})

    assert answer.url == f"/scan/?mode=in_service&school={school.pk}&room={room.pk}"
    assert list(Device.objects.values_list("status", "room")) == [("in_service", room.pk)] * 2
    assert [scan.verdict for scan in Scan.objects.all()] == [Verdict.DONE] * 2


def test_page_sent_twice_records_once(signed_in: Any, it_staff: Any) -> None:
    """The back button after sending, and once more."""
    device = make_device(status="in_stock")
    data = {"mode": "repair", "code": device.serial, "key": str(uuid4())}
    client = signed_in(it_staff)
    for _time in range(2):
        client.post("/scan/", data)

    assert Scan.objects.get().verdict == Verdict.DONE


def test_queue_gets_a_line_for_each_code(signed_in: Any, it_staff: Any) -> None:
    device = make_device(status="in_stock", serial="F2L001")
    answer = signed_in(it_staff).post("/scan/", queued("find", "f2l001", "NICHTDA", "F2LO01"), headers=QUEUE)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert [line.split('"')[0] for line in page.split('data-tone="')[1:]] == ["good", "bad", "bad"]
    assert f"/devices/{device.pk}/" in page
    assert f"Ist es {device.asset_tag}?" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"mode": "in_service"}, "Schule: Das wird hier gebraucht."),
        ({"mode": "status"}, "Status: Das wird hier gebraucht."),
        ({"mode": "retire"}, "Begründung: Das wird hier gebraucht."),
        ({"mode": "weg"}, "Was geschehen soll: Bitte eine gültige Auswahl treffen. weg ist keine gültige Auswahl."),
        (
            {"mode": "move", "school": "999999999"},
            "Schule: Bitte eine gültige Auswahl treffen. 999999999 ist keine gültige Auswahl.",
        ),
        ({"mode": "repair", "on": "morgen"}, "Tag: Bitte ein gültiges Datum eingeben."),
    ],
)
def test_setting_that_does_not_hold_is_said_and_nothing_is_lost(
    signed_in: Any, it_staff: Any, data: dict[str, str], said: str
) -> None:
    device = make_device(status="in_stock")
    client = signed_in(it_staff)

    refused = client.post("/scan/", queued(data["mode"], device.serial) | data, headers=QUEUE)
    page = client.post("/scan/", {**data, "code": device.serial})

    assert (refused.status_code, refused.content.decode()) == (422, said)
    assert page.status_code == 200
    assert f">{device.serial}</textarea>" in page.content.decode()
    assert Scan.objects.count() == 0


def test_more_than_can_be_sent_at_once_is_refused_whole(signed_in: Any, it_staff: Any) -> None:
    text = "\n".join(f"A{number}" for number in range(1001))
    page = signed_in(it_staff).post("/scan/", {"mode": "find", "code": text}).content.decode()

    assert "Mehr als 1000 Codes auf einmal" in page
    assert "A1000</textarea>" in page
    assert Scan.objects.count() == 0


def test_same_code_five_hundred_times_and_control_characters(signed_in: Any, it_staff: Any) -> None:
    device = make_device(status="in_stock")
    text = "\x02" + "\r\n\x1d".join([device.serial] * 500) + "\x03\x00"
    signed_in(it_staff).post("/scan/", {"mode": "repair", "code": text})

    verdicts = list(Scan.objects.order_by("pk").values_list("verdict", flat=True))
    assert verdicts == [Verdict.DONE] + [Verdict.TWICE] * 499


def test_school_finds_its_own_devices_and_changes_none(signed_in: Any, school_admin: Any, school: Any) -> None:
    own, foreign = make_device(school=school), make_device(school=make_school())
    client = signed_in(school_admin)

    found = client.post("/scan/", queued("find", own.serial, foreign.serial), headers=QUEUE).content.decode()
    refused = client.post("/scan/", queued("repair", own.serial), headers=QUEUE)

    assert [line.split('"')[0] for line in found.split('data-tone="')[1:]] == ["good", "bad"]
    assert str(foreign.model) not in found.split("</li>")[1]
    assert refused.status_code == 422
    own.refresh_from_db()
    assert own.status == "in_service"


def test_scans_of_today_are_shown_and_problems_alone(signed_in: Any, it_staff: Any, manager: Any) -> None:
    device = make_device(status="in_stock")
    client = signed_in(it_staff)
    client.post("/scan/", {"mode": "find", "code": f"{device.serial}\nNICHTDA"})
    signed_in(manager).post("/scan/", {"mode": "find", "code": "FREMD"})

    client = signed_in(it_staff)
    every = client.get("/scan/?mode=find").content.decode()
    problems = client.get("/scan/?mode=find&show=problems").content.decode()

    assert (every.count('<li class="scan-result '), problems.count('<li class="scan-result ')) == (3, 2)
    assert "FREMD" not in every
    assert "1 Problem" in every


@pytest.mark.parametrize("mode", list(ScanMode))
def test_page_takes_as_many_queries_for_three_scans_as_for_one(signed_in: Any, it_staff: Any, mode: str) -> None:
    make_order(quantity=3)
    client, devices, numbers = signed_in(it_staff), make_devices(3, status="in_stock", school=make_school()), []
    for some in (devices[:1], devices[1:]):
        client.post("/scan/", {"mode": "find", "code": "\n".join(device.serial for device in some)})
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/scan/?mode={mode}").status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_camera_is_allowed_here_and_nowhere_else(signed_in: Any, it_staff: Any) -> None:
    client = signed_in(it_staff)
    here, elsewhere = client.get("/scan/"), client.get("/devices/")

    assert "camera=(self)" in here["Permissions-Policy"]
    assert "camera=()" in elsewhere["Permissions-Policy"]
    assert "'wasm-unsafe-eval'" in here["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" not in elsewhere["Content-Security-Policy"]


def test_worker_may_keep_pages_of_the_whole_installation(client: Any) -> None:
    answer = client.get("/scan/worker.js")

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")
    assert (answer["Service-Worker-Allowed"], answer["Cache-Control"]) == ("/", "no-cache")


def test_scan_is_taken_back_and_says_so(signed_in: Any, it_staff: Any) -> None:
    device = make_device(status="in_stock")
    client = signed_in(it_staff)
    client.post("/scan/", {"mode": "repair", "code": device.serial})
    scan = Scan.objects.get()

    answer = client.post(f"/scan/{scan.pk}/undo/", {"mode": "repair"}, follow=True)
    device.refresh_from_db()
    assert (device.status, answer.redirect_chain) == ("in_stock", [("/scan/?mode=repair", 302)])
    assert f"Zurückgenommen: {scan.code}." in answer.content.decode()
    assert f"/scan/{scan.pk}/undo/" not in answer.content.decode()

    again = client.post(f"/scan/{scan.pk}/undo/", follow=True).content.decode()
    assert "Das wurde schon zurückgenommen." in again


def test_scan_of_somebody_else_cannot_be_taken_back(signed_in: Any, it_staff: Any, manager: Any) -> None:
    device = make_device(status="in_stock")
    signed_in(it_staff).post("/scan/", {"mode": "repair", "code": device.serial})

    assert signed_in(manager).post(f"/scan/{Scan.objects.get().pk}/undo/").status_code == 404
    device.refresh_from_db()
    assert device.status == "in_repair"
