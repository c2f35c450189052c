"""Dated states of devices: change, back-date, correct, in ones and in thousands."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from inventory.enums import COUNTS
from inventory.models import Device, DeviceState
from inventory.services import (
    PlacementChange,
    change_device,
    change_devices,
    correct_state,
    record_placements,
    withdraw_state,
)
from reports.verification import _forbidden_steps
from schools.models import School
from tests.factories import DAY, an_act, make_device, make_devices, make_model, make_room

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)


def believed(device: Device) -> list[tuple[str, date, date | None]]:
    rows = DeviceState.objects.filter(device=device, superseded_at=None).order_by("valid_from")
    return list(rows.values_list("status", "valid_from", "valid_until"))


def status_on(device: Device, day: date, known_at: object = None) -> str | None:
    return DeviceState.objects.as_of(day, known_at).filter(device=device).values_list("status", flat=True).first()


def test_change_keeps_what_is_not_given_and_copies_today(school: School, by: Actor) -> None:
    room = make_room(school, "R 101")
    device = make_device(school=school, room=room)
    change_device(device, by=by, on=LATER, status="in_repair", reason="Display")
    assert believed(device) == [("in_service", DAY, LATER), ("in_repair", LATER, None)]
    assert (device.status, device.since, device.school, device.room) == ("in_repair", LATER, school, room)


def test_change_is_audited_with_old_and_new_and_reason(school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, status="lost", reason="Klassenfahrt")
    act = Act.objects.latest("pk")
    entry = Entry.objects.get(act=act)
    assert (act.user, act.channel, act.verb, act.reason) == (by.user, "page", "device.change", "Klassenfahrt")
    assert (entry.kind, entry.object_id, entry.school_id) == ("inventory.device", device.pk, school.pk)
    assert entry.changes == {"status": ["in_service", "lost"], "valid_from": [None, LATER.isoformat()]}


def test_backdated_change_moves_the_past_but_not_what_was_known_then(school: School, by: Actor) -> None:
    device = make_device(school=school)
    published = timezone.now()
    change_device(device, by=by, on=DAY + timedelta(days=10), status="in_repair")
    assert status_on(device, DAY + timedelta(days=20)) == "in_repair"
    assert status_on(device, DAY + timedelta(days=20), published) == "in_service"
    assert status_on(device, DAY - timedelta(days=1)) is None


def test_backdated_change_before_a_later_one_leaves_today_alone(school: School, by: Actor) -> None:
    device = make_device(school=school, status="delivered")
    change_device(device, by=by, on=LATER, status="in_service")
    change_device(device, by=by, on=DAY + timedelta(days=5), status="configured")
    assert [row[0] for row in believed(device)] == ["delivered", "configured", "in_service"]
    assert (device.status, device.since) == ("in_service", LATER)


def test_state_ends_before_its_last_day_and_an_open_one_never_ends(school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, status="in_repair")
    eve, known = LATER - timedelta(days=1), timezone.now()
    days = (DAY - timedelta(days=1), DAY, eve, LATER, date.max)
    expected = [None, "in_service", "in_service", "in_repair", "in_repair"]
    assert [status_on(device, day) for day in days] == expected
    assert [status_on(device, day, known) for day in days] == expected


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans so small a table")
def test_counts_as_of_a_day_read_nothing_but_an_index() -> None:
    states = DeviceState.objects.as_of(LATER).order_by().values("school", "status", "use", "is_managed", "device")
    assert "USING COVERING INDEX inventory_state_as_of (<expr>>?)" in states.explain()
    in_service = DeviceState.objects.known().filter(status__in=COUNTS, valid_from__lte=LATER).order_by()
    plan = in_service.values("device").distinct().explain()
    assert "USING COVERING INDEX inventory_state_in_service (status=?)" in plan
    assert "TEMP B-TREE" not in plan


def test_forbidden_step_is_refused_and_nothing_is_written(school: School, by: Actor) -> None:
    good, bad = make_devices(2, school=school)
    change_device(bad, by=by, on=DAY, status="retired")
    before = DeviceState.objects.count(), Act.objects.count()
    with pytest.raises(ValidationError) as error:
        change_devices([good, bad], by=by, on=LATER, status="in_repair")
    assert error.value.error_list[0].code == "forbidden_step"
    assert bad.asset_tag in error.value.messages[0]
    assert (DeviceState.objects.count(), Act.objects.count()) == before


def test_backdated_step_must_fit_the_later_one(school: School, by: Actor) -> None:
    device = make_device(school=school, status="inventoried")
    change_device(device, by=by, on=LATER, status="in_service")
    with pytest.raises(ValidationError) as error:
        change_device(device, by=by, on=DAY + timedelta(days=3), status="retired")
    assert error.value.error_list[0].code == "forbidden_step"


def test_future_day_is_refused(school: School, by: Actor) -> None:
    device = make_device(school=school)
    with pytest.raises(ValidationError) as error:
        change_device(device, by=by, on=timezone.localdate() + timedelta(days=1), status="lost")
    assert error.value.error_list[0].code == "future_day"


def test_move_to_another_school_leaves_the_room(school: School, other_school: School, by: Actor) -> None:
    device = make_device(school=school, room=make_room(school))
    change_device(device, by=by, on=LATER, school=other_school)
    assert (device.school, device.room) == (other_school, None)


def test_room_of_another_school_is_refused(school: School, other_school: School, by: Actor) -> None:
    device = make_device(school=school)
    with pytest.raises(ValidationError) as error:
        change_device(device, by=by, on=LATER, room=make_room(other_school))
    assert error.value.error_list[0].code == "foreign_room"


def test_in_service_needs_a_school(by: Actor) -> None:
    device = make_device(status="in_stock")
    with pytest.raises(ValidationError) as error:
        change_device(device, by=by, on=LATER, status="in_service")
    assert error.value.error_list[0].code == "no_school"


def test_correction_supersedes_and_keeps_the_wrong_entry(school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, status="lost")
    wrong = DeviceState.objects.get(device=device, status="lost", superseded_at=None)
    known = timezone.now()
    correct_state(wrong, by=by, status="in_repair", reason="Verwechslung")
    device.refresh_from_db()
    assert device.status == "in_repair"
    assert status_on(device, LATER, known) == "lost"
    assert DeviceState.objects.get(pk=wrong.pk).superseded_at is not None


def test_correction_that_says_nothing_new_writes_nothing(school: School, by: Actor) -> None:
    device = make_device(school=school)
    row = device.states.get()
    correct_state(row, by=by, use=row.use)
    assert list(device.states.all()) == [row]
    assert not Entry.objects.filter(act=Act.objects.latest("pk"), act__verb="device.correct").exists()


def test_withdrawn_entry_lets_the_one_before_hold_again(school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, status="lost")
    withdraw_state(DeviceState.objects.get(device=device, status="lost", superseded_at=None), by=by)
    assert believed(device) == [("in_service", DAY, None)]
    device.refresh_from_db()
    assert (device.status, device.since) == ("in_service", DAY)


def test_only_entry_cannot_be_withdrawn(school: School, by: Actor) -> None:
    device = make_device(school=school)
    with pytest.raises(ValidationError) as error:
        withdraw_state(DeviceState.objects.get(device=device), by=by)
    assert error.value.code == "only_entry"


def test_superseded_entry_cannot_be_corrected_again(school: School, by: Actor) -> None:
    device = make_device(school=school)
    old = DeviceState.objects.get(device=device)
    correct_state(old, by=by, status="in_stock")
    with pytest.raises(ValidationError) as error:
        correct_state(old, by=by, status="lost")
    assert error.value.code == "superseded"


def test_board_may_not_skip_mounting(school: School, by: Actor) -> None:
    board = make_device(school=school, status="delivered", model=make_model("Board 86", category="board"), use="room")
    with pytest.raises(ValidationError) as error:
        change_device(board, by=by, on=LATER, status="in_service")
    assert error.value.error_list[0].code == "forbidden_step"


def test_bulk_change_takes_a_constant_number_of_statements(school: School, by: Actor) -> None:
    few, many = make_devices(3, school=school), make_devices(3000, school=school)
    counts = []
    for devices in (few, many):
        with CaptureQueriesContext(connection) as queries:
            changed = change_devices(devices, by=by, on=LATER, status="in_repair", reason="Rückruf")
        assert changed.changed == len(devices)
        assert Entry.objects.filter(act=Act.objects.latest("pk")).count() == len(devices)
        counts.append(len(queries))
    assert Device.objects.filter(status="in_repair", since=LATER).count() == 3003
    assert counts[0] == counts[1]


def test_board_is_mounted_tested_accepted_and_used_on_one_day(school: School, by: Actor) -> None:
    board = make_device(school=school, status="delivered", model=make_model("Board 86", category="board"), use="room")
    for status in ("mounted", "tested", "accepted", "in_service"):
        change_device(board, by=by, on=LATER, status=status)
    assert believed(board) == [("delivered", DAY, LATER), ("in_service", LATER, None)]
    row = DeviceState.objects.get(device=board, status="in_service", superseded_at=None)
    correct_state(row, by=by, room=make_room(school))
    assert list(_forbidden_steps()) == []


def test_back_and_forth_on_one_day_leaves_nothing_behind(school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, status="in_repair")
    change_device(device, by=by, on=LATER, status="in_service")
    assert believed(device) == [("in_service", DAY, None)]
    assert (device.status, device.since) == ("in_service", DAY)


def test_correction_is_audited_as_what_it_corrects(school: School, other_school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, school=other_school)
    row = DeviceState.objects.get(device=device, valid_until=None, superseded_at=None)
    correct_state(row, by=by, school=school, on=LATER + timedelta(days=1), reason="Zahlendreher")
    entries = Entry.objects.filter(act=Act.objects.latest("pk")).order_by("pk")
    day, next_day = LATER.isoformat(), (LATER + timedelta(days=1)).isoformat()
    changes = {"school": [other_school.pk, school.pk], "valid_from": [day, next_day]}
    assert [(e.school_id, e.changes) for e in entries] == [(school.pk, changes), (other_school.pk, changes)]


def test_withdrawal_is_audited_as_what_it_takes_back(school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, status="lost")
    withdraw_state(DeviceState.objects.get(device=device, status="lost", superseded_at=None), by=by)
    changes = Entry.objects.get(act=Act.objects.latest("pk")).changes
    assert changes["status"] == ["lost", None]
    assert changes["valid_from"] == [LATER.isoformat(), None]


def test_move_leaves_an_entry_at_both_schools(school: School, other_school: School, by: Actor) -> None:
    device = make_device(school=school)
    change_device(device, by=by, on=LATER, school=other_school)
    entries = Entry.objects.filter(act=Act.objects.latest("pk"))
    assert sorted(e.school_id for e in entries) == sorted([school.pk, other_school.pk])


def test_two_facts_about_one_device_in_one_call_are_a_mistake(school: School) -> None:
    device = make_device(school=school)
    changes = [PlacementChange(device.pk, LATER, "lost"), PlacementChange(device.pk, LATER, "in_stock")]
    with pytest.raises(ValueError, match="one fact"):
        record_placements(changes, an_act())
