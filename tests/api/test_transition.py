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


def order(devices, **change):
    return {"ids": [device.pk for device in devices], "on": "2024-06-01", **change}


def stored():
    return sorted(Device.objects.values_list("status", "since", "school__number", "room__name"))


def test_transition_changes_all_and_leaves_one_act(post, it_staff, devices, other_school):
    room = make_room(other_school, "R 7")
    body = order(devices, status="in_repair", school="100200", room=room.pk, reason="Rückruf")

    answer = post(it_staff, body)

    assert (answer.status_code, answer.json()) == (200, {"dry_run": False, "selected": 3, "changed": 3})
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

    assert [post(it_staff, body).json() for _ in range(2)] == [
        {"dry_run": False, "selected": 3, "changed": 3},
        {"dry_run": False, "selected": 3, "changed": 0},
    ]


def test_trial_run_reports_and_changes_nothing(post, it_staff, devices):
    before = stored(), DeviceState.objects.count()

    answer = post(it_staff, order(devices, status="lost", dry_run=True))

    assert answer.json() == {"dry_run": True, "selected": 3, "changed": 3}
    assert (stored(), DeviceState.objects.count()) == before
    assert not Act.objects.filter(verb="device.change").exists()


@pytest.mark.parametrize("dry_run", [True, False])
def test_forbidden_step_names_each_device_and_changes_nothing(dry_run, post, it_staff, devices, school, refused):
    retired = make_device(school=school, status=DeviceStatus.RETIRED)
    before = stored()

    answer = post(it_staff, order([*devices, retired], status="in_repair", dry_run=dry_run))

    assert refused(answer, 400) == [("", "forbidden_step")]
    assert answer.json()["errors"][0]["message"].startswith(f"{retired.asset_tag}: ")
    assert stored() == before


def test_future_day_is_refused(post, it_staff, devices, refused):
    tomorrow = timezone.localdate() + timedelta(days=1)
    body = order(devices[:1], status="lost") | {"on": tomorrow.isoformat()}

    assert refused(post(it_staff, body), 400) == [("", "future_day")]


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
