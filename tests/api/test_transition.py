"""Changing many devices at once: effect, audit, trial run, refusals."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import Act, Entry
from inventory.enums import DeviceStatus
from inventory.models import Device, DeviceState
from tests.factories import make_device, make_devices, make_room

URL = "/api/v1/devices/transition/"


@pytest.fixture
def devices(school):
    return make_devices(3, school=school, on=date(2024, 3, 1))


@pytest.fixture
def post(api):
    def send(user, body, **extra):
        return api(user).post(URL, body, **extra)

    return send


def told(answer):
    """The numbers of a diff, and what it says of each row."""
    body = answer.json()
    assert list(body) == ["dry_run", "selected", "new", "changed", "unchanged", "rejected", "warnings", "rows"]
    counts = {name: body[name] for name in ("new", "changed", "unchanged", "rejected")}
    assert body["selected"] == sum(counts.values()) == len(body["rows"])
    return body["dry_run"], body["changed"], body["unchanged"], body["rejected"]


def order(devices, **change):
    return {"ids": [device.pk for device in devices], "on": "2024-06-01", **change}


def stored():
    return sorted(Device.objects.values_list("status", "since", "school__number", "room__name"))


def test_transition_changes_all_and_leaves_one_act(post, it_staff, devices, other_school):
    room = make_room(other_school, "R 7")
    body = order(devices, status="in_repair", school="100200", room=room.pk, reason="Rückruf")

    answer = post(it_staff, body)

    assert (answer.status_code, told(answer)) == (200, (False, 3, 0, 0))
    assert answer.json()["rows"][0] == {
        "id": devices[0].pk,
        "label": devices[0].asset_tag,
        "outcome": "changed",
        "changes": {
            "status": ["in_service", "in_repair"],
            "school": ["100100", "100200"],
            "room": [None, room.pk],
            "valid_from": [None, "2024-06-01"],
        },
        "problems": [],
    }
    assert stored() == [("in_repair", date(2024, 6, 1), "100200", "R 7")] * 3
    act = Act.objects.get(verb="device.change")
    assert (act.user, act.channel, act.reason) == (it_staff, "api", "Rückruf")
    assert sorted(Entry.objects.filter(act=act, school=other_school).values_list("object_id", flat=True)) == [
        d.pk for d in devices
    ]


def test_null_empties_and_silence_keeps(post, it_staff, school):
    device = make_device(school=school, room=make_room(school), is_managed=True)

    assert post(it_staff, order([device], room=None)).json()["changed"] == 1

    device.refresh_from_db()
    assert (device.room, device.school, device.is_managed) == (None, school, True)


def test_twice_the_same_changes_nothing(post, it_staff, devices):
    body = order([*devices, *devices], use="teachers")

    assert [told(post(it_staff, body)) for _ in range(2)] == [(False, 3, 0, 0), (False, 0, 3, 0)]


def test_trial_run_reports_and_changes_nothing(post, it_staff, devices):
    before = stored(), DeviceState.objects.count()

    answer = post(it_staff, order(devices, status="lost", dry_run=True))

    assert told(answer) == (True, 3, 0, 0)
    assert (stored(), DeviceState.objects.count()) == before
    assert not Act.objects.filter(verb="device.change").exists()


def test_forbidden_steps_are_told_by_row_and_nothing_is_changed(post, it_staff, devices, school, refused):
    retired = make_device(school=school, status=DeviceStatus.RETIRED)
    before = stored()

    body = order([*devices, retired, retired], status="in_repair")
    trial, answer = post(it_staff, body | {"dry_run": True}), post(it_staff, body)

    assert (trial.status_code, told(trial)) == (200, (True, 3, 0, 1))
    assert trial.json()["rows"][3] == {
        "id": retired.pk,
        "label": retired.asset_tag,
        "outcome": "rejected",
        "changes": {},
        "problems": [
            {"field": "", "code": "forbidden_step", "message": answer.json()["errors"][0]["message"]},
        ],
    }
    assert refused(answer, 400) == [("ids.3", "forbidden_step")]
    assert stored() == before


def test_bulk_takes_a_constant_number_of_queries(api, it_staff, school, django_assert_max_num_queries):
    counts = []
    client = api(it_staff)
    client.get("/api/v1/categories/")  # notes when the token was last used
    for number in (2, 300):
        body = order(make_devices(number, school=school, on=date(2024, 3, 1)), status="in_repair")
        with django_assert_max_num_queries(40) as queries:
            assert client.post(URL, body).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_future_day_is_refused(post, it_staff, devices, refused):
    tomorrow = timezone.localdate() + timedelta(days=1)
    body = order(devices[:1], status="lost") | {"on": tomorrow.isoformat()}

    assert refused(post(it_staff, body), 400) == [("ids.0", "future_day")]


def test_unknown_devices_are_refused_as_a_whole(post, it_staff, devices, refused):
    body = order(devices, status="lost")
    body["ids"].append(987654321)

    answer = post(it_staff, body)

    assert refused(answer, 404) == []
    assert "987654321" not in answer.content.decode()
    assert {row[0] for row in stored()} == {"in_service"}


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_transition_needs_the_right_to_book(user, post, devices, refused, request):
    answer = post(request.getfixturevalue(user), order(devices, status="lost"))

    assert refused(answer, 403) == []
    assert {row[0] for row in stored()} == {"in_service"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"colour": "red"}, ("colour", "unknown_field")),
        ({"status": "nonsense"}, ("status", "invalid_choice")),
        ({"status": None}, ("status", "null")),
        ({"school": "999999"}, ("school", "does_not_exist")),
        ({"room": 987654321}, ("room", "does_not_exist")),
        ({"room": "x"}, ("room", "incorrect_type")),
        ({"room": 10**30}, ("room", "does_not_exist")),
        ({"room": True}, ("room", "incorrect_type")),
        ({"is_managed": "perhaps"}, ("is_managed", "invalid")),
        ({"ids": []}, ("ids", "empty")),
        ({"ids": "1"}, ("ids", "not_a_list")),
        ({"ids": [1, "x"]}, ("ids.1", "invalid")),
        ({"ids": [10**30]}, ("ids.0", "max_value")),
        ({"on": "31.02.2024"}, ("on", "invalid")),
        ({"on": None}, ("on", "null")),
        ({"reason": "x" * 501}, ("reason", "max_length")),
    ],
)
def test_wrong_input_names_the_field(change, problem, post, it_staff, devices, refused):
    assert refused(post(it_staff, order(devices, use="teachers") | change), 400) == [problem]


def test_order_without_a_change_is_refused(post, it_staff, devices, refused):
    assert refused(post(it_staff, order(devices)), 400) == [("", "nothing_to_change")]
