"""Changes of many devices at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from inventory.enums import DeviceStatus as S
from inventory.models import Device, DeviceState
from tests.factories import make_device, make_devices
from tests.web.pages import text
from web.views.device_bulk import chosen_devices

pytestmark = pytest.mark.django_db


def _hidden(response, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())[1]


def _version(client, address):
    return {"version": _hidden(client.get(address), "version")}


def test_bulk_change_of_ticked_devices(it, it_staff, school):
    first, second, third = make_devices(3, school=school)
    address = f"/devices/change/?scope=chosen&device={first.pk}&device={second.pk}&school={school.number}"
    values = _version(it, address) | {"on": "2024-06-01", "status": "in_repair", "reason": "Recall"}

    answer = it.post(address, values)

    assert answer["Location"] == f"/devices/?school={school.number}"
    assert list(Device.objects.order_by("pk").values_list("status", flat=True)) == [
        "in_repair",
        "in_repair",
        "in_service",
    ]
    assert (third.states.count(), Act.objects.filter(verb="device.change", user=it_staff).count()) == (1, 1)


def test_bulk_change_of_all_that_the_filter_finds(it, school, other_school):
    make_devices(60, school=school)
    make_device(school=other_school)
    address = f"/devices/change/?scope=all&school={school.number}"

    page = it.get(address)
    it.post(address, _version(it, address) | {"on": "2024-06-01", "is_managed": "true"})

    assert "Change 60 devices" in text(page)
    assert Device.objects.filter(is_managed=True).count() == 60


def test_bulk_change_takes_a_constant_number_of_queries(it, school, other_school):
    counts = []
    for number in (1, 3):
        pks = [device.pk for device in make_devices(number, school=school)]
        address = "/devices/change/?" + "&".join(f"device={pk}" for pk in pks)
        values = _version(it, address) | {"on": "2024-06-01", "school": str(other_school.pk)}
        with CaptureQueriesContext(connection) as queries:
            assert it.post(address, values).status_code == 302
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_bulk_change_names_each_device_that_cannot_be_changed(it, school):
    good, bad = make_device(school=school), make_device(school=school, status=S.LOST)
    address = f"/devices/change/?device={good.pk}&device={bad.pk}"

    answer = it.post(address, _version(it, address) | {"on": "2024-06-01", "status": "stolen"})

    assert "stolen (only 1 of 2)" in text(answer)
    assert answer.context["form"].non_field_errors() == [
        f"{bad.asset_tag}: “stolen” cannot follow “lost”. If the earlier entry was wrong, correct it first."
    ]
    assert DeviceState.objects.filter(status=S.STOLEN).count() == 0


def test_bulk_change_notices_that_the_choice_has_changed(it, school):
    make_devices(2, school=school)
    address = f"/devices/change/?scope=all&school={school.number}"
    values = _version(it, address) | {"on": "2024-06-01", "status": "lost"}
    make_device(school=school)

    answer = it.post(address, values)

    assert "Somebody else has changed this meanwhile" in answer.context["form"].non_field_errors()[0]
    assert answer.context["number"] == 3
    assert Device.objects.filter(status=S.LOST).count() == 0


def test_bulk_change_of_nothing_goes_back_to_the_list(it, device):
    answer = it.get("/devices/change/?scope=chosen&category=tablet&device=none", follow=True)

    assert answer.redirect_chain == [("/devices/?category=tablet", 302)]
    assert "No device was chosen." in text(answer)


def test_school_and_outsider_change_nothing_in_bulk(client, school_admin, outsider, device):
    answers = []
    for user in (school_admin, outsider):
        client.force_login(user)
        address = f"/devices/change/?scope=all&device={device.pk}"
        answers += [client.get(address).status_code, client.post(address, {"status": "lost"}).status_code]

    assert answers == [403, 403, 403, 403]


def test_keys_of_foreign_devices_count_as_not_there(rf, school_admin, device, other_school):
    foreign = make_device(school=other_school)
    request = rf.get("/devices/change/", {"device": [device.pk, foreign.pk, "x", "9" * 30]})
    request.user = school_admin

    assert list(chosen_devices(request)) == [device]
