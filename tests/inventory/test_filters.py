"""Filters of the device list: what they find, what they offer, what they refuse."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from audit.actor import Actor
from inventory.enums import DeviceStatus
from inventory.filters import LATEST, DeviceAsOfFilter, DeviceFilter
from inventory.models import Delivery, Device, DeviceState
from inventory.services import book_delivery, change_device, update_details
from inventory.services.deliveries import Code
from tests.factories import an_act, make_device, make_model, make_order, make_room


class Asking:
    """A request as far as a filter set looks at it."""

    def __init__(self, user):
        self.user = user


def filtered(query, user):
    return DeviceFilter(QueryDict(query), Device.objects.visible_to(user), request=Asking(user))


def as_of(query, user, day):
    states = DeviceState.objects.visible_to(user).as_of(day)
    return DeviceAsOfFilter(QueryDict(query), states, request=Asking(user))


@pytest.fixture
def tablet(school):
    room = make_room(school, "Bühne 1")
    return make_device(school=school, room=room, is_managed=True, on=date(2024, 3, 1))


@pytest.fixture
def board(other_school):
    model = make_model("Tafel X", manufacturer="Prüfwerk", category="board")
    return make_device(school=other_school, model=model, status=DeviceStatus.MOUNTED, use="room", on=date(2024, 5, 1))


@pytest.mark.parametrize(
    "query",
    [
        "q=ipad+9",
        "q=apple+ip",
        "q=BÜHNE",
        "category=tablet",
        "status=in_service&status=in_stock",
        "status_group=counts",
        "school=100100",
        "use=pupils",
        "is_managed=true",
        "since_to=2024-03-31",
        "since_to=31.03.2024",
    ],
)
def test_filter_finds_one_of_two(query, tablet, board, it_staff):
    assert list(filtered(query, it_staff).qs) == [tablet]
    assert [state.device for state in as_of(query, it_staff, date(2024, 6, 1)).qs] == [tablet]


def test_filter_finds_by_keys_and_codes(tablet, board, it_staff):
    queries = [f"q={tablet.serial.lower()}", f"q={tablet.asset_tag[2:]}", f"room={tablet.room_id}"]
    queries += [f"model={tablet.model_id}", f"manufacturer={tablet.manufacturer_id}"]

    assert [list(filtered(query, it_staff).qs) for query in queries] == [[tablet]] * 5
    assert [[s.device for s in as_of(q, it_staff, date(2024, 6, 1)).qs] for q in queries] == [[tablet]] * 5


def test_nothing_asked_filters_nothing(tablet, board, it_staff):
    assert list(filtered("", it_staff).qs) == [board, tablet]
    assert list(filtered("q=&status_group=&school=", it_staff).qs) == [board, tablet]


def test_central_store_is_a_choice(tablet, it_staff):
    stored = make_device(status=DeviceStatus.IN_STOCK)

    assert list(filtered("school=null", it_staff).qs) == [stored]


@pytest.mark.parametrize("name", ["asset_tag", "serial", "model", "school", "room", "status", "since"])
def test_ordering_sorts_both_ways(name, tablet, board, it_staff):
    up, down = (list(filtered(f"ordering={sign}{name}", it_staff).qs) for sign in ("", "-"))

    assert {*up} == {tablet, board}
    if name != "room":  # the board is in none: see below
        assert up == down[::-1]
    assert [s.device for s in as_of(f"ordering={name}", it_staff, date(2024, 6, 1)).qs] == up


@pytest.mark.parametrize("name", ["room", "school"])
def test_rows_without_a_value_stand_last_whichever_way(name, tablet, it_staff):
    stored = make_device(status=DeviceStatus.IN_STOCK)

    for sign in ("", "-"):
        assert list(filtered(f"ordering={sign}{name}", it_staff).qs) == [tablet, stored]


def test_note_is_searched_where_the_device_is_today(tablet, school, other_school, school_admin, it_staff, by):
    update_details({tablet.pk: {"note": "Leihgabe"}}, an_act())
    change_device(tablet, by=by, on=date(2024, 7, 1), school=other_school)

    def found(user, query):
        return [state.device for state in as_of(query, user, date(2024, 6, 1)).qs]

    assert found(it_staff, "q=Leihgabe") == [tablet]
    assert found(school_admin, "q=Leihgabe") == []
    assert found(school_admin, f"q={tablet.serial}") == [tablet]


def test_equal_rows_keep_the_order_of_their_keys(school, it_staff):
    devices = [make_device(school=school) for _ in range(3)]

    assert list(filtered("ordering=-since", it_staff).qs) == devices


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=nonsense", "status"),
        ("school=999999", "school"),
        ("category=nonsense", "category"),
        ("since_from=31.02.2024", "since_from"),
        ("ordering=price", "ordering"),
        ("room=99999999999999999999", "room"),
        ("is_managed=maybe", "is_managed"),
    ],
)
def test_wrong_filter_is_an_error_and_shows_nothing(query, field, tablet, it_staff):
    result = filtered(query, it_staff)

    assert list(result.errors) == [field]
    assert list(result.qs) == []


def test_choices_are_those_that_may_be_seen(tablet, board, school_admin):
    form = filtered("", school_admin).form

    assert [str(school) for school in form.fields["school"].queryset] == ["Lindenschule (100100)"]
    assert list(form.fields["room"].queryset) == [tablet.room]
    assert list(filtered("school=100200", school_admin).errors) == ["school"]


def test_rooms_are_offered_of_the_chosen_school(tablet, it_staff):
    def offered(query):
        return [label for key, label in filtered(query, it_staff).form["room"].field.widget.choices if key]

    assert offered("") == []
    assert offered("school=100100") == ["Bühne 1"]
    assert offered(f"room={tablet.room_id}") == ["Bühne 1"]


def test_past_day_filters_by_what_was_then(tablet, other_school, by, it_staff):
    change_device(tablet, by=by, on=date(2024, 9, 1), school=other_school)

    assert [s.device for s in as_of("school=100100", it_staff, date(2024, 8, 31)).qs] == [tablet]
    assert list(as_of("school=100100", it_staff, date(2024, 9, 1)).qs) == []


def test_devices_of_a_delivery_are_found_on_any_day(school, tablet, it_staff):
    order = make_order()
    code = Code(order.lines.get(), "SNX")
    frame = {"note_number": "L1", "delivered_on": date(2024, 3, 1), "by": Actor(it_staff), "school": school}
    delivery = book_delivery(order, serials=[code], **frame)
    query = f"delivery={delivery.pk}"
    assert [device.serial for device in filtered(query, it_staff).qs] == ["SNX"]
    assert [state.device.serial for state in as_of(query, it_staff, date(2024, 6, 1)).qs] == ["SNX"]
    assert list(as_of(query, it_staff, date(2024, 2, 1)).qs) == []


def test_latest_deliveries_are_offered_and_the_chosen_one(it_staff):
    order = make_order()
    older, *later = (
        Delivery.objects.create(order=order, note_number=f"L{n}", delivered_on=date(2024, 1, 1) + timedelta(n))
        for n in range(LATEST + 1)
    )
    latest = ["", *(delivery.pk for delivery in reversed(later))]

    def offered(query):
        return [key for key, _name in filtered(query, it_staff).form.fields["delivery"].widget.choices]

    assert offered("") == latest
    assert offered(f"delivery={older.pk}") == [*latest, older.pk]
    assert offered(f"delivery={later[0].pk}") == latest
    assert offered("delivery=x") == latest


def test_school_is_offered_its_own_rooms_without_choosing_itself(school, other_school, school_admin):
    room = make_room(school, "101")
    make_room(other_school, "201")
    form = filtered("", school_admin).form
    assert [key for key, _name in form.fields["room"].widget.choices] == ["", room.pk]
