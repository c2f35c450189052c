"""The list of devices, the page of one, and changes of their states."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Act
from common.dated import add_months
from inventory.enums import DeviceStatus as S
from inventory.models import Device, DeviceState
from inventory.services import change_device, correct_state, record_tests, update_details, withdraw_state
from tests.factories import DAY, an_act, make_device, make_devices, make_model, make_room
from tests.web.pages import links, tables, text
from web.views.device_bulk import chosen_devices

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def it(signed_in, it_staff):
    return signed_in(it_staff)


@pytest.fixture
def device(school):
    return make_device(school=school, is_managed=True)


def _listed(response):
    return [row[1] for table in tables(response, "device-table") for row in table[1:]]


def _hidden(response, name):
    return re.search(rf'name="{name}"\s+value="([^"]*)"', response.content.decode())[1]


def _version(client, address):
    return {"version": _hidden(client.get(address), "version")}


def _sent(client, device, **values):
    """What the browser sends from the form: all fields, with what they were when it was shown."""
    page = client.get(f"/devices/{device.pk}/change/")
    form = page.context["form"]
    shown = {f"initial-{name}": value for name, value in form.shown.items()}
    return {"version": form.version_now, "on": timezone.localdate().isoformat(), **shown, **form.shown, **values}


# --- list -------------------------------------------------------------------------------------------------------------


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


# --- one device -------------------------------------------------------------------------------------------------------


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


def test_past_day_searches_no_note_of_a_device_that_has_left(client, it_staff, school_admin, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(10), school=other_school)
    update_details({device.pk: {"note": "Leihgabe"}}, an_act())
    found = []
    for user in (it_staff, school_admin):
        client.force_login(user)
        rows = client.get("/devices/", {"as_of": DAY.isoformat(), "q": "Leihgabe"}).context["rows"]
        found.append([row.device for row in rows])

    assert found == [[device], []]


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


# --- change -----------------------------------------------------------------------------------------------------------


def test_change_records_what_was_changed_and_nothing_else(it, it_staff, device):
    day = DAY + timedelta(30)
    answer = it.post(
        f"/devices/{device.pk}/change/", _sent(it, device, on=day.isoformat(), status="in_repair", reason="Display")
    )

    state = device.states.get(superseded_at=None, valid_until=None)
    act = Act.objects.latest("pk")
    assert answer["Location"] == f"/devices/{device.pk}/"
    assert (state.status, state.valid_from, state.school, state.is_managed) == ("in_repair", day, device.school, True)
    assert (act.user, act.channel, act.reason) == (it_staff, "page", "Display")


def test_change_of_the_past_leaves_later_entries(it, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(100), school=other_school, use="teachers")

    it.post(f"/devices/{device.pk}/change/", _sent(it, device, on=str(DAY + timedelta(5)), status="in_repair"))

    told = device.states.filter(superseded_at=None).values_list("valid_from", "status", "school__name", "use")
    assert list(told) == [
        (DAY, "in_service", "Lindenschule", "pupils"),
        (DAY + timedelta(5), "in_repair", "Lindenschule", "pupils"),
        (DAY + timedelta(100), "in_service", "Kastanienschule", "teachers"),
    ]


def test_change_of_the_past_says_until_when_it_applies(it, by, device, other_school):
    change_device(device, by=by, on=DAY + timedelta(100), school=other_school)
    path = f"/devices/{device.pk}/change/"

    past = it.post(path, _sent(it, device, on=str(DAY + timedelta(5)), status="in_repair"), follow=True)
    device.refresh_from_db()
    now = it.post(path, _sent(it, device, status="lost"), follow=True)

    recorded = f"The new state of {device} is recorded."
    assert [str(message) for message in past.context["messages"]] == [
        f"{recorded} It applies until 9 Jun 2024; after that: in service, Kastanienschule."
    ]
    assert [str(message) for message in now.context["messages"]] == [recorded]


def test_change_of_school_leaves_the_room(it, school, other_school):
    device = make_device(school=school, room=make_room(school))

    it.post(f"/devices/{device.pk}/change/", _sent(it, device, school=str(other_school.pk)))

    device.refresh_from_db()
    assert (device.school, device.room) == (other_school, None)


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"status": "disposed"}, "status", "“disposed” cannot follow “in service”"),
        ({"on": "2999-01-01", "status": "lost"}, "on", "lies in the future"),
        ({"on": "soon", "status": "lost"}, "on", "Enter a valid date."),
        ({"school": ""}, "school", "A device in service is at a school"),
        ({"status": "sold"}, "status", "Select a valid choice"),
        ({}, "__all__", "Nothing is different"),
    ],
)
def test_refused_change_says_why_at_the_field(it, device, values, field, message):
    answer = it.post(f"/devices/{device.pk}/change/", _sent(it, device, **values))

    assert [message in error for error in answer.context["form"].errors[field]] == [True]
    assert device.states.count() == 1


def test_room_of_another_school_is_refused(it, device, other_school):
    room = make_room(other_school)

    answer = it.post(f"/devices/{device.pk}/change/", _sent(it, device, room=str(room.pk)))

    assert answer.context["form"].errors == {"room": ["The room belongs to another school."]}


def test_change_after_somebody_elses_shows_the_form_again(it, by, device):
    sent = _sent(it, device, status="lost")
    change_device(device, by=by, on=DAY + timedelta(10), status=S.IN_REPAIR)

    answer = it.post(f"/devices/{device.pk}/change/", sent)

    assert answer.status_code == 200
    assert "Somebody else has changed this meanwhile" in answer.context["form"].non_field_errors()[0]
    assert answer.context["form"].shown["status"] == "in_repair"
    assert device.states.filter(status=S.LOST).count() == 0
    again = it.post(f"/devices/{device.pk}/change/", sent | {"version": answer.context["form"].version_now})
    assert again.status_code == 302


def test_form_offers_what_fits_the_chosen_day(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.RETIRED)
    values = _sent(it, device, on=(DAY + timedelta(5)).isoformat(), refresh="1")

    part = it.post(f"/devices/{device.pk}/change/", values, headers=HTMX)

    offered = [state for state, _label in part.context["form"].fields["status"].widget.choices]
    assert offered == ["in_stock", "in_service", "returned", "in_repair", "lost", "stolen", "retired"]
    assert device.states.filter(valid_from=DAY + timedelta(5)).count() == 0


def test_form_offers_htmx_the_rooms_of_the_chosen_school(it, device, other_school):
    make_room(device.school, "A 1")
    room = make_room(other_school, "B 2")
    values = _sent(it, device, school=str(other_school.pk), refresh="1")

    part = it.post(f"/devices/{device.pk}/change/", values, headers=HTMX)
    page = it.get(f"/devices/{device.pk}/change/")

    assert part.context["form"].fields["room"].choices == [("", "no room"), (room.pk, "B 2 (Hauptgebäude)")]
    groups = [group for group, _rooms in page.context["form"].fields["room"].choices[1:]]
    assert groups == ["Kastanienschule", "Lindenschule"]


# --- correct and withdraw ---------------------------------------------------------------------------------------------


def test_correction_supersedes_the_entry(it, device):
    state = device.states.get()
    values = {"on": "2024-02-15", "status": "in_service", "school": device.school_id, "use": "teachers"}

    answer = it.post(f"/devices/{device.pk}/states/{state.pk}/correct/", values | {"reason": "For teachers"})

    state.refresh_from_db()
    assert answer["Location"] == f"/devices/{device.pk}/"
    assert state.superseded_at is not None
    assert list(device.states.filter(superseded_at=None).values_list("valid_from", "use", "is_managed")) == [
        (date(2024, 2, 15), "teachers", True)
    ]


def test_correction_needs_a_reason_and_a_difference(it, device):
    state = device.states.get()
    path = f"/devices/{device.pk}/states/{state.pk}/correct/"

    answer = it.post(path, {"on": DAY.isoformat(), "status": "in_service", "school": device.school_id})

    assert answer.context["form"].errors.keys() == {"reason", "__all__"}


def test_withdrawal_asks_first_and_restores_the_entry_before(it, by, device):
    change_device(device, by=by, on=DAY + timedelta(10), status=S.LOST)
    path = f"/devices/{device.pk}/states/{device.states.get(status=S.LOST).pk}/withdraw/"

    asked = it.get(path)
    refused = it.post(path)
    done = it.post(path, {"reason": "Wrong device"})

    device.refresh_from_db()
    assert "The entry before it applies instead:" in text(asked)
    assert refused.context["form"].errors.keys() == {"reason"}
    assert (done.status_code, device.status, device.since) == (302, "in_service", DAY)


def test_only_entry_is_not_withdrawn(it, device):
    path = f"/devices/{device.pk}/states/{device.states.get().pk}/withdraw/"

    answer = it.post(path, {"reason": "Wrong"})

    assert answer.context["form"].errors == {"__all__": ["The only entry of a device cannot be withdrawn."]}
    assert "/withdraw/" not in it.get(f"/devices/{device.pk}/").content.decode()


def test_entry_corrected_meanwhile_sends_back_to_the_history(it, by, device):
    state = device.states.get()
    correct_state(state, by=by, use="teachers")

    answer = it.get(f"/devices/{device.pk}/states/{state.pk}/correct/", follow=True)

    assert answer.redirect_chain == [(f"/devices/{device.pk}/", 302)]
    assert "corrected by somebody else meanwhile" in text(answer)


# --- many devices -----------------------------------------------------------------------------------------------------


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
