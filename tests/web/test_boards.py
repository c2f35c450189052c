"""Rooms and presentation of a school, and the steps of an installation: the pages."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from audit.actor import Actor
from inventory.models import Device, DeviceProtocol, DeviceTest, InstallationStep
from inventory.services import accept_device, change_device, mount_device, record_test, record_training
from reports.boards import boards_of
from schools.models import School
from tests.factories import DAY, make_device, make_room
from tests.inventory.test_boards import board

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def text_of(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"web:{name}", args=args) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def step(client: Client, device: Device, key: str, **data: Any) -> Any:
    return client.post(reverse("web:installation_step", args=[device.pk, key]), data)


def day(number: int) -> str:
    return (DAY + timedelta(days=number)).isoformat()


def test_board_is_installed_from_the_screen(client: Client, it_staff: User, school: School) -> None:
    client.force_login(it_staff)
    device, room = board(school), make_room(school)
    back = f"{reverse('web:school_boards', args=[school.number])}#device-{device.pk}"
    paper = SimpleUploadedFile("Protokoll.pdf", b"%PDF-1.7\n")
    answers = [
        step(client, device, "mount", on=day(1), room=room.pk, mount="wall"),
        step(client, device, "test", on=day(2), result="passed", due="", file=paper, note=""),
        step(client, device, "accept", on=day(3), acceptor="buildings", note="ohne Mängel"),
        step(client, device, "train", on=day(4), participants="8", note=""),
        step(client, device, "start", on=day(5)),
    ]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [(302, back)] * 5
    device.refresh_from_db()
    assert (device.status, device.room_id) == ("in_service", room.pk)
    unit = boards_of(it_staff, school, date.today()).rooms[0].units[0]
    assert [unit.mounted_on, unit.tested_on, unit.accepted_on, unit.trained_on] == [
        DAY + timedelta(days=n) for n in (1, 2, 3, 4)
    ]
    assert (unit.participants, len(unit.protocols)) == (8, 1)
    url = reverse("web:protocol", args=[device.pk, unit.protocols[0].pk])
    assert f'href="{url}"' in text_of(client, "school_boards", school.number)
    kept = client.get(url)
    assert (kept.headers["Content-Type"], b"".join(kept)) == ("application/octet-stream", b"%PDF-1.7\n")
    kept.close()


def test_screen_tells_gaps_and_crowded_rooms(client: Client, it_staff: User, school: School) -> None:
    empty, full = make_room(school, name="101"), make_room(school, name="102")
    for _number in range(2):
        board(school, "in_service", room=full)
    loose = board(school, "delivered")
    plan = boards_of(it_staff, school, date.today())
    assert [(line.room, line.is_gap, line.boards) for line in plan.rooms] == [(empty, True, 0), (full, False, 2)]
    assert [unit.device for unit in plan.homeless] == [loose]
    assert (plan.in_service, plan.under_way, plan.gaps, plan.overdue) == (2, 1, 1, 2)
    client.force_login(it_staff)
    text = text_of(client, "school_boards", school.number)
    assert "102: Dort hängen jetzt 2 Tafeln." in text
    assert reverse("web:installation_step", args=[loose.pk, "mount"]) in text


def test_screen_as_of_a_past_day(client: Client, it_staff: User, school: School, by: Actor) -> None:
    device, room = board(school), make_room(school)
    mount_device(device, by=by, on=DAY + timedelta(days=5), room=room)
    accept_device(device, by=by, on=DAY + timedelta(days=7), acceptor="it")

    def seen(number: int) -> tuple[Any, ...]:
        plan = boards_of(it_staff, school, DAY + timedelta(days=number))
        unit = plan.units[0]
        return unit.status, unit.mounted_on, unit.accepted_on, len(plan.homeless)

    mounted, accepted = DAY + timedelta(days=5), DAY + timedelta(days=7)
    assert [seen(0), seen(6), seen(8)] == [
        ("delivered", None, None, 1),
        ("mounted", mounted, None, 0),
        ("accepted", mounted, accepted, 0),
    ]
    client.force_login(it_staff)
    assert reverse("web:installation_step", args=[device.pk, "train"]) not in text_of(
        client, "school_boards", school.number, query=f"?as_of={day(6)}"
    )


def test_board_that_is_mounted_again_is_accepted_again(school: School, it_staff: User, by: Actor) -> None:
    device, room = board(school), make_room(school)
    mount_device(device, by=by, on=DAY, room=room, mount="wall")
    accept_device(device, by=by, on=DAY + timedelta(days=1), acceptor="it")
    change_device(device, by=by, on=DAY + timedelta(days=2), status="dismounted")
    mount_device(device, by=by, on=DAY + timedelta(days=3), room=room)
    unit = boards_of(it_staff, school, date.today()).units[0]
    assert (unit.mounted_on, unit.mount, unit.accepted_on) == (DAY + timedelta(days=3), "", None)


def test_failed_and_overdue_tests_are_marked(client: Client, it_staff: User, school: School, by: Actor) -> None:
    device = board(school, "in_service", room=make_room(school))
    record_test(device, by=by, on=DAY, due=DAY + timedelta(days=30))
    assert boards_of(it_staff, school, DAY + timedelta(days=29)).overdue == 0
    assert boards_of(it_staff, school, DAY + timedelta(days=30)).overdue == 1
    client.force_login(it_staff)
    assert "überfällig" in text_of(client, "school_boards", school.number)
    step(client, device, "test", on=day(40), result="failed", due="", note="")
    device.refresh_from_db()
    assert device.status == "defective"
    assert "nicht bestanden" in text_of(client, "school_boards", school.number)


def test_device_list_asks_for_tests_that_are_due(client: Client, it_staff: User, school: School, by: Actor) -> None:
    client.force_login(it_staff)
    tested, untested, gone = (board(school, status) for status in ("in_service", "in_service", "retired"))
    record_test(tested, by=by, on=DAY, due=DAY + timedelta(days=30))

    def found(query: str) -> set[Device]:
        answer = client.get(f"{reverse('web:device_list')}?{query}")
        return {row.device for row in answer.context["rows"]}

    assert found(f"test_due={day(29)}") == {untested}
    assert found(f"test_due={day(30)}") == {untested, tested}
    assert found(f"test_due={day(30)}&as_of={day(40)}") == {untested, tested}
    assert gone not in found("test_due=2050-01-01")
    context = client.get(reverse("web:school_boards", args=[school.number])).context
    assert (context["due_soon"], context["due_everywhere"]) == (2, 2)


def test_second_board_warns_and_is_mounted_all_the_same(client: Client, it_staff: User, school: School) -> None:
    client.force_login(it_staff)
    room = make_room(school, name="102")
    board(school, "in_service", room=room)
    device = board(school)
    said = {"on": day(1), "room": room.pk, "mount": ""}
    answer = step(client, device, "mount", **said)
    assert answer.context["form"].warnings == ["102: Dort würden 2 Tafeln hängen."]
    device.refresh_from_db()
    assert device.status == "delivered"
    assert step(client, device, "mount", **said, warned="102: Dort würden 2 Tafeln hängen.").status_code == 302
    device.refresh_from_db()
    assert device.status == "mounted"


def test_forms_that_move_boards_warn(client: Client, it_staff: User, school: School) -> None:
    client.force_login(it_staff)
    room, other = make_room(school, name="102"), make_room(school, name="103")
    board(school, "in_service", room=room)
    device = board(school, "in_service", room=other)
    page = client.get(reverse("web:device_change", args=[device.pk]))
    said = {"on": date.today().isoformat(), "room": room.pk, "version": page.context["form"].version_now}
    for address in (
        reverse("web:device_change", args=[device.pk]),
        f"{reverse('web:device_bulk_change')}?device={device.pk}",
    ):
        answer = client.post(address, said)
        assert answer.context["form"].warnings == ["102: Dort würden 2 Tafeln hängen."]
    device.refresh_from_db()
    assert device.room_id == other.pk


def test_in_service_needs_acceptance_on_every_page(client: Client, it_staff: User, school: School) -> None:
    client.force_login(it_staff)
    device, ready = board(school, "mounted", room=make_room(school)), board(school, "accepted")
    page = client.get(reverse("web:device_change", args=[device.pk]))
    said = {"on": date.today().isoformat(), "status": "in_service", "version": page.context["form"].version_now}
    answers = [
        step(client, device, "start", on=date.today().isoformat()),
        client.post(reverse("web:device_change", args=[device.pk]), said),
        client.post(f"{reverse('web:device_bulk_change')}?device={device.pk}&device={ready.pk}", said),
    ]
    sentence = "sobald es montiert und abgenommen ist"
    assert [sentence in " ".join(one.content.decode().split()) for one in answers] == [True] * 3
    device.refresh_from_db()
    assert device.status == "mounted"


def test_facts_are_corrected_withdrawn_and_taken_back(client: Client, manager: User, school: School, by: Actor) -> None:
    client.force_login(manager)
    device = board(school, "in_service", room=make_room(school))
    record_training(device, by=by, on=DAY, participants=3)
    record_test(device, by=by, on=DAY)
    known, test = InstallationStep.objects.get(), DeviceTest.objects.get()

    def post(name: str, pk: int, **data: Any) -> int:
        return client.post(reverse(f"web:{name}", args=[device.pk, pk]), data).status_code

    assert post("step_correct", known.pk, on=day(1), participants="4", note="", reason="vertippt") == 302
    assert post("step_correct", known.pk, on=day(1), participants="4", note="", reason="vertippt") == 404
    known = InstallationStep.objects.known().get()
    assert (known.participants, known.valid_from) == (4, DAY + timedelta(days=1))
    assert post("test_correct", test.pk, on=day(1), due=day(9), reason="vertippt") == 302
    assert post("test_withdraw", DeviceTest.objects.known().get().pk, reason="nie geprüft") == 302
    assert post("step_withdraw", known.pk, reason="fiel aus") == 302
    assert not DeviceTest.objects.known().exists()
    assert not InstallationStep.objects.known().exists()


def test_last_step_is_taken_back(client: Client, manager: User, school: School, by: Actor) -> None:
    client.force_login(manager)
    device = board(school)
    mount_device(device, by=by, on=DAY + timedelta(days=1), room=make_room(school))
    url = reverse("web:installation_undo", args=[device.pk])
    act = client.get(url).context["act"]
    assert client.post(url, {"reason": "falscher Raum", "act": "0"}).status_code == 200
    assert client.post(url, {"reason": "falscher Raum", "act": act.pk}).status_code == 302
    device.refresh_from_db()
    assert (device.status, device.room_id) == ("delivered", None)
    assert client.get(url).status_code == 302


def test_protocol_is_added_later_and_deleted(client: Client, manager: User, school: School, by: Actor) -> None:
    client.force_login(manager)
    device = board(school, "in_service")
    record_test(device, by=by, on=DAY)
    url = reverse("web:protocol_add", args=[device.pk])
    bad = client.post(url, {"on": DAY.isoformat(), "file": SimpleUploadedFile("x.pdf", b"MZ")})
    assert bad.context["form"].errors == {"file": ["Ein Protokoll ist ein PDF oder ein Bild (JPEG, PNG, WebP)."]}
    assert client.post(url, {"on": day(3), "file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}).status_code == 200
    assert (
        client.post(url, {"on": DAY.isoformat(), "file": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}).status_code == 302
    )
    paper = DeviceProtocol.objects.get()
    assert client.post(reverse("web:protocol_remove", args=[device.pk, paper.pk])).status_code == 302
    assert not DeviceProtocol.objects.exists()


def test_stranger_sees_nothing(client: Client, school_admin: User, other_school: School, by: Actor) -> None:
    device = board(other_school, "in_service", room=make_room(other_school))
    record_test(device, by=by, on=DAY)
    client.force_login(school_admin)
    addresses = [
        reverse("web:school_boards", args=[other_school.number]),
        reverse("web:school_boards_workbook", args=[other_school.number]),
        reverse("web:installation_step", args=[device.pk, "mount"]),
        reverse("web:protocol_add", args=[device.pk]),
    ]
    assert [client.get(one).status_code for one in addresses] == [404] * 4


def test_portable_devices_have_no_installation(client: Client, it_staff: User, school: School) -> None:
    client.force_login(it_staff)
    device = make_device(school=school)
    assert client.get(reverse("web:installation_step", args=[device.pk, "mount"])).status_code == 404
    assert client.get(reverse("web:installation_step", args=[board(school).pk, "nothing"])).status_code == 404


def test_number_of_queries_does_not_grow(client: Client, it_staff: User, school: School, by: Actor) -> None:
    client.force_login(it_staff)
    url = reverse("web:school_boards", args=[school.number])

    def queries(number: int) -> int:
        for _n in range(number):
            device = board(school)
            mount_device(device, by=by, on=DAY, room=make_room(school, name=f"R{device.pk}"))
            record_test(device, by=by, on=DAY, protocol=SimpleUploadedFile("x.pdf", b"%PDF-1.7"))
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        return len(found)

    assert queries(1) == queries(3)


def test_workbook_lists_rooms_and_boards(client: Client, it_staff: User, school: School, by: Actor) -> None:
    make_room(school, name="101")
    device = board(school, asset_tag="T-1")
    mount_device(device, by=by, on=DAY, room=make_room(school, name="102"), mount="lift")
    client.force_login(it_staff)
    answer = client.get(reverse("web:school_boards_workbook", args=[school.number]))
    sheet = load_workbook(BytesIO(b"".join(answer))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=6)]
    assert [(row[0], row[3], row[7], row[-1]) for row in rows] == [
        ("101", None, None, "keine Präsentationstechnik"),
        ("102", "T-1", "höhenverstellbar", "elektrische Prüfung überfällig"),
    ]
