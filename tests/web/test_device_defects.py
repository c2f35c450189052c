"""Reporting a defect, working it off, and replacing a device: the pages."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from inventory.models import DefectPhoto, DeviceDefect
from inventory.services import report_defect, swap_devices, take_defect
from schools.enums import Role
from schools.models import Membership, School
from tests.factories import DAY, make_device, make_room
from tests.inventory.test_defects import PHOTO

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"web:{name}", args=args) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_school_reports_by_the_label(
    client: Client, school_admin: User, school: School, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    device = make_device(school=school, asset_tag="OB100-O1")
    client.force_login(school_admin)
    answer = client.get(reverse("web:device_defect_find"), {"code": " ob100-o1\n"})
    url = reverse("web:device_defect_report", args=[device.pk])
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    photo = SimpleUploadedFile("IMG.jpg", PHOTO)
    answer = client.post(url, {"kind": "screen", "text": "Glas gesprungen", "file": photo}, follow=True)
    defect = DeviceDefect.objects.get()
    assert (defect.device, defect.school, defect.kind, defect.text) == (device, school, "screen", "Glas gesprungen")
    kept = DefectPhoto.objects.get()
    picture = client.get(reverse("web:device_defect_photo", args=[defect.pk, kept.pk]))
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    picture.close()
    again = client.get(url)
    assert (again.status_code, again.headers["Location"]) == (302, reverse("web:device_defect", args=[defect.pk]))


def test_look_alikes_are_offered_and_never_assumed(client: Client, school_admin: User, school: School) -> None:
    device = make_device(school=school, asset_tag="OB100-O1")
    client.force_login(school_admin)
    link = f'href="{reverse("web:device_defect_report", args=[device.pk])}"'
    assert link in page(client, "device_defect_find", query="?code=0B100-01")
    assert link not in page(client, "device_defect_find", query="?code=OB200")


def test_device_of_another_school_cannot_be_found(client: Client, school_admin: User, other_school: School) -> None:
    make_device(school=other_school, asset_tag="FREMD1")
    client.force_login(school_admin)
    assert client.get(reverse("web:device_defect_find"), {"code": "FREMD1"}).status_code == 200


def test_right_of_one_school_is_none_in_another(client: Client, school: School, other_school: School) -> None:
    user = User.objects.create_user("zwei")
    Membership.objects.create(user=user, school=school, role=Role.SCHOOL_REPORTER)
    Membership.objects.create(user=user, school=other_school, role=Role.SCHOOL_READER)
    client.force_login(user)
    codes = [
        client.get(reverse("web:device_defect_report", args=[make_device(school=one).pk])).status_code
        for one in (school, other_school)
    ]
    assert codes == [200, 403]


def test_something_else_needs_words_and_names_are_hinted_at(client: Client, school_admin: User, school: School) -> None:
    device = make_device(school=school)
    client.force_login(school_admin)
    url = reverse("web:device_defect_report", args=[device.pk])
    client.post(url, {"kind": "other", "text": ""})
    assert not DeviceDefect.objects.exists()
    answer = client.post(url, {"kind": "other", "text": "Frau Müller, Tel. 0201 123456, hat es bemerkt"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["success", "warning"]


def test_it_works_the_queue_off(client: Client, it_staff: User, school: School, by: Actor) -> None:
    today = timezone.localdate()
    device = make_device(school=school)
    defect = report_defect(device, by=by, kind="screen", on=today - timedelta(days=8))
    report_defect(make_device(school=school), by=by, kind="power", on=today)
    client.force_login(it_staff)
    queue = client.get(reverse("web:device_defect_list"), follow=True)
    assert next(line.cells[0].text for line in queue.context["lines"]) == str(device)
    narrow = client.get(reverse("web:list_table", args=["device_defects"]), {"state": "open", "age": "7"})
    assert len(narrow.context["lines"]) == 1
    for step, data in (
        ("take", {}),
        ("send", {"reason": "Ticket 7"}),
        ("receive", {"status": "in_service"}),
        ("close", {"result": "repaired", "status": ""}),
    ):
        url = reverse("web:device_defect_step", args=[defect.pk, step])
        assert client.post(url, {"on": today.isoformat(), **data}).status_code == 302
        again = client.post(url, {"on": today.isoformat(), **data})
        assert again.headers["Location"] == reverse("web:device_defect", args=[defect.pk])
    defect.refresh_from_db()
    device.refresh_from_db()
    assert (defect.status, defect.result, device.status) == ("closed", "repaired", "in_service")


def test_button_takes_over_at_once(client: Client, it_staff: User, school: School, by: Actor) -> None:
    defect = report_defect(make_device(school=school), by=by, kind="screen", on=DAY)
    client.force_login(it_staff)
    today = timezone.localdate().isoformat()
    assert f'name="on" value="{today}"' in page(client, "device_defect", defect.pk)


def test_unknown_step_is_not_there(client: Client, it_staff: User, school: School, by: Actor) -> None:
    defect = report_defect(make_device(school=school), by=by, kind="screen", on=DAY)
    client.force_login(it_staff)
    assert client.get(reverse("web:device_defect_step", args=[defect.pk, "explode"])).status_code == 404
    answer = client.get(reverse("web:device_defect_step", args=[defect.pk, "receive"]))
    assert answer.headers["Location"] == reverse("web:device_defect", args=[defect.pk])


def test_school_reads_no_names_of_staff(client: Client, school_admin: User, school: School, by: Actor) -> None:
    defect = report_defect(make_device(school=school), by=by, kind="screen", on=DAY)
    take_defect(defect, by=by, on=DAY, reason="Notiz der IT")
    client.force_login(school_admin)
    shown = page(client, "device_defect", defect.pk)
    assert by.user is not None
    assert [text in shown for text in (by.user.username, "Notiz der IT")] == [False, False]


def test_swap_leads_from_either_device_to_the_other(client: Client, it_staff: User, school: School) -> None:
    room = make_room(school)
    old, spare = make_device(school=school, room=room), make_device(status="in_stock", asset_tag="NEU1")
    client.force_login(it_staff)
    url = reverse("web:device_swap", args=[old.pk])
    data = {"status": "in_repair", "on": timezone.localdate().isoformat()}
    for wrong in ({}, {"code": "NEUI"}, {"code": str(old)}):
        assert client.post(url, data | wrong).status_code == 200
    assert client.post(url, data | {"code": "neu1"}).status_code == 302
    spare.refresh_from_db()
    assert (spare.status, spare.room) == ("in_service", room)
    for one, other in ((old, spare), (spare, old)):
        assert f'href="{reverse("web:device_detail", args=[other.pk])}"' in page(client, "device_detail", one.pk)


def test_replacement_is_chosen_from_stock(client: Client, it_staff: User, school: School) -> None:
    old, spare = make_device(school=school), make_device(status="in_stock")
    client.force_login(it_staff)
    data = {"status": "retired", "on": timezone.localdate().isoformat(), "chosen": spare.pk}
    client.post(reverse("web:device_swap", args=[old.pk]), data)
    old.refresh_from_db()
    assert old.status == "retired"


def test_device_and_school_show_what_is_open(client: Client, school_admin: User, school: School, by: Actor) -> None:
    device = make_device(school=school)
    defect = report_defect(device, by=by, kind="screen", on=timezone.localdate() - timedelta(days=4))
    client.force_login(school_admin)
    link = f'href="{reverse("web:device_defect", args=[defect.pk])}"'
    for shown in (page(client, "device_detail", device.pk), page(client, "school_detail", school.number)):
        assert link in shown


def test_list_goes_out_as_a_workbook(client: Client, it_staff: User, school: School, by: Actor) -> None:
    report_defect(make_device(school=school), by=by, kind="screen", on=DAY)
    client.force_login(it_staff)
    answer = client.get(reverse("web:list_workbook", args=["device_defects"]))
    content = BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    answer.close()
    assert content.getvalue()[:2] == b"PK"


def test_device_page_asks_as_often_for_many(client: Client, it_staff: User, school: School, by: Actor) -> None:
    device = make_device(school=school)
    for n in range(2):
        swap_devices(make_device(school=school), replacement=make_device(status="in_stock"), by=by, on=DAY)
        defect = report_defect(device, by=by, kind="screen", on=DAY + timedelta(days=n))
        take_defect(defect, by=by, on=DAY + timedelta(days=n))
        DeviceDefect.objects.filter(pk=defect.pk).update(status="closed", result="no_defect")
    client.force_login(it_staff)
    assert page(client, "device_detail", device.pk).count('href="/defects/') == 2
