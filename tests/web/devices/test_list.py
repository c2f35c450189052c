"""The list of devices, of today and of a past day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.enums import DeviceStatus as S
from inventory.services import change_device, update_details
from tests.factories import DAY, an_act, make_device, make_devices, make_model, make_room
from tests.web.devices.headers import HTMX
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db


def _listed(response):
    return [row[1] for table in tables(response, "device-table") for row in table[1:]]


def test_list_shows_what_is_known_of_each_device(it, school):
    room = make_room(school, "A 101")
    device = make_device(school=school, room=room, is_managed=True)

    page = it.get("/devices/")

    assert tables(page, "device-table")[0] == [
        ["", "Device", "Serial number", "Model", "School", "Room", "Use", "MDM", "Status", "Since"],
        [
            "",
            device.asset_tag,
            device.serial,
            "Apple iPad 9Tablet",
            "Lindenschule",
            "A 101",
            "pupils",
            "yes",
            "in service",
            "1 Mar 2024",
        ],
    ]
    assert links(page, "device-table")[device.asset_tag] == f"/devices/{device.pk}/"


def test_list_needs_as_many_queries_for_three_devices_as_for_one(it, school, django_assert_num_queries):
    make_device(school=school, room=make_room(school))
    with CaptureQueriesContext(connection) as one:
        it.get("/devices/")
    make_devices(2, school=school, room=make_room(school), model=make_model("Latitude", category="laptop"))

    with django_assert_num_queries(len(one)):
        assert len(_listed(it.get("/devices/"))) == 3


def test_list_filters_and_says_by_what(it, school, other_school):
    wanted = make_device(school=school, status=S.IN_REPAIR)
    make_device(school=school)
    make_device(school=other_school, status=S.IN_REPAIR)

    page = it.get("/devices/", {"school": school.number, "status": ["in_repair", "lost"], "ordering": "-since"})

    assert _listed(page) == [wanted.asset_tag]
    assert [chip[:2] for chip in page.context["chips"]] == [
        ("Status", "in repair"),
        ("Status", "lost"),
        ("School", "Lindenschule (100100)"),
    ]
    assert page.context["chips"][0].query == "?school=100100&status=lost&ordering=-since"


def test_list_with_a_wrong_filter_is_empty(it, device):
    assert _listed(it.get("/devices/", {"category": "spaceship"})) == []


def test_list_sorts_by_column(it, school):
    first, second = make_devices(2, school=school)

    assert _listed(it.get("/devices/", {"ordering": "asset_tag"})) == [first.asset_tag, second.asset_tag]
    assert _listed(it.get("/devices/", {"ordering": "-asset_tag"})) == [second.asset_tag, first.asset_tag]


def test_list_has_fifty_devices_a_page(it, school):
    make_devices(51, school=school)

    assert len(_listed(it.get("/devices/"))) == 50
    assert len(_listed(it.get("/devices/", {"page": "2"}))) == 1


def test_list_gives_htmx_the_table_alone(it, device):
    part, page = it.get("/devices/", headers=HTMX), it.get("/devices/")
    again = it.get("/devices/", headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert _listed(part) == _listed(page) == _listed(again) == [device.asset_tag]
    assert ["<html" in response.content.decode() for response in (part, page, again)] == [False, True, True]
    assert "HX-Request" in part["Vary"]


def test_list_of_a_past_day_shows_the_states_of_that_day(it, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.IN_REPAIR, school=other_school)
    make_device(school=other_school, on=DAY + timedelta(20))

    page = it.get("/devices/", {"as_of": (DAY + timedelta(5)).isoformat()})

    assert tables(page, "device-table")[0][1:] == [
        [
            device.asset_tag,
            device.serial,
            "Apple iPad 9Tablet",
            "Lindenschule",
            "",
            "pupils",
            "yes",
            "in service",
            "1 Mar 2024",
        ]
    ]
    assert "Change chosen devices" not in text(page)


def test_list_of_a_school_holds_its_own_devices_only(signed_in, school_admin, by, device, other_school):
    foreign = make_device(school=other_school)
    gone = make_device(school=device.school)
    change_device(gone, by=by, on=DAY + timedelta(10), school=other_school)
    client = signed_in(school_admin)

    today, before = client.get("/devices/"), client.get("/devices/", {"as_of": DAY.isoformat()})

    assert [row[0] for row in tables(today, "device-table")[0][1:]] == [device.asset_tag]
    assert {row[0] for row in tables(before, "device-table")[0][1:]} == {device.asset_tag, gone.asset_tag}
    assert gone.asset_tag not in links(before)
    assert foreign.asset_tag not in text(today) + text(before)
    assert "Kastanienschule" not in text(today)
    assert client.get("/devices/", {"school": other_school.number}).context["rows"] == []


def test_list_of_an_outsider_is_empty(signed_in, outsider, device):
    assert signed_in(outsider).get("/devices/").context["rows"] == []


def test_past_day_searches_no_note_of_a_device_that_has_left(client, it_staff, school_admin, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(10), school=other_school)
    update_details({device.pk: {"note": "Leihgabe"}}, an_act())
    found = []
    for user in (it_staff, school_admin):
        client.force_login(user)
        rows = client.get("/devices/", {"as_of": DAY.isoformat(), "q": "Leihgabe"}).context["rows"]
        found.append([row.device for row in rows])

    assert found == [[device], []]
