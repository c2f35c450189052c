"""The pages of hand-outs and returns."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from inventory.models import HandOut, ReturnCampaign, ReturnScan
from inventory.services import start_campaign
from schools.models import School
from tests.factories import make_device, make_devices, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(school: School, by: Actor) -> ReturnCampaign:
    make_device(school=school, asset_tag="OB1", serial="S1")
    make_device(school=school, asset_tag="OB2", serial="S2")
    return start_campaign(school, by=by, name="Schuljahresende", on=timezone.localdate())


def queued(client: Client, campaign: ReturnCampaign, code: str, key: Any = None, status: int = 200) -> str:
    url = reverse("web:return_detail", args=[campaign.pk])
    answer = client.post(url, {"code": code, "key": key or uuid4()}, headers={"Scan-Queue": "1"})
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_queue_of_the_browser_gets_one_line_for_a_code(
    client: Client, it_staff: User, campaign: ReturnCampaign
) -> None:
    client.force_login(it_staff)
    key = uuid4()
    first = queued(client, campaign, "ob1\r\n", key)
    assert first.startswith('<li class="scan-result scan-result--good" data-tone="good">')
    assert (queued(client, campaign, "ob1", key), ReturnScan.objects.count()) == (first, 1)
    tones = [queued(client, campaign, code).partition('data-tone="')[2][:4] for code in ("OB1", "0B2", "?!")]
    assert [tone.rstrip('"') for tone in tones] == ["warn", "warn", "bad"]
    assert "gescannt" in queued(client, campaign, "\x00", status=422)


def test_two_codes_in_one_scan_are_two_returns_and_once(
    client: Client, it_staff: User, campaign: ReturnCampaign
) -> None:
    client.force_login(it_staff)
    key = uuid4()
    lines = [queued(client, campaign, "OB1\nOB2\nOB1", key) for _ in range(2)]
    assert (lines[0].count("--good"), lines[1], ReturnScan.objects.count()) == (2, lines[0], 2)


def test_page_works_without_javascript_and_back_books_nothing_twice(
    client: Client, it_staff: User, campaign: ReturnCampaign
) -> None:
    client.force_login(it_staff)
    url = reverse("web:return_detail", args=[campaign.pk])
    key = client.get(url).context["form"]["key"].value()
    for _ in range(2):
        assert client.post(url, {"code": "OB1", "key": key}).headers["Location"] == url
    page = client.get(url)
    told = {name: page.context[name] for name in ("expected", "returned", "missing")}
    assert told == {"expected": 2, "returned": 1, "missing": 1}
    assert [str(line.device) for line in page.context["lines"]] == ["OB2"]
    assert ReturnScan.objects.count() == 1


def test_missing_list_is_a_table_and_a_workbook(client: Client, it_staff: User, campaign: ReturnCampaign) -> None:
    client.force_login(it_staff)
    queued(client, campaign, "OB1")
    query = {"campaign": campaign.pk, "state": "missing"}
    page = client.get(reverse("web:list_table", args=["returns"]), query)
    assert [line.cells[0].text for line in page.context["lines"]] == ["OB2"]
    book = client.get(reverse("web:list_workbook", args=["returns"]), query)
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    book.close()


def test_school_looks_and_does_not_scan(client: Client, school_admin: User, campaign: ReturnCampaign) -> None:
    client.force_login(school_admin)
    url = reverse("web:return_detail", args=[campaign.pk])
    assert "data-scan-form" not in client.get(url).content.decode()
    assert client.post(url, {"code": "OB1", "key": uuid4()}).status_code == 403


def test_closed_campaign_says_so(client: Client, it_staff: User, campaign: ReturnCampaign) -> None:
    client.force_login(it_staff)
    client.post(reverse("web:return_close", args=[campaign.pk]))
    assert "abgeschlossen" in queued(client, campaign, "OB1", status=422)
    assert not ReturnScan.objects.exists()


def test_campaign_is_started_and_refused_without_devices(client: Client, it_staff: User, school: School) -> None:
    client.force_login(it_staff)
    url, data = reverse("web:return_create"), {"school": school.pk, "name": "Ende", "use": "pupils"}
    assert client.post(url, data).status_code == 200
    make_device(school=school)
    answer = client.post(url, data)
    assert answer.headers["Location"] == reverse("web:return_detail", args=[ReturnCampaign.objects.get().pk])


def test_devices_are_handed_out_by_their_numbers(client: Client, it_staff: User, school: School) -> None:
    make_device(status="in_stock", asset_tag="OB1")
    make_device(status="in_stock", asset_tag="OB2")
    client.force_login(it_staff)
    url = reverse("web:device_hand_out")
    data = {"codes": "OB1\nob2\nOB1", "school": school.pk, "kind": "role", "on": timezone.localdate().isoformat()}
    for wrong in ({}, {"use": "pupils", "codes": "OB1\nOB9"}, {"kind": "room"}, {"kind": "room", "room": "9999999"}):
        assert client.post(url, data | wrong).status_code == 200
    assert not HandOut.objects.exists()
    assert client.post(url, data | {"use": "pupils", "agreement": "LV-7"}).status_code == 302
    assert list(HandOut.objects.values_list("kind", "agreement")) == [("role", "LV-7")] * 2


def test_room_of_another_school_is_refused(
    client: Client, it_staff: User, school: School, other_school: School
) -> None:
    make_device(status="in_stock", asset_tag="OB1")
    client.force_login(it_staff)
    data = {"codes": "OB1", "school": school.pk, "kind": "room", "on": timezone.localdate().isoformat()}
    answer = client.post(reverse("web:device_hand_out"), data | {"room": make_room(other_school).pk})
    assert list(answer.context["form"].errors) == ["room"]


def test_scan_asks_as_often_among_many(client: Client, it_staff: User, campaign: ReturnCampaign) -> None:
    client.force_login(it_staff)
    queued(client, campaign, "OB9")
    asked = []
    for code in ("OB1", "OB2"):
        with CaptureQueriesContext(connection) as queries:
            queued(client, campaign, code)
        asked.append(len(queries))
        make_devices(20, school=campaign.school)
    assert asked[0] == asked[1]
