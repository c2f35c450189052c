"""How devices were paid: their page, the list's filter, many at once, and what their binding asks of a change."""

from datetime import date

import pytest
from django.utils import timezone

from inventory.models import Device
from inventory.services import book_delivery, finance_devices
from inventory.services.receipt import Code
from tests.factories import DAY, make_device, make_order
from tests.factories_money import COMMAND, make_financing, make_programme, own_money, whole
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(signed_in, manager):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def tied(school):
    """A programme for one school that binds for long."""
    values = {"binding_start": "fixed", "binding_until": date(2040, 12, 31), "is_tied": True}
    return make_programme("REACT", key="react", schools={school: None}, **values)


@pytest.fixture
def device(tied, school):
    device = make_device(school=school)
    finance_devices([device], whole(tied), by=COMMAND)
    return device


def _version(client, address):
    return client.get(address).context["form"].version_now


def test_page_names_the_financing_and_each_end_of_binding(boss, device, tied):
    finance_devices([device], make_financing({tied: 90, own_money(): 10}, "90/10"), by=COMMAND)

    page = text(boss.get(f"/devices/{device.pk}/"), "content")

    assert "Financing 90/10 set" in page
    assert "Bound until 31 Dec 2040 REACTnot bound Eigenmittel" in page


def test_school_sees_how_its_device_was_paid(signed_in, school_admin, device):
    client = signed_in(school_admin)
    client.cookies["django_language"] = "en"

    page = text(client.get(f"/devices/{device.pk}/"), "content")

    assert "Financing REACT" in page
    assert "Financing REACT set" not in page


def test_list_filters_by_programme(boss, device, school):
    make_device(school=school)

    today = tables(boss.get("/devices/?programme=react"), "content")[0]
    then = tables(boss.get(f"/devices/?programme=react&as_of={device.since}"), "content")[0]

    assert [row[1] for row in today[1:]] == [str(device)]
    assert [row[0] for row in then[1:]] == [str(device)]


def test_many_get_a_financing_at_once(boss, tied, school, manager):
    devices = [make_device(school=school) for _ in range(3)]
    address = "/devices/finance/?scope=all"

    answer = boss.post(address, {"version": _version(boss, address), "financing": whole(tied).pk, "reason": "Bescheid"})

    assert answer["Location"] == "/devices/"
    assert {device.financing_id for device in Device.objects.filter(pk__in=[d.pk for d in devices])} == {whole(tied).pk}


def test_financing_of_another_school_is_confirmed_first(boss, tied, other_school):
    device = make_device(school=other_school)
    address = f"/devices/finance/?device={device.pk}"
    sent = {"version": _version(boss, address), "financing": whole(tied).pk}

    said = boss.post(address, sent).context["form"].warnings
    device.refresh_from_db()

    assert (said, device.financing) == (["1 device: The money of REACT is tied to other schools."], None)
    answer = boss.post(address, sent | {"warned": said})
    device.refresh_from_db()
    assert (answer["Location"], device.financing) == (f"/devices/{device.pk}/", whole(tied))


def test_line_of_an_order_is_financed_and_its_devices_follow(boss, tied, other_school):
    order = make_order()
    line = order.lines.select_related("model__category").get()
    delivery = {"note_number": "L1", "delivered_on": DAY, "serials": [Code(line, "S1")], "school": other_school}
    book_delivery(order, **delivery, by=COMMAND)
    address = links(boss.get(f"/deliveries/orders/{order.pk}/"))["change: Financing 1"]
    sent = {"version": _version(boss, address), "financing": whole(tied).pk, "reason": "Bescheid"}
    said = boss.post(address, sent).context["form"].warnings

    answer = boss.post(address, sent | {"warned": said})

    assert said == ["1 device: The money of REACT is tied to other schools."]
    assert answer["Location"] == f"/deliveries/orders/{order.pk}/"
    assert Device.objects.get(order_line=line).financing == whole(tied)
    row = tables(boss.get(answer["Location"]), "content")[0][1]
    assert row[5] == "REACT change: Financing 1"


def test_move_outside_the_list_of_schools_is_confirmed_first(boss, device, other_school):
    address = f"/devices/{device.pk}/change/"
    today = timezone.localdate().isoformat()
    sent = {"version": _version(boss, address), "on": today, "status": device.status, "school": other_school.pk}

    said = boss.post(address, sent).context["form"].warnings

    expected = f"1 device is tied to the schools of REACT; {other_school} is none of them."
    assert said == [expected]
    boss.post(address, sent | {"warned": said})
    device.refresh_from_db()
    assert device.school == other_school


def test_bulk_move_outside_the_list_of_schools_is_confirmed_first(boss, device, other_school):
    address = f"/devices/change/?device={device.pk}"
    sent = {"version": _version(boss, address), "on": timezone.localdate().isoformat(), "school": other_school.pk}

    page = boss.post(address, sent).context
    said = page["form"].warnings
    sealed = {"warned": said, "seal": page["seal"], "version": page["form"].version_now, "apply": "1"}
    boss.post(address, sent | sealed)

    device.refresh_from_db()
    assert (len(said), device.school) == (1, other_school)


def test_retirement_of_a_bound_device_asks_for_a_reason(boss, device):
    address = f"/devices/{device.pk}/change/"
    page = boss.get(address)
    sent = {"version": page.context["form"].version_now, "on": timezone.localdate().isoformat(), "status": "retired"}

    refused = boss.post(address, sent | {"school": device.school_id})
    boss.post(address, sent | {"school": device.school_id, "reason": "broken beyond repair"})

    device.refresh_from_db()
    assert "To retire it earlier needs a reason" in text(page, "content")
    assert (list(refused.context["form"].errors), device.status) == (["reason"], "retired")


def test_retirement_of_a_bound_device_is_not_for_it_staff(signed_in, it_staff, device):
    client = signed_in(it_staff)
    address = f"/devices/{device.pk}/change/"
    sent = {"on": timezone.localdate().isoformat(), "status": "retired", "school": device.school_id, "reason": "defekt"}

    answer = client.post(address, sent | {"version": _version(client, address)})

    device.refresh_from_db()
    assert (list(answer.context["form"].errors), device.status) == (["reason"], "in_service")
