"""Completion: the worked example of Wülfrath, every measure, layers, grade, past days."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from audit.actor import Actor
from inventory.models import Category
from inventory.services import change_devices, record_tests
from rollout.completion import Result, completion, completion_over
from rollout.enums import BY_CATEGORY, Outcome
from rollout.models import Requirement, Standard
from rollout.services import attain, change_project
from schools.enums import RoomKind, SchoolType, Trade
from schools.models import Headcount, School
from tests.factories import (
    DAY,
    an_act,
    make_devices,
    make_headcount,
    make_model,
    make_project,
    make_room,
    make_school,
)

pytestmark = pytest.mark.django_db
TODAY = DAY + timedelta(days=90)


def results(school: School, day: date = TODAY, **options: Any) -> Mapping[str, Result]:
    report = completion(day, schools=School.objects.filter(pk=school.pk), **options)
    return {result.key: result for result in report.schools[0].results}


def numbers(result: Result) -> tuple[Any, ...]:
    return (result.required, result.actual, result.on_the_way, result.gap, result.state)


@pytest.fixture
def one_to_five(db: None) -> None:
    Requirement.objects.filter(key="pupil_devices").update(per=5)


@pytest.mark.usefixtures("one_to_five")
def test_wuelfrath_as_one_school() -> None:
    """1,900 pupils at 1:5 → 380 required, 311 there → gap 69 (81.8 %)."""
    school = make_school(school_type=SchoolType.COMPREHENSIVE)
    make_headcount(school, pupils=1900)
    for number in (76, 35, 49, 92, 59):
        make_devices(number, school=school)
    result = results(school)["pupil_devices"]
    assert numbers(result) == (380, 311, 0, 69, Outcome.PARTLY)
    assert result.percent == Decimal("81.8")
    with translation.override("en"):
        assert result.explanation() == (
            "1,900 pupils (as of 15 Oct 2023) at 1 per 5 make 380 required; 311 in service, 0 on the way, 69 missing."
        )


@pytest.mark.usefixtures("one_to_five")
def test_wuelfrath_as_five_schools() -> None:
    """The same pupils and devices over five schools: ratios round up per school, gaps add up."""
    there = (76, 35, 49, 92, 59)
    schools = [make_school(school_type=SchoolType.COMPREHENSIVE) for _ in there]
    for school, number in zip(schools, there, strict=True):
        make_headcount(school, pupils=380)
        make_devices(number, school=school)
    found = [results(school)["pupil_devices"] for school in schools]
    assert [r.required for r in found] == [76] * 5
    assert [r.gap for r in found] == [0, 41, 27, 0, 17]


def test_ratio_is_rounded_up(school: School) -> None:
    make_headcount(school, pupils=10)
    assert results(school)["pupil_devices"].required == 4


def test_without_headcount_nothing_is_known(school: School) -> None:
    make_devices(5, school=school)
    result = results(school)["pupil_devices"]
    assert numbers(result) == (None, None, 0, None, Outcome.UNKNOWN)
    assert result.percent is None


def test_headcount_of_zero_is_not_applicable(school: School) -> None:
    make_headcount(school, pupils=0)
    assert results(school)["pupil_devices"].state == Outcome.NOT_APPLICABLE


def test_only_devices_in_service_count_and_the_others_are_on_the_way(school: School) -> None:
    make_headcount(school, pupils=30)
    make_devices(4, school=school)
    make_devices(3, school=school, status="delivered")
    make_devices(2, school=school, status="in_stock")
    make_devices(5, school=school, status="lost")
    make_devices(6, school=school, use="teachers")
    assert numbers(results(school)["pupil_devices"]) == (10, 4, 3, 6, Outcome.PARTLY)


def test_more_than_required_is_met_and_has_no_gap(school: School) -> None:
    make_headcount(school, pupils=3)
    make_devices(2, school=school)
    result = results(school)["pupil_devices"]
    assert numbers(result) == (1, 2, 0, 0, Outcome.MET)
    assert result.percent == Decimal("100.0")


def test_school_type_replaces_the_base() -> None:
    special = make_school(school_type=SchoolType.SPECIAL_NEEDS)
    vocational = make_school(school_type=SchoolType.VOCATIONAL)
    for school in (special, vocational):
        make_headcount(school, pupils=100)
    assert results(special)["pupil_devices"].required == 50
    assert results(vocational)["pupil_devices"].required == 20
    assert results(vocational)["pupil_devices_target"].required == 50


def test_single_school_replaces_the_type() -> None:
    school, sister = make_school(school_type=SchoolType.VOCATIONAL), make_school(school_type=SchoolType.VOCATIONAL)
    row = Requirement.objects.get(key="pupil_devices", school_type=SchoolType.VOCATIONAL)
    categories = list(row.categories.all())
    row.pk, row.school_type, row.school, row.per = None, "", school, 4
    row.save()
    row.categories.set(categories)
    for one in (school, sister):
        make_headcount(one, pupils=100)
    assert results(school)["pupil_devices"].required == 25
    assert results(sister)["pupil_devices"].required == 20


def test_version_in_force_on_the_day_counts(school: School) -> None:
    make_headcount(school, pupils=30)
    newer = Standard.objects.create(name="2024", valid_from=TODAY)
    row = Requirement.objects.create(
        standard=newer, key="pupil_devices", name="x", measure="devices_per_head", head="pupils", per=1, use="pupils"
    )
    row.categories.set(Category.objects.filter(key="tablet"))
    assert results(school, TODAY - timedelta(days=1))["pupil_devices"].required == 10
    assert results(school, TODAY)["pupil_devices"].required == 30


def test_presentation_per_teaching_room_and_share_of_boards(school: School) -> None:
    for kind in (RoomKind.CLASSROOM, RoomKind.CLASSROOM, RoomKind.SPECIALIST, RoomKind.STAFF):
        make_room(school, kind=kind)
    make_devices(1, school=school, model=make_model("Board 86", category="board"), use="room")
    make_devices(1, school=school, model=make_model("Beamer X", category="projector"), use="room")
    found = results(school)
    assert numbers(found["presentation"]) == (3, 2, 0, 1, Outcome.PARTLY)
    assert numbers(found["boards"]) == (2, 1, 0, 1, Outcome.PARTLY)


def test_share_of_an_unknown_requirement_is_unknown(school: School) -> None:
    assert results(school)["presentation"].state == Outcome.UNKNOWN
    assert results(school)["boards"].state == Outcome.UNKNOWN


def test_share_may_stand_before_its_whole(school: School) -> None:
    make_room(school)
    Requirement.objects.filter(key="boards").update(position=0)
    assert results(school)["boards"].required == 1


def share(key: str, of_key: str, position: int, **fields: Any) -> None:
    standard = Standard.objects.get()
    given = {"name": key, "measure": "share", "percent": 50, "of_key": of_key, "position": position}
    row = Requirement.objects.create(standard=standard, key=key, **(given | fields))
    row.categories.set(Category.objects.filter(key="tablet"))


def test_share_of_what_does_not_apply_does_not_apply(school: School) -> None:
    make_room(school)
    Requirement.objects.filter(key="presentation").update(is_applicable=False)
    with translation.override("en"):
        result = results(school)["boards"]
        assert numbers(result) == (None, None, 0, None, Outcome.NOT_APPLICABLE)
        assert result.explanation() == "It is a share of “Presentation technology”, which does not apply here."


def test_shares_of_shares_may_stand_in_any_order(school: School) -> None:
    make_headcount(school, pupils=40)
    share("quarter", "half", 0, percent=25)
    share("half", "pupil_devices_target", 1)
    share("eighth", "quarter", 99)
    found = results(school)
    assert [found[key].required for key in ("half", "quarter", "eighth")] == [20, 5, 3]
    assert list(found)[:2] == ["quarter", "half"]


def test_shares_of_each_other_are_unknown(school: School) -> None:
    make_headcount(school, pupils=40)
    share("hen", "egg", 50)
    share("egg", "hen", 51)
    share("omelette", "egg", 52)
    share("narcissus", "narcissus", 53)
    found = results(school)
    with translation.override("en"):
        for key in ("hen", "egg", "omelette", "narcissus"):
            assert found[key].state == Outcome.UNKNOWN
            assert found[key].explanation().startswith("Its share cannot be computed")
    assert found["pupil_devices_target"].required == 40


@pytest.mark.parametrize(
    "fields",
    [
        {"measure": "devices_per_head"},
        {"measure": "devices_per_head", "head": "pupils"},
        {"measure": "devices_per_head", "per": 3},
        {"measure": "devices_per_room"},
        {"measure": "devices_per_room", "quantity": 1, "room_kinds": ["attic"]},
        {"measure": "devices_flat"},
        {"measure": "share", "of_key": "presentation"},
        {"measure": "share", "percent": 30},
        {"measure": "managed"},
        {"measure": "tested"},
        {"measure": "trade_live"},
        {"measure": "trade_accepted"},
        {"measure": "minimum"},
    ],
)
def test_incomplete_requirement_is_refused_with_a_sentence(fields: dict[str, Any]) -> None:
    line = Requirement(standard=Standard.objects.get(), key="new", name="New", **fields)
    with pytest.raises(ValidationError) as caught:
        line.full_clean()
    assert len(caught.value.messages) == 1


@pytest.mark.parametrize(
    "fields", [{"measure": "yes_no"}, {"measure": "minimum", "amount_per_class": 30}, {"measure": "trade_live"}]
)
def test_complete_line_and_one_that_asks_nothing_are_taken(school: School, fields: dict[str, Any]) -> None:
    is_applicable = fields["measure"] != "trade_live"
    line = Requirement(standard=Standard.objects.get(), key="new", name="New", is_applicable=is_applicable, **fields)
    line.full_clean()
    line.save()
    assert results(school)["new"].state in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)


def test_default_standard_is_complete() -> None:
    for line in Requirement.objects.all():
        line.full_clean()


def test_quantity_of_zero_per_room_asks_nothing(school: School) -> None:
    make_room(school)
    Requirement.objects.filter(key="presentation").update(quantity=0)
    assert results(school)["presentation"].state == Outcome.NOT_APPLICABLE


def test_one_is_singular_in_sentences(school: School) -> None:
    make_headcount(school, pupils=1, teachers=1)
    with translation.override("en"):
        assert results(school)["teacher_devices"].explanation().startswith("1 teacher (as of ")
        assert results(school)["pupil_devices"].explanation().startswith("1 pupil (as of ")


def test_fibre_is_live_on_each_site_or_missing(school: School, by: Actor) -> None:
    assert results(school)["fibre"].state == Outcome.UNKNOWN
    project = make_project(school, trade=Trade.FIBRE, status="under_construction")
    assert numbers(results(school)["fibre"]) == (1, 0, 1, 1, Outcome.NOT_MET)
    change_project(project, by=by, on=DAY + timedelta(days=10), status="accepted")
    assert results(school)["fibre"].state == Outcome.NOT_MET
    change_project(project, by=by, on=DAY + timedelta(days=20), status="live")
    assert numbers(results(school)["fibre"]) == (1, 1, 0, 0, Outcome.MET)
    assert results(school, DAY + timedelta(days=15))["fibre"].state == Outcome.NOT_MET


def test_bandwidth_grows_with_classes(school: School, by: Actor) -> None:
    make_headcount(school, classes=20)
    assert results(school)["bandwidth"].state == Outcome.UNKNOWN
    attain(school, "bandwidth", by=by, on=DAY, value=Decimal(500))
    result = results(school)["bandwidth"]
    assert numbers(result) == (600, 500, 0, 100, Outcome.PARTLY)
    with translation.override("en"):
        assert result.explanation() == (
            "500 Mbit/s recorded; 20 classes at 30 Mbit/s, but at least 500 Mbit/s, make 600 Mbit/s required."
        )


def test_bandwidth_has_a_floor(school: School, by: Actor) -> None:
    make_headcount(school, classes=4)
    attain(school, "bandwidth", by=by, on=DAY, value=Decimal(500))
    assert results(school)["bandwidth"].state == Outcome.MET


def test_managed_says_unknown_until_something_is_recorded(school: School) -> None:
    assert results(school)["managed"].state == Outcome.NOT_APPLICABLE
    make_devices(2, school=school)
    assert results(school)["managed"].state == Outcome.UNKNOWN
    make_devices(3, school=school, is_managed=True)
    assert numbers(results(school)["managed"]) == (5, 3, 0, 2, Outcome.PARTLY)


def test_electrical_test_expires(school: School) -> None:
    (board,) = make_devices(1, school=school, model=make_model("Board 86", category="board"), use="room")
    assert numbers(results(school)["electrical_test"]) == (1, 0, 0, 1, Outcome.NOT_MET)
    record_tests({board.pk: DAY}, an_act())
    assert results(school)["electrical_test"].state == Outcome.MET
    assert results(school, date(2028, 2, 28))["electrical_test"].state == Outcome.MET
    assert results(school, date(2028, 3, 1))["electrical_test"].state == Outcome.NOT_MET


def test_yes_no_is_unknown_met_or_not_met(school: School, by: Actor) -> None:
    assert results(school)["media_concept"].state == Outcome.UNKNOWN
    attain(school, "media_concept", by=by, on=DAY, is_met=False)
    assert results(school)["media_concept"].state == Outcome.NOT_MET
    attain(school, "media_concept", by=by, on=DAY + timedelta(days=3), is_met=True)
    assert results(school)["media_concept"].state == Outcome.MET


def test_grade_is_the_weighted_mean_of_what_is_known(school: School, by: Actor) -> None:
    make_headcount(school, pupils=30, teachers=2)
    make_devices(5, school=school)
    attain(school, "media_concept", by=by, on=DAY, is_met=True)
    (found,) = completion(TODAY, schools=School.objects.filter(pk=school.pk)).schools
    # pupil devices 5/10, teacher devices 0/2, media concept 1/1; everything else is not known
    assert found.grade == Decimal("50.0")
    Requirement.objects.filter(key="media_concept").update(weight=2)
    (found,) = completion(TODAY, schools=School.objects.filter(pk=school.pk)).schools
    assert found.grade == Decimal("62.5")
    assert [r.key for r in found.gaps] == ["teacher_devices", "pupil_devices_target", "pupil_devices"]


def test_grade_of_a_school_of_which_nothing_is_known_is_none(school: School) -> None:
    (found,) = completion(TODAY, schools=School.objects.filter(pk=school.pk)).schools
    assert found.grade is None


def test_almost_all_is_not_shown_as_all(school: School) -> None:
    make_headcount(school, pupils=6000)
    make_devices(1999, school=school)
    assert results(school)["pupil_devices"].percent == Decimal("99.9")


def test_backdated_change_moves_the_past_and_known_then_does_not(school: School, by: Actor) -> None:
    make_headcount(school, pupils=30)
    devices = make_devices(10, school=school)
    published = timezone.now()
    change_devices(devices[:4], by=by, on=DAY + timedelta(days=5), status="in_repair")
    day = DAY + timedelta(days=30)
    assert results(school, day)["pupil_devices"].actual == 6
    assert results(school, day, known_at=published)["pupil_devices"].actual == 10


def test_school_not_open_on_the_day_is_left_out() -> None:
    make_school(opened_on=date(2024, 8, 1))
    assert completion(date(2024, 7, 31)).schools == ()
    assert len(completion(date(2024, 8, 1)).schools) == 1


@pytest.mark.parametrize("number", [1, 4])
def test_query_count_does_not_depend_on_schools(number: int) -> None:
    for _ in range(number):
        school = make_school()
        make_headcount(school, pupils=20)
        make_devices(3, school=school)
        make_project(school)
    with CaptureQueriesContext(connection) as queries:
        report = completion(TODAY)
        assert all(result.explanation() for one in report.schools for result in one.results)
    assert len(report.schools) == number
    assert len(queries) == 12


def test_before_anything_was_recorded_it_is_unknown_and_not_nought(school: School) -> None:
    before = timezone.now()
    make_headcount(school, pupils=30)
    Headcount.objects.update(recorded_at=before - timedelta(days=1))
    make_devices(10, school=school)
    day = DAY + timedelta(days=1)
    known = completion(day, before).schools[0]
    devices = [one for one in known.results if one.rule.measure in BY_CATEGORY]
    assert {one.state for one in devices} == {Outcome.UNKNOWN}
    assert (known.grade, completion_over([day], before)[0].schools[0].grade) == (None, None)
    assert completion(day, timezone.now()).schools[0].result("pupil_devices").state == Outcome.MET
