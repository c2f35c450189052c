"""Changes of many devices at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act
from inventory.enums import DeviceStatus as S
from inventory.models import Device, DeviceState
from tests.factories import make_device, make_devices, make_room
from tests.web.pages import text
from web.views.device_bulk import chosen_devices

pytestmark = pytest.mark.django_db


def _hidden(response, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())[1]


def _version(client, address):
    return {"version": _hidden(client.get(address), "version")}


def _change(client, address, **entered):
    """Shown first, then done."""
    values = _version(client, address) | entered
    page = client.post(address, values)
    return client.post(
        address, values | {"seal": _hidden(page, "seal"), "version": _hidden(page, "version"), "apply": "1"}
    )


def test_bulk_change_of_ticked_devices(it, it_staff, school):
    first, second, third = make_devices(3, school=school)
    address = f"/devices/change/?scope=chosen&device={first.pk}&device={second.pk}&school={school.number}"

    answer = _change(it, address, on="2024-06-01", status="in_repair", reason="Recall")

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
    _change(it, address, on="2024-06-01", is_managed="true")

    assert "Change 60 devices" in text(page)
    assert Device.objects.filter(is_managed=True).count() == 60


def test_bulk_change_takes_a_constant_number_of_queries(it, school, other_school):
    counts = []
    for number in (1, 3):
        pks = [device.pk for device in make_devices(number, school=school)]
        address = "/devices/change/?" + "&".join(f"device={pk}" for pk in pks)
        with CaptureQueriesContext(connection) as queries:
            assert _change(it, address, on="2024-06-01", school=str(other_school.pk)).status_code == 302
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_bulk_change_names_each_device_that_cannot_be_changed(it, school):
    good, bad = make_device(school=school), make_device(school=school, status=S.LOST)
    address = f"/devices/change/?device={good.pk}&device={bad.pk}"

    answer = _change(it, address, on="2024-06-01", status="stolen")

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


def test_nothing_is_changed_before_it_was_shown(it, school):
    first, second = make_device(school=school), make_device(school=school, status=S.LOST)
    address = f"/devices/change/?device={first.pk}&device={second.pk}"
    values = _version(it, address) | {"on": "2024-06-01", "status": "stolen", "note": "Kabel fehlt"}

    shown = it.post(address, values | {"apply": "1"})

    preview = shown.context["preview"]
    assert (preview.changed, preview.unchanged, preview.refused) == (1, 0, 1)
    assert [(line.old, line.new, line.number) for line in preview.lines] == [
        ("in service", "stolen", 1),
        ("–", "Kabel fehlt", 1),
    ]
    assert [(refusal.number, refusal.names) for refusal in preview.refusals] == [(1, [second.asset_tag])]
    assert list(Device.objects.order_by("pk").values_list("status", "note")) == [("in_service", ""), ("lost", "")]


def test_what_cannot_be_changed_is_left_out_if_wanted(it, school):
    first, second = make_device(school=school), make_device(school=school, status=S.LOST)
    address = f"/devices/change/?device={first.pk}&device={second.pk}"

    answer = _change(it, address, on="2024-06-01", status="stolen", note="Kabel fehlt", leaves_out="on")

    assert answer.status_code == 302
    assert list(Device.objects.order_by("pk").values_list("status", "note")) == [
        ("stolen", "Kabel fehlt"),
        ("lost", ""),
    ]


@pytest.mark.parametrize("other", [{"status": "lost"}, {"seal": "x"}, {"seal": ""}])
def test_what_was_not_shown_is_shown_again(it, school, other):
    make_device(school=school)
    address = "/devices/change/?scope=all"
    values = _version(it, address) | {"on": "2024-06-01", "status": "in_repair"}
    page = it.post(address, values)
    sealed = values | {"seal": _hidden(page, "seal"), "version": _hidden(page, "version"), "apply": "1"}

    answer = it.post(address, sealed | other)

    assert "This is not what was shown before" in text(answer)
    assert answer.context["preview"].changed == 1
    assert Device.objects.get().status == S.IN_SERVICE


def test_seal_of_somebody_else_is_none(it, client, manager, school):
    make_device(school=school)
    address = "/devices/change/?scope=all"
    values = _version(it, address) | {"on": "2024-06-01", "status": "in_repair"}
    seal = _hidden(it.post(address, values), "seal")
    client.force_login(manager)

    answer = client.post(address, _version(client, address) | values | {"seal": seal, "apply": "1"})

    assert answer.context["preview"].changed == 1
    assert Device.objects.get().status == S.IN_SERVICE


def test_details_are_emptied_on_purpose_only(it, school):
    make_device(school=school)
    Device.objects.update(note="alt", price="300.00")
    _change(it, "/devices/change/?scope=all", on="2024-06-01", use="room", note="")
    assert list(Device.objects.values_list("note", "price")) == [("alt", 300)]
    _change(it, "/devices/change/?scope=all", on="2024-06-01", emptied=["note", "price"])
    assert list(Device.objects.values_list("note", "price")) == [("", None)]
    page = it.post(
        "/devices/change/?scope=all",
        _version(it, "/devices/change/?scope=all") | {"on": "2024-06-01", "note": "x", "emptied": "note"},
    )
    assert list(page.context["form"].errors) == ["note"]


def test_change_is_taken_back(it, school):
    first, second = make_devices(2, school=school)
    _change(it, "/devices/change/?scope=all", on="2024-06-01", status="in_repair", note="x")
    act = Act.objects.latest("pk")
    assert f'href="/audit/{act.pk}/undo/"' in it.get("/devices/").content.decode()
    _change(it, f"/devices/change/?device={second.pk}", on="2024-07-01", status="in_service")

    page = it.get(f"/audit/{act.pk}/undo/")
    answer = it.post(f"/audit/{act.pk}/undo/", {"reason": "Irrtum"}, follow=True)

    assert (page.context["reversed"], [row.record for row in page.context["page_obj"]]) == (1, [second.pk])
    assert "1 device was taken back." in text(answer)
    first.refresh_from_db()
    assert (first.status, first.note) == ("in_service", "")
    assert it.get(f"/audit/{act.pk}/undo/").status_code == 404


def test_scanned_devices_are_changed_or_retired(it, school):
    first, second, third = make_devices(3, school=school)
    unknown = it.post("/devices/select/", {"codes": f"{first.serial}\nGIBTESNICHT"})
    assert "GIBTESNICHT" in text(unknown)

    answer = it.post(
        "/devices/select/", {"codes": f"{first.serial}\n{second.asset_tag}\n{first.asset_tag}", "then": "change"}
    )

    assert answer["Location"] == "/devices/change/?scope=scanned"
    assert it.get(answer["Location"]).context["number"] == 2
    _change(it, answer["Location"], on="2024-06-01", status="in_repair")
    assert list(Device.objects.filter(status="in_repair").order_by("pk")) == [first, second]
    retired = it.post("/devices/select/", {"codes": third.serial, "then": "retire"})
    assert retired["Location"] == "/retirement/new/retired/?scope=scanned"
    assert it.get(retired["Location"]).context["number"] == 1


def test_devices_are_chosen_in_the_list_with_columns_of_ones_own(it, school, other_school, client, school_admin):
    first, _second = make_devices(2, school=school)
    make_device(school=other_school)
    address = f"/lists/devices/?columns=asset_tag&columns=model&school={school.number}"
    page = it.get(address).content.decode()
    assert f'value="{first.pk}"' in page
    assert len(re.findall(r'name="device"', page)) == 2
    assert f'name="school" value="{school.number}"' in " ".join(page.split())
    assert it.get(f"{address}&as_of=2024-05-01").content.decode().count('name="device"') == 0
    client.force_login(school_admin)
    assert client.get(address).content.decode().count('name="device"') == 0


def test_delivery_and_room_lead_to_a_change_of_their_devices(it, by, school):
    room = make_room(school)
    make_device(school=school, room=room)
    page = it.get(f"/schools/{school.number}/").content.decode().replace("&amp;", "&")
    assert (
        it.get(re.search(rf'"(/devices/change/\?scope=all&school={school.number}&room={room.pk})"', page)[1]).context[
            "number"
        ]
        == 1
    )
