"""Devices: exact answers, prices, scope, past days, history."""

from datetime import date
from decimal import Decimal

import pytest

from inventory.enums import DeviceStatus
from inventory.models import DeviceState
from inventory.services import change_device, correct_state, update_details
from tests.factories import an_act, make_device, make_devices, make_model, make_room


@pytest.fixture
def device(school):
    return make_device(school=school, room=make_room(school, "R 1"), on=date(2024, 3, 1))


def rows(answer):
    return [(row["id"], row["status"], row["since"], row["school"]) for row in answer[1]["results"]]


def test_device_is_shown_with_names(get, reader, device, school):
    assert get(reader, f"devices/{device.pk}/") == (
        200,
        {
            "id": device.pk,
            "asset_tag": device.asset_tag,
            "serial": device.serial,
            "category": "tablet",
            "manufacturer": device.manufacturer_id,
            "manufacturer_name": "Apple",
            "model": device.model_id,
            "model_name": "iPad 9",
            "status": "in_service",
            "since": "2024-03-01",
            "school": "100100",
            "school_name": "Lindenschule",
            "room": device.room_id,
            "room_name": "R 1",
            "use": "pupils",
            "is_managed": None,
            "mdm_id": "",
            "purchased_on": None,
            "financing": None,
            "financing_name": None,
            "note": "",
            "bound_until": None,
        },
    )


def test_price_is_shown_to_those_who_may_see_money(get, it_staff, reader, school_admin, device):
    device.price = Decimal("399.00")
    device.save()
    device.model.price = Decimal("410.50")
    device.model.save()
    users = [it_staff, reader, school_admin]

    shown = [get(user, f"devices/{device.pk}/")[1].get("price") for user in users]
    catalogue = [get(user, f"device-models/{device.model_id}/")[1].get("price") for user in users]

    assert (shown, catalogue) == (["399.00", None, None], ["410.50", None, None])


def test_scope_is_the_own_school(get, school_admin, outsider, device, other_school):
    foreign = make_device(school=other_school)

    assert rows(get(school_admin, "devices/")) == [(device.pk, "in_service", "2024-03-01", "100100")]
    for path in ("devices/{}/", "devices/{}/states/"):
        assert get(school_admin, path.format(foreign.pk))[0] == 404
        assert get(school_admin, path.format(foreign.pk))[1]["errors"] == []
    assert rows(get(outsider, "devices/")) == rows(get(outsider, "devices/", as_of="2024-06-01")) == []
    assert get(outsider, f"devices/{device.pk}/")[0] == 404
    assert get(outsider, f"devices/{device.pk}/", as_of="2024-06-01")[0] == 404


def test_filters_are_those_of_the_page(get, it_staff, device, other_school):
    other = make_device(school=other_school, status=DeviceStatus.IN_REPAIR)

    def found(**query):
        return [row["id"] for row in get(it_staff, "devices/", **query)[1]["results"]]

    assert found() == [other.pk, device.pk]
    assert found(status_group="broken") == found(school="100200") == found(q=other.serial.lower()) == [other.pk]
    assert found(ordering="-school") == [device.pk, other.pk]
    assert found(status=["in_service", "lost"]) == found(room=device.room_id) == [device.pk]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"status": "nonsense"}, ("status", "invalid_choice")),
        ({"school": "100200"}, ("school", "invalid_choice")),
        ({"colour": "red"}, ("colour", "unknown_parameter")),
        ({"as_of": "yesterday"}, ("as_of", "invalid")),
        ({"known_at": "2024-13-01"}, ("known_at", "invalid")),
        ({"all": "1"}, ("all", "unknown_parameter")),
    ],
)
def test_wrong_parameters_are_refused(query, problem, api, school_admin, other_school, refused):
    assert refused(api(school_admin).get("/api/v1/devices/", query), 400) == [problem]


def test_past_day_shows_what_was_then(get, it_staff, by, device, other_school):
    change_device(device, by=by, on=date(2024, 9, 1), school=other_school)

    then = get(it_staff, "devices/", as_of="2024-08-31")
    assert rows(then) == [(device.pk, "in_service", "2024-03-01", "100100")]
    assert then[1]["results"][0]["room_name"] == "R 1"
    row = then[1]["results"][0] | {"bound_until": None}
    assert get(it_staff, f"devices/{device.pk}/", as_of="2024-08-31")[1] == row
    now = [(device.pk, "in_service", "2024-09-01", "100200")]
    assert rows(get(it_staff, "devices/", as_of="2024-09-01")) == rows(get(it_staff, "devices/")) == now
    assert rows(get(it_staff, "devices/", as_of="2024-08-31", school="100200")) == []
    assert rows(get(it_staff, "devices/", as_of="2024-02-29")) == []
    assert get(it_staff, f"devices/{device.pk}/", as_of="2024-02-29")[0] == 404


