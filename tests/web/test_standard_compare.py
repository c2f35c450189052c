"""Two versions side by side: lines, schools, money; as page and as workbook."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from inventory.models import DeviceModel
from rollout.models import Standard
from rollout.services import (
    change_requirement,
    create_requirement,
    create_standard_version,
    grant_waiver,
    withdraw_requirement,
)
from tests.factories import DAY, make_devices, make_headcount, make_school
from tests.web.pages import text

pytestmark = pytest.mark.django_db
COMPARE = "/standards/compare/"


@pytest.fixture
def boss(signed_in, manager):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def versions(by, school):
    """The new one: a device for every two pupils, with a year's time for fibre, trolleys, and no counselling."""
    make_headcount(school, pupils=60)
    make_devices(10, school=school)
    DeviceModel.objects.update(price=400)
    old = Standard.objects.get()
    new = create_standard_version(
        old, by=by, valid_from=timezone.localdate() + timedelta(30), name="Standard 2", committee="Schulausschuss"
    )
    lines = {line.key: line for line in new.requirements.filter(school_type="")}
    change_requirement(lines["pupil_devices"], by=by, per=2)
    change_requirement(lines["fibre"], by=by, grace_months=12)
    withdraw_requirement(lines["online_counselling"], by=by)
    tablets = lines["pupil_devices"].categories.filter(key="laptop")
    create_requirement(
        new,
        by=by,
        key="reserve",
        name="Reserve",
        name_en="Spare",
        measure="devices_flat",
        quantity=3,
        categories=tablets,
    )
    return old, new


def test_page_begins_with_the_version_in_force_and_the_next(boss, versions):
    comparison = boss.get(COMPARE).context["comparison"]

    assert (comparison.old, comparison.new) == versions


def test_lines_are_told_added_dropped_and_changed(boss, versions):
    changes = boss.get(COMPARE).context["changes"]

    told = {row.change.line.key: (row.change.kind.value, row.texts) for row in changes}
    assert told == {
        "reserve": ("added", []),
        "pupil_devices": ("changed", [("one per … heads", "3", "2")]),
        "fibre": ("changed", [("grace period in months", "–", "12")]),
        "online_counselling": ("removed", []),
    }


def test_schools_stand_side_by_side_in_devices_and_money(boss, versions, school):
    comparison = boss.get(COMPARE).context["comparison"]

    (one,) = comparison.schools
    assert one.school == school
    pairs = {pair.key: pair for pair in comparison.requirements}
    devices = pairs["pupil_devices"]
    assert [(side.required, side.gap, side.cost) for side in (devices.old, devices.new)] == [
        (20, 10, 4000),
        (30, 20, 8000),
    ]
    spare = pairs["reserve"]
    assert (spare.old.required, spare.new.required, spare.new.unpriced) == (0, 3, 1)
    total = comparison.total
    assert [side.gap for side in total] == [60, 73]


def test_waived_gap_costs_nothing_under_either(boss, by, versions, school):
    grant_waiver(school, "pupil_devices", by=by, on=DAY, reason="Umzug")

    pairs = {pair.key: pair for pair in boss.get(COMPARE).context["comparison"].requirements}
    sides = (pairs["pupil_devices"].old, pairs["pupil_devices"].new)
    assert [(side.required, side.gap, side.cost) for side in sides] == [(0, 0, 0), (0, 0, 0)]


def test_it_is_the_same_day_under_both(boss, versions, school):
    then = (DAY - timedelta(1)).isoformat()

    comparison = boss.get(COMPARE, {"as_of": then}).context["comparison"]

    assert [comparison.total[at].gap for at in (0, 1)] == [80, 93]


def test_money_is_for_those_who_may_see_it(signed_in, reader, versions):
    page = signed_in(reader).get(COMPARE)

    assert page.context["comparison"].has_money is False
    assert page.context["comparison"].total[0].cost is None


def test_school_sees_itself_alone(signed_in, school_admin, versions):
    make_school(number="100999")

    comparison = signed_in(school_admin).get(COMPARE).context["comparison"]

    assert [one.school.number for one in comparison.schools] == ["100100"]


def test_same_version_twice_is_said(boss, versions):
    page = boss.get(COMPARE, {"old": versions[0].pk, "new": versions[0].pk})

    assert "Please choose two different versions." in text(page, "content")


def test_unknown_version_is_refused(boss, versions):
    page = boss.get(COMPARE, {"old": "x", "new": "99"})

    assert (page.status_code, list(page.context["form"].errors)) == (200, ["old", "new"])


@pytest.mark.parametrize("number", [1, 4])
def test_query_count_does_not_depend_on_schools(boss, versions, number, django_assert_max_num_queries):
    for _ in range(number):
        make_headcount(make_school(), pupils=20)
    boss.get(COMPARE)
    with django_assert_max_num_queries(45):
        boss.get(COMPARE)


def test_workbook_holds_the_same(boss, versions, school):
    old, new = versions
    answer = boss.get(f"{COMPARE}workbook/", {"old": old.pk, "new": new.pk})

    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["Lines", "Requirements", "Schools", "School and requirement"]
    rows = [[cell.value for cell in row] for row in book["Lines"].iter_rows(min_row=5)]
    assert rows[1][:2] + rows[1][2:4] + rows[1][4:6] == [
        "Pupil devices", "all schools", "changed", "one per … heads", "3", "2",
    ]  # fmt: skip
    requirements = {row[0].value: [cell.value for cell in row[1:]] for row in book["Requirements"].iter_rows(min_row=5)}
    assert requirements["Pupil devices"] == [20, 30, 10, 20, 4000, 8000]
    results = [[cell.value for cell in row] for row in book["School and requirement"].iter_rows(min_row=5)]
    line = next(row for row in results if row[2] == "Pupil devices")
    assert line[3:] == [10, 20, 30, 10, 20, "partly met", "partly met"]
