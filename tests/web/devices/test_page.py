"""The page of one device: what is so, its history, and who may see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.dated import add_months
from inventory.enums import DeviceStatus as S
from inventory.services import change_device, correct_state, record_tests, update_details, withdraw_state
from tests.factories import DAY, an_act, make_device, make_model
from tests.web.pages import text

pytestmark = pytest.mark.django_db


def test_page_tells_the_history_and_who_recorded_it(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.IN_REPAIR, reason="Display broken")

    told = it.get(f"/devices/{device.pk}/").context["episodes"]

    assert [(one.state.status, one.state.valid_from, one.act.user, one.act.reason) for one in told] == [
        ("in_repair", DAY + timedelta(10), by.user, "Display broken"),
        ("in_service", DAY, None, ""),
    ]


def test_page_shows_superseded_entries_on_demand(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.LOST)
    wrong = device.states.get(status=S.LOST, superseded_at=None)
    correct_state(wrong, by=by, status=S.IN_REPAIR, reason="It was on the bench")

    plain, full = it.get(f"/devices/{device.pk}/"), it.get(f"/devices/{device.pk}/?all=1")

    assert [one.state.status for one in plain.context["episodes"]] == ["in_repair", "in_service"]
    assert "Show 1 superseded entry" in text(plain)
    gone = [one for one in full.context["episodes"] if not one.is_believed]
    assert [(one.state.status, one.ended_by.user, one.ended_by.reason) for one in gone] == [
        ("lost", by.user, "It was on the bench")
    ]


def test_withdrawn_entry_is_told_with_the_one_who_withdrew_it(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.LOST)
    withdraw_state(device.states.get(status=S.LOST), by=by, reason="Wrong device")

    told = it.get(f"/devices/{device.pk}/?all=1").context["episodes"]

    assert [(one.state.status, one.ended_by and one.ended_by.reason) for one in told] == [
        ("lost", "Wrong device"),
        ("in_service", None),
    ]


def test_page_shows_the_state_of_another_day(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.IN_REPAIR)
    page = it.get(f"/devices/{device.pk}/", {"as_of": DAY.isoformat()})

    assert page.context["placed"].status == "in_service"
    assert "State on 1 Mar 2024" in text(page)


def test_page_names_the_price_only_to_those_who_may_know(client, it_staff, reader, device):
    update_details({device.pk: {"price": "399.00"}}, an_act())
    device.refresh_from_db()
    pages = {}
    for user in (it_staff, reader):
        client.force_login(user)
        pages[user] = text(client.get(f"/devices/{device.pk}/"))

    assert "399.00" in pages[it_staff]
    assert "399" not in pages[reader]


@pytest.mark.parametrize(("category", "managed", "told"), [
    ("tablet", None, ["Under MDM"]), ("document_camera", None, []), ("document_camera", True, ["Under MDM"]),
])  # fmt: skip
def test_page_tells_of_mdm_where_it_matters_or_is_known(it, school, category, managed, told):
    device = make_device(school=school, model=make_model("X", category=category), is_managed=managed)

    shown = text(it.get(f"/devices/{device.pk}/"), "content")
    assert [label for label in ("Under MDM",) if label in shown] == told


def test_page_tells_electrical_tests(it, school):
    device = make_device(school=school, model=make_model("Latitude", category="laptop"))
    tested = add_months(timezone.localdate(), -1)
    record_tests({device.pk: tested}, an_act())

    page = it.get(f"/devices/{device.pk}/")

    assert [(test.valid_from, test.valid_until) for test in page.context["tests"]] == [(tested, add_months(tested, 12))]
    assert "every 12 months" in text(page)


def test_audit_trail_is_readable_and_not_for_schools(client, it_staff, school_admin, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.IN_REPAIR, reason="Display broken")
    client.force_login(it_staff)
    deed = client.get(f"/devices/{device.pk}/").context["deeds"][0]
    client.force_login(school_admin)

    assert (deed.verb, deed.act.reason) == ("Device state recorded", "Display broken")
    assert deed.changes == [("status", "in service", "in repair"), ("from", "", "11 Mar 2024")]
    assert client.get(f"/devices/{device.pk}/").context["deeds"] == []


def test_schools_read_what_happened_but_not_who_and_why(client, it_staff, school_admin, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.LOST, reason="Row with Mrs X")
    correct_state(device.states.get(status=S.LOST), by=by, status=S.IN_REPAIR, reason="Found by Mr Y")
    pages = {}
    for user in (it_staff, school_admin):
        client.force_login(user)
        pages[user] = text(client.get(f"/devices/{device.pk}/?all=1"), "content")

    for told in ("Row with Mrs X", "Found by Mr Y", "by ina.it"):
        assert (told in pages[it_staff], told in pages[school_admin]) == (True, False)
    assert pages[school_admin].count("recorded ") == 3


def test_audit_trail_tells_a_move_once(it, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(10), school=other_school)

    deeds = it.get(f"/devices/{device.pk}/").context["deeds"]

    assert [deed.verb for deed in deeds if deed.act.verb == "device.change"] == ["Device state recorded"]


def test_page_needs_as_many_queries_for_a_long_history(it, by, device, django_assert_num_queries):
    change_device(device, by=by, on=DAY + timedelta(1), status=S.IN_REPAIR)
    with CaptureQueriesContext(connection) as short:
        it.get(f"/devices/{device.pk}/")
    for day in range(2, 5):
        change_device(device, by=by, on=DAY + timedelta(day), status=[S.IN_SERVICE, S.IN_REPAIR][day % 2])

    with django_assert_num_queries(len(short)):
        it.get(f"/devices/{device.pk}/")


@pytest.mark.parametrize("address", ["", "change/", "states/{state}/correct/", "states/{state}/withdraw/"])
def test_foreign_device_does_not_exist(client, outsider, school_admin, other_school, address):
    foreign = make_device(school=other_school)
    path = f"/devices/{foreign.pk}/" + address.format(state=foreign.states.get().pk)
    answers = []
    for user in (outsider, school_admin):
        client.force_login(user)
        answers += [client.get(path).status_code, client.post(path, {"status": "lost"}).status_code]

    assert answers == [404, 404, 404, 404]


@pytest.mark.parametrize("address", ["change/", "states/{state}/correct/", "states/{state}/withdraw/"])
def test_school_reads_but_changes_nothing(signed_in, school_admin, device, address):
    client = signed_in(school_admin)
    path = f"/devices/{device.pk}/"
    change = path + address.format(state=device.states.get().pk)

    assert client.get(path).status_code == 200
    assert "Change state" not in text(client.get(path))
    assert [client.get(change).status_code, client.post(change, {"status": "lost"}).status_code] == [403, 403]
