"""Two reports compared: what was booked late and by whom, what changed in between, and which records it was."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from audit.actor import Actor
from costs.services import withdraw_cost
from inventory.enums import DeviceStatus
from inventory.models import Device, DeviceState
from inventory.services import change_device, change_devices, correct_state
from reports.comparison import Comparison, Line, Question, Step, difference
from reports.figure_files import write_comparison, write_steps
from reports.queries import schools_for
from reports.trail_reader import told_acts
from rollout.enums import ProjectStatus
from rollout.services import change_project
from schools.enums import Trade
from schools.models import School
from tests.factories import DAY, make_devices, make_headcount, make_order, make_project, make_school
from tests.factories_money import COMMAND, make_cost

pytestmark = pytest.mark.django_db
BEFORE, AFTER = DAY + timedelta(days=10), DAY + timedelta(days=40)


def compared(before: date = BEFORE, as_of: date = AFTER, **more: Any) -> Comparison:
    return Comparison(Question(before, as_of, **more))


def line(key: str, **more: Any) -> Line:
    return compared(**more).line(key)


def step(key: str, index: int = 0, **more: Any) -> Step:
    return compared(**more).steps(key)[index]


def names(found: Step, *, entered: bool) -> list[Any]:
    """Asset tag or serial of the devices that entered or left."""
    return [row[1] or row[2] for row, _booking in found.told(entered=entered)]


def tags(devices: list[Device]) -> list[str]:
    return sorted(str(device) for device in devices)


def test_two_days_are_told_apart_by_the_records(school: School):
    stay, go = make_devices(2, school=school), make_devices(1, school=school)
    come = make_devices(3, school=school, on=BEFORE + timedelta(days=1))
    change_devices(go, by=COMMAND, on=AFTER, status=DeviceStatus.RETIRED)
    found = compared()
    one = found.line("devices_in_service")
    assert (one.then.value, one.late, one.moved, one.now.value, one.difference) == (3, 0, 2, 5, 2)
    (only,) = found.steps("devices_in_service")
    assert not only.is_late
    assert sorted(names(only, entered=True)) == tags(come)
    assert names(only, entered=False) == tags(go)
    assert not set(tags(stay)) & set(names(only, entered=True))


def test_late_booking_is_named_with_its_act(school: School, it_staff: Any):
    make_devices(2, school=school)
    published = timezone.now()
    (late,) = make_devices(1, school=school, status=DeviceStatus.IN_STOCK, on=DAY)
    change_device(late, by=Actor(it_staff), on=DAY + timedelta(days=3), status=DeviceStatus.IN_SERVICE)
    # what happens to it later is not what was booked late
    change_device(late, by=COMMAND, on=AFTER, status=DeviceStatus.IN_REPAIR)
    found = compared(before_known_at=published)
    one = found.line("devices_in_service")
    assert (one.then.value, one.corrected.value, one.now.value) == (2, 3, 2)
    assert (one.late, one.moved, one.is_late) == (1, -1, True)
    booked, moved = found.steps("devices_in_service")
    ((row, booking),) = booked.told(entered=True)
    assert row[0] == late.pk
    assert booking is not None
    assert (booking.act.user, booking.valid_from) == (it_staff, DAY + timedelta(days=3))
    assert booking.at == booking.act.at > published
    assert (len(booked.left), names(moved, entered=False)) == (0, [str(late)])


def test_what_was_taken_back_is_named_with_what_took_it_back(school: School, it_staff: Any):
    (device,) = make_devices(1, school=school)
    published = timezone.now()
    change_device(device, by=COMMAND, on=AFTER, status=DeviceStatus.IN_REPAIR)
    state = DeviceState.objects.known().get(device=device, valid_from=DAY)
    correct_state(state, by=Actor(it_staff), reason="vertippt", status=DeviceStatus.IN_STOCK)
    booked = step("devices_in_service", before_known_at=published)
    ((row, booking),) = booked.told(entered=False)
    assert row[0] == device.pk
    assert booking is not None
    assert (booking.act.user, booking.act.reason) == (it_staff, "vertippt")
    assert len(booked.entered) == 0


def test_published_day_stays_and_the_later_knowledge_differs(school: School):
    """The same day, as known then and as known now."""
    make_cost("10.00", trade="lan")
    wrong = make_cost("5.00", trade="lan")
    published = timezone.now()
    withdraw_cost(wrong, by=COMMAND, reason="doppelt")
    make_cost("2.50", trade="wlan")
    found = compared(BEFORE, BEFORE, before_known_at=published)
    one = found.line("works_paid_network")
    assert (one.then.value, one.late, one.now.value) == (15, Decimal("-2.50"), Decimal("12.50"))
    (booked,) = found.steps("works_paid_network")
    assert booked.is_late
    told = {is_new: [(row[-1], b.act.verb) for row, b in booked.told(entered=is_new)] for is_new in (True, False)}
    assert told == {True: [(Decimal("2.50"), "cost.record")], False: [(Decimal("5.00"), "cost.withdraw")]}


def test_a_later_report_leaves_out_what_was_recorded_after_it(school: School):
    first = timezone.now()
    make_devices(2, school=school)
    second = timezone.now()
    make_devices(4, school=school)
    one = line("devices_in_service", before_known_at=first, known_at=second)
    assert (one.then.value, one.corrected.value, one.now.value, one.late) == (None, 2, 2, None)
    assert one.is_late


def test_late_order_is_named_by_the_trail(it_staff: Any):
    make_order(quantity=7)
    published = timezone.now()
    late = make_order(quantity=5)
    ((row, booking),) = step("tablets_ordered", before_known_at=published).told(entered=True)
    assert (row[0], row[-1]) == (late.pk, 5)
    assert booking is not None
    assert (booking.act.verb, booking.valid_from) == ("order.create", DAY)


def test_works_that_changed_are_told_with_their_states(school: School):
    project = make_project(school, trade=Trade.FIBRE)
    change_project(project, by=COMMAND, on=AFTER, status=ProjectStatus.UNDER_CONSTRUCTION)
    (changed,) = step("fibre_finished").changed()
    assert (changed.row[0], changed.before, changed.after) == (project.pk, "geplant", "im Bau")
    assert [row[0] for row, _none in step("sites_under_construction").told(entered=True)] == [project.pk]


def test_numbers_of_pupils_that_changed_are_told_per_school(school: School, other_school: School):
    for one, before, after in ((school, 100, 120), (other_school, 50, 50)):
        make_headcount(one, on=DAY, pupils=before)
        make_headcount(one, on=AFTER, pupils=after)
    only = step("pupils")
    assert [(changed.row[1], changed.before, changed.after) for changed in only.changed()] == [
        (school.number, 100, 120)
    ]
    assert (len(only.entered), len(only.left)) == (0, 0)


def test_school_sees_the_difference_of_its_own_devices(school: School, other_school: School, school_admin: Any):
    for one in (school, other_school):
        make_devices(2, school=one, on=BEFORE + timedelta(days=1))
    make_devices(1, school=school)
    found = Comparison(Question(BEFORE, AFTER), schools_for(school_admin), school_admin)
    assert found.line("devices_in_service").difference == 2
    assert len(found.steps("devices_in_service")[0].entered) == 2
    assert "works_paid" not in found.figures


def test_acts_are_told_with_names_to_those_who_see_people(school: School, it_staff: Any, school_admin: Any):
    published = timezone.now()
    (device,) = make_devices(1, school=school, status=DeviceStatus.IN_STOCK)
    change_device(device, by=Actor(it_staff), on=DAY + timedelta(days=1), status=DeviceStatus.IN_SERVICE)
    ((_row, booking),) = step("devices_in_service", before_known_at=published).told(entered=True)
    assert booking is not None
    name = it_staff.get_full_name() or it_staff.get_username()
    assert (name in told_acts(it_staff)(booking.act), name in told_acts(school_admin)(booking.act)) == (True, False)
    assert told_acts(it_staff)(None) == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [(1, 3, 2), (3, 1, -2), (Decimal("1.5"), 2, Decimal("0.5")), (None, 3, None), (3, None, None), (True, False, None)],
)
def test_difference_is_none_where_there_is_no_number(old: Any, new: Any, expected: Any):
    assert difference(old, new) == expected


def test_workbooks_of_the_comparison_have_every_record(school: School):
    published: datetime = timezone.now()
    make_devices(130, school=school)
    found = compared(before_known_at=published)
    figures, records = BytesIO(), BytesIO()
    write_comparison(figures, found, found.lines(), timezone.now())
    now = found.line("devices_in_service").now
    write_steps(records, now, found.steps("devices_in_service"), told_acts(None), timezone.now())
    lines = list(load_workbook(figures).worksheets[0].iter_rows(values_only=True))
    assert len(lines) == 1 + len(found.figures)
    late, moved = load_workbook(records).worksheets
    assert (late.max_row, moved.max_row) == (131, 1)
    assert late.cell(2, late.max_column - 1).value is not None


def test_comparison_takes_the_same_number_of_queries_however_much_there_is():
    published = timezone.now()
    numbers = []
    for _round in range(2):
        for _one in range(1 + _round):
            school = make_school()
            make_devices(3, school=school)
            make_project(school)
            make_order()
            make_cost("1.00", trade="lan")
        with CaptureQueriesContext(connection) as lines:
            compared(before_known_at=published).lines()
        with CaptureQueriesContext(connection) as steps:
            for one in compared(before_known_at=published).steps("devices_in_service"):
                list(one.told(entered=True))
                list(one.told(entered=False))
        numbers.append((len(lines), len(steps)))
    assert numbers[0] == numbers[1]
    assert numbers[0][1] == 25
