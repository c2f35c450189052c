"""Completion over time, of several schools together, and when it will be reached."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from audit.actor import Actor
from audit.enums import Channel
from common.dated import add_months
from inventory.models import Device
from inventory.services import NewHandOver, change_devices, plan_hand_overs, record_tests
from reports.outlook import Outlook
from rollout.completion import (
    CompletionReport,
    Group,
    SchoolForecast,
    completion,
    completion_over,
    expected,
    forecast,
    groups_by,
    month_ends,
    read_arrivals,
)
from rollout.completion.forecast import RequirementForecast
from rollout.enums import Level, NoDate, Outcome, ProjectStatus, Readiness
from rollout.models import Requirement
from rollout.services import attain, change_project, grant_waiver, set_milestone
from schools.enums import SchoolType
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_headcount, make_model, make_order, make_project, make_school

pytestmark = pytest.mark.django_db
TODAY = DAY + timedelta(days=90)
BY = Actor(None, Channel.COMMAND)


def told(report: CompletionReport) -> list[tuple[object, ...]]:
    return [
        (one.school.number, one.grade, one.grade_target, r.key, r.state, r.required, r.actual, r.on_the_way, r.due_on)
        for one in report.schools
        for r in one.results
    ]


@pytest.fixture
def city() -> list[School]:
    """Two schools with a past: devices come and go, tests run out, works proceed, one of them opens later."""
    old = make_school(number="100001")
    new = make_school(number="100002", school_type=SchoolType.GYMNASIUM, opened_on=DAY + timedelta(days=20))
    for school in (old, new):
        make_headcount(school, on=DAY - timedelta(days=200), pupils=90, teachers=9, classes=4)
        devices = make_devices(12, school=school, model=make_model("Book 3", category="laptop"), on=DAY)
        change_devices(devices[:1], status="lost", on=DAY + timedelta(days=40), by=BY)
        record_tests({device.pk: DAY + timedelta(days=10) for device in devices[3:6]}, an_act())
        project = make_project(school, status=ProjectStatus.UNDER_CONSTRUCTION)
        change_project(project, status=ProjectStatus.ACCEPTED, on=DAY + timedelta(days=35), by=BY)
    make_headcount(old, on=DAY + timedelta(days=50), pupils=120, teachers=9, classes=4)
    attain(old, "bandwidth", value=Decimal(600), on=DAY + timedelta(days=30), by=BY)
    grant_waiver(old, "media_concept", on=DAY + timedelta(days=31), reason="Neubau", by=BY)
    return [old, new]


@pytest.mark.usefixtures("city")
def test_course_says_what_completion_says_of_each_day() -> None:
    days = [DAY + timedelta(days=number) for number in range(-10, 100, 5)]
    assert [told(report) for report in completion_over(days)] == [told(completion(day)) for day in days]
    assert [len(report.schools) for report in completion_over(days)][5:7] == [1, 2]


@pytest.mark.usefixtures("city")
def test_course_is_known_at_an_instant() -> None:
    before = timezone.now()
    school = School.objects.get(number="100001")
    attain(school, "bandwidth", value=Decimal(5000), on=DAY + timedelta(days=40), by=BY)
    days = month_ends(TODAY, 6)
    assert [told(report) for report in completion_over(days, before)] == [told(completion(d, before)) for d in days]
    assert told(completion_over(days)[-1]) != told(completion_over(days, before)[-1])


@pytest.mark.usefixtures("city")
def test_course_of_five_years_asks_no_more_than_that_of_two_days() -> None:
    def queries(months: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            completion_over(month_ends(TODAY, months))
        return len(asked)

    assert queries(60) == queries(1)


def test_course_follows_a_late_booking() -> None:
    school = make_school()
    make_headcount(school, on=DAY - timedelta(days=200), pupils=30)
    days = month_ends(TODAY, 3)

    def actual() -> list[int]:
        return [int(report.schools[0].result("pupil_devices").actual or 0) for report in completion_over(days)]  # type: ignore[union-attr]

    make_devices(2, school=school, on=days[2])
    before = actual()
    make_devices(1, school=school, on=days[0] + timedelta(days=1))
    assert (before, actual()) == ([0, 0, 2, 2], [0, 1, 3, 3])


@pytest.mark.usefixtures("city")
def test_line_of_a_distant_day_keeps_its_nearer_part() -> None:
    distant = add_months(TODAY, 119)
    (line,) = Outlook(distant, TODAY, School.objects.all(), Level.BASIS).lines(12, label="")
    ahead = [point.on for point in line.points if point.is_forecast]
    assert (ahead[0], ahead[-2:], len(ahead)) == (date(2024, 5, 31), [add_months(TODAY, 60), distant], 62)


def test_month_ends_end_with_the_day() -> None:
    assert month_ends(date(2024, 3, 15), 2) == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 15)]
    assert len(month_ends(TODAY, 600)) == 61


# --- groups -----------------------------------------------------------------------------------------------------------


def test_groups_leave_unknown_out_and_never_count_it_as_nothing() -> None:
    known, _unknown = make_school(district="Nord"), make_school(district="Süd")
    make_headcount(known, pupils=30)
    make_devices(5, school=known)
    report = completion(TODAY)
    pupils = next(one for one in Group("", report).requirements if one.rule.key == "pupil_devices")
    assert (pupils.required, pupils.actual, pupils.gap, pupils.percent) == (10, 5, 5, Decimal("50.0"))
    assert (pupils.asked, pupils.unknown, pupils.states[Outcome.PARTLY]) == (1, 1, 1)
    north, south = groups_by(report, lambda school: school.district)
    assert [(north.key, len(north.schools)), (south.key, len(south.schools))] == [("Nord", 1), ("Süd", 1)]
    missing = next(one for one in south.requirements if one.rule.key == "pupil_devices")
    assert (missing.percent, missing.required, missing.unknown) == (None, None, 1)


def test_group_of_no_school_knows_nothing() -> None:
    empty = Group("", completion(TODAY, schools=School.objects.none()))
    assert (empty.grade(Level.BASIS), empty.requirements) == (None, [])


# --- forecast ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def pupils_alone() -> None:
    """A standard that asks for one device per three pupils and for nothing else."""
    Requirement.objects.exclude(key="pupil_devices").delete()


def of(school: School, key: str = "pupil_devices") -> RequirementForecast:
    report = completion(TODAY, schools=School.objects.filter(pk=school.pk))
    (one,) = forecast(report, read_arrivals([school], TODAY))
    return next(each for each in one.requirements if each.result.key == key)


def whole(school: School) -> SchoolForecast:
    report = completion(TODAY, schools=School.objects.filter(pk=school.pk))
    (one,) = forecast(report, read_arrivals([school], TODAY))
    return one


def ordered(number: int, school: School, expected_on: date | None) -> None:
    order = make_order(quantity=number)
    order.expected_on = expected_on
    order.save()
    devices = make_devices(number, school=school, status="ordered")
    Device.objects.filter(pk__in=[device.pk for device in devices]).update(order_line=order.lines.get())


@pytest.mark.usefixtures("pupils_alone")
def test_school_is_complete_when_the_last_of_what_is_missing_comes() -> None:
    school = make_school()
    make_headcount(school, pupils=30)
    make_devices(4, school=school)
    ordered(4, school, TODAY + timedelta(days=30))
    tablet = make_model().category
    plan_hand_overs(
        [NewHandOver(tablet, 2, TODAY + timedelta(days=50), TODAY + timedelta(days=61), TODAY, school=school)], by=BY
    )
    found = of(school)
    assert (found.state, found.on, found.rest) == (Readiness.EXPECTED, TODAY + timedelta(days=60), 0)
    reached = whole(school).at(Level.BASIS)
    assert (reached.state, reached.on) == (Readiness.EXPECTED, TODAY + timedelta(days=60))


@pytest.mark.usefixtures("pupils_alone")
def test_what_is_not_ordered_has_no_date() -> None:
    school = make_school()
    make_headcount(school, pupils=30)
    ordered(4, school, TODAY + timedelta(days=30))
    found = of(school)
    assert (found.state, found.on, found.rest) == (Readiness.UNKNOWN, None, 6)
    assert "6 are not ordered" in found.explanation() or "6 sind nicht bestellt" in found.explanation()


@pytest.mark.usefixtures("pupils_alone")
@pytest.mark.parametrize("expected_on", [None, TODAY - timedelta(days=1)])
def test_order_without_a_day_or_with_one_that_has_passed_gives_no_date(expected_on: date | None) -> None:
    school = make_school()
    make_headcount(school, pupils=3)
    ordered(1, school, expected_on)
    assert (of(school).state, of(school).on, of(school).rest) == (Readiness.UNKNOWN, None, 0)


def test_school_without_pupils_has_no_date() -> None:
    school = make_school()
    assert (of(school).state, of(school).on) == (Readiness.UNKNOWN, None)
    assert whole(school).at(Level.BASIS).on is None


def test_works_are_expected_when_their_forecast_says() -> None:
    school = make_school()
    project = make_project(school, status=ProjectStatus.UNDER_CONSTRUCTION)
    assert of(school, "fibre").state == Readiness.UNKNOWN
    forecast_on = TODAY + timedelta(days=45)
    set_milestone(project, ProjectStatus.LIVE, forecast_on=forecast_on, on=DAY, by=BY)
    assert (of(school, "fibre").state, of(school, "fibre").on) == (Readiness.EXPECTED, forecast_on)


@pytest.mark.usefixtures("pupils_alone")
def test_day_to_come_has_what_arrives_by_then() -> None:
    school = make_school()
    make_headcount(school, pupils=30)
    make_devices(5, school=school)
    ordered(5, school, TODAY + timedelta(days=30))
    arrivals = read_arrivals([school], TODAY)
    days = [TODAY, TODAY + timedelta(days=29), TODAY + timedelta(days=30)]
    reports = [expected(report, arrivals) for report in completion_over(days)]
    results = [report.schools[0].results[0] for report in reports]
    assert [(r.actual, r.on_the_way, r.gap, r.state) for r in results] == [
        (5, 5, 5, Outcome.PARTLY),
        (5, 5, 5, Outcome.PARTLY),
        (10, 0, 0, Outcome.MET),
    ]
    assert [report.mean_grade() for report in reports] == [Decimal("50.0"), Decimal("50.0"), Decimal("100.0")]


@pytest.mark.usefixtures("pupils_alone")
def test_forecast_of_a_day_to_come_takes_nothing_twice() -> None:
    school = make_school()
    make_headcount(school, pupils=30)
    for number, days in ((4, 10), (4, 40), (2, 80)):
        ordered(number, school, TODAY + timedelta(days=days))
    arrivals = read_arrivals([school], TODAY)

    def at(days: int) -> RequirementForecast:
        (report,) = completion_over([TODAY + timedelta(days=days)])
        return forecast(expected(report, arrivals), arrivals)[0].requirements[0]

    found = at(20)
    assert (found.result.gap, sum(one.number for one in found.arrivals), found.rest) == (6, 6, 0)
    assert found.on == TODAY + timedelta(days=80)
    Device.objects.filter(order_line__order__expected_on__gte=TODAY + timedelta(days=80)).update(order_line=None)
    arrivals = read_arrivals([school], TODAY)
    assert (at(50).result.gap, at(50).on, at(50).no_date) == (2, None, NoDate.NO_DAY)


@pytest.mark.usefixtures("pupils_alone")
def test_hand_over_that_is_expected_leaves_what_else_is_on_the_way() -> None:
    school = make_school()
    make_headcount(school, pupils=30)
    make_devices(3, school=school, status="delivered")
    until = TODAY + timedelta(days=10)
    plan_hand_overs([NewHandOver(make_model().category, 4, TODAY, until, TODAY, school=school)], by=BY)
    (report,) = completion_over([until])
    result = expected(report, read_arrivals([school], TODAY)).schools[0].results[0]
    assert (result.actual, result.on_the_way, result.gap) == (4, 3, 6)


def test_forecast_of_all_schools_asks_no_more_than_that_of_one() -> None:
    def queries() -> int:
        schools = list(School.objects.all())
        with CaptureQueriesContext(connection) as asked:
            read_arrivals(schools, TODAY)
        return len(asked)

    make_project(make_school())
    one = queries()
    for _number in range(2):
        make_project(make_school())
    assert queries() == one


# --- why there is no date ---------------------------------------------------------------------------------------------


def test_each_requirement_without_a_date_says_what_has_to_happen_first() -> None:
    school = make_school()
    make_headcount(school, pupils=90, teachers=9)
    make_devices(10, school=school, use="pupils")
    make_devices(4, school=school, use="pupils", status="delivered")
    make_devices(1, school=school, use="teachers", model=make_model("Book 3", category="laptop"))
    make_project(school, status=ProjectStatus.UNDER_CONSTRUCTION)
    attain(school, "media_concept", is_met=False, on=DAY, by=BY)
    why = {one.result.key: one.no_date for one in whole(school).requirements if one.no_date}
    asked = ("pupil_devices", "teacher_devices", "fibre", "media_concept", "electrical_test", "bandwidth")
    assert {key: why[key] for key in asked} == {
        "pupil_devices": NoDate.NOT_ORDERED,
        "teacher_devices": NoDate.NOT_ORDERED,
        "fibre": NoDate.WORKS,
        "media_concept": NoDate.BY_HAND,
        "electrical_test": NoDate.UPKEEP,
        "bandwidth": NoDate.NOT_KNOWN,
    }
    reached = whole(school).at(Level.BASIS)
    assert [one.result.key for one in reached.no_dates[NoDate.UPKEEP]] == ["electrical_test"]


@pytest.mark.usefixtures("pupils_alone")
def test_what_is_ordered_for_nobody_is_named_and_gives_no_date() -> None:
    school = make_school()
    make_headcount(school, pupils=30)
    make_devices(6, school=school, status="delivered")
    make_devices(3, school=school, status="configured")
    assert of(school).no_date == NoDate.NOT_ORDERED
    make_order(quantity=50)
    with translation.override("en"):
        told = of(school).explanation()
    assert (of(school).no_date, of(school).on) == (NoDate.UNDISTRIBUTED, None)
    assert told.startswith("No date: 9 delivered, without a day for their use; 1 is not planned for this school, but")
    make_devices(1, school=school, status="delivered")
    assert of(school).no_date == NoDate.NOT_IN_SERVICE


def test_plan_for_pupils_is_no_forecast_for_teachers() -> None:
    school = make_school()
    make_headcount(school, pupils=30, teachers=5)
    make_devices(1, school=school, use="pupils")
    until = TODAY + timedelta(days=30)
    plan_hand_overs([NewHandOver(make_model().category, 20, TODAY, until, TODAY, school=school)], by=BY)
    assert (of(school).state, of(school, "teacher_devices").state) == (Readiness.EXPECTED, Readiness.UNKNOWN)