def test_back_dated_change_shows_in_past_days_and_is_unknown_before(get, it_staff, by, device):
    before = DeviceState.objects.get().recorded_at
    change_device(device, by=by, on=date(2024, 5, 1), status=DeviceStatus.IN_REPAIR)

    def status(**query):
        return [row[1] for row in rows(get(it_staff, "devices/", **query))]

    assert status(as_of="2024-06-01") == ["in_repair"]
    assert status(as_of="2024-06-01", known_at=before.isoformat()) == ["in_service"]
    assert status(known_at=before.isoformat()) == ["in_service"]


def test_school_sees_in_the_past_what_was_its_own_then(get, school_admin, by, device, other_school):
    change_device(device, by=by, on=date(2024, 9, 1), school=other_school)

    assert rows(get(school_admin, "devices/")) == []
    assert rows(get(school_admin, "devices/", as_of="2024-08-31")) == [
        (device.pk, "in_service", "2024-03-01", "100100")
    ]
    assert rows(get(school_admin, "devices/", as_of="2024-09-01")) == []


def test_states_are_the_history(get, it_staff, school_admin, by, device):
    change_device(device, by=by, on=date(2024, 5, 1), status=DeviceStatus.IN_REPAIR, reason="Display")
    _first, second = DeviceState.objects.known().order_by("valid_from")

    status, body = get(it_staff, f"devices/{device.pk}/states/")
    assert (status, len(body["results"]), body["results"][1]) == (
        200,
        2,
        {
            "id": second.pk,
            "valid_from": "2024-05-01",
            "valid_until": None,
            "status": "in_repair",
            "school": "100100",
            "school_name": "Lindenschule",
            "room": device.room_id,
            "room_name": "R 1",
            "use": "pupils",
            "is_managed": None,
            "recorded_at": body["results"][1]["recorded_at"],
            "superseded_at": None,
            "recorded_by": "ina.it",
            "channel": "page",
            "reason": "Display",
        },
    )
    assert body["results"][0]["valid_until"] == "2024-05-01"
    assert not {"recorded_by", "reason"} & get(school_admin, f"devices/{device.pk}/states/")[1]["results"][0].keys()


def test_note_of_a_device_that_has_left_is_empty(get, it_staff, school_admin, by, device, other_school):
    change_device(device, by=by, on=date(2024, 9, 1), school=other_school)
    update_details({device.pk: {"note": "Leihgabe"}}, an_act())

    def notes(user, **query):
        return [row["note"] for row in get(user, "devices/", as_of="2024-08-31", **query)[1]["results"]]

    assert (notes(it_staff), notes(school_admin)) == (["Leihgabe"], [""])
    assert (notes(it_staff, q="Leihgabe"), notes(school_admin, q="Leihgabe")) == (["Leihgabe"], [])
    assert get(school_admin, f"devices/{device.pk}/", as_of="2024-08-31")[1]["note"] == ""


def test_states_with_all_show_what_was_believed_before(get, it_staff, by, device):
    (state,) = DeviceState.objects.all()
    correct_state(state, by=by, status=DeviceStatus.IN_STOCK)

    def states(**query):
        found = get(it_staff, f"devices/{device.pk}/states/", **query)[1]["results"]
        return [(row["status"], row["superseded_at"] is None) for row in found]

    assert states() == [("in_stock", True)]
    assert states(all="1") == [("in_service", False), ("in_stock", True)]


@pytest.mark.parametrize("path", ["devices/", "devices/?as_of=2024-06-01", "devices/?school=100100&category=tablet"])
def test_list_takes_the_same_number_of_queries_for_1_and_3(
    path, api, it_staff, school, device, django_assert_max_num_queries
):
    client = api(it_staff)
    client.get(f"/api/v1/{path}")
    counts = []
    for expected in (1, 3):
        with django_assert_max_num_queries(12) as captured:
            assert len(client.get(f"/api/v1/{path}").json()["results"]) == expected
        counts.append(len(captured))
        make_devices(2, school=school, room=make_room(school), on=date(2024, 4, 1))

    assert counts[0] == counts[1]


def test_catalogue_is_listed(get, reader, db):
    model = make_model()

    assert get(reader, "device-models/")[1]["results"] == [
        {
            "id": model.pk,
            "manufacturer": model.manufacturer_id,
            "manufacturer_name": "Apple",
            "name": "iPad 9",
            "category": "tablet",
            "warranty_months": None,
            "support_until": None,
        }
    ]
    assert get(reader, "categories/tablet/")[1] == {
        "key": "tablet",
        "name": "Tablet",
        "name_en": "Tablet",
        "workflow": "portable",
        "default_use": "pupils",
        "lifetime_years": 5,
        "test_interval_months": None,
        "holds_data": True,
    }
