"""The progress workbook, read back as a spreadsheet program would read it."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from audit.actor import Actor
from inventory.enums import DeviceStatus
from inventory.services import change_devices
from reports.queries import schools_for
from reports.workbooks import write_progress
from rollout.enums import ProjectStatus
from rollout.models import Standard
from schools.enums import Trade
from schools.models import School
from tests.factories import (
    DAY,
    make_devices,
    make_headcount,
    make_model,
    make_project,
    make_room,
    make_school,
)

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)
SHEETS = ["Cover", "Completion", "Gaps", "Devices", "Construction sites", "Charts", "Definitions"]


@pytest.fixture
def town(school: School, other_school: School, by: Actor) -> School:
    """A school with 30 pupils and 7 of 10 tablets, another of which nothing is known."""
    make_headcount(school, pupils=30, teachers=3, classes=2)
    make_room(school)
    tablets = make_devices(8, school=school, on=DAY)
    change_devices(tablets[:1], by=by, on=DAY + timedelta(days=20), status=DeviceStatus.IN_REPAIR)
    make_devices(2, school=school, status=DeviceStatus.DELIVERED)
    make_devices(1, school=school, model=make_model("Board 75", category="board"))
    make_project(school, status=ProjectStatus.BLOCKED, reason="=Asbest")
    make_project(school, trade=Trade.WLAN, status=ProjectStatus.ACCEPTED)
    return school


def workbook(day: date = LATER, *, language: str = "en", values: bool = True, **question: Any) -> Workbook:
    target = BytesIO()
    with translation.override(language):
        write_progress(target, as_of=day, now=timezone.now(), **question)
    return load_workbook(target, data_only=values)


def table(book: Workbook, name: str, head: int) -> list[dict[str, Any]]:
    """Rows below the header row ``head`` (from 1) as ``{heading: value}``."""
    rows = list(book[name].iter_rows(min_row=head, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def figure(book: Workbook, label: str) -> tuple[Any, ...]:
    """The line of a figure on the cover, from its value on."""
    return next(row[2:] for row in book["Cover"].iter_rows(values_only=True) if row[1] == label)


def test_sheets_are_named_in_the_language_asked_for(town: School):
    assert workbook().sheetnames == SHEETS
    german = workbook(language="de").sheetnames
    assert len(german) == len(SHEETS)
    assert german[2] == "Lücken"


def test_known_at_the_end_of_a_day_is_not_shown_as_the_next(town: School):
    end = timezone.make_aware(datetime.combine(LATER + timedelta(days=1), time()) - timedelta(microseconds=1))
    rows = workbook(known_at=end)["Cover"].iter_rows(values_only=True)
    assert next(row[2] for row in rows if row[0] == "As known at") == datetime.combine(LATER, time(23, 59, 59))


def test_definitions_name_what_is_counted_as_it_is_today(town: School):
    words = {row[1]: row[2] for row in workbook()["Definitions"].iter_rows(values_only=True)}
    assert "as they are today" in words["Schools, sites and rooms"]


def test_cover_says_as_of_when_and_by_which_standard(town: School):
    Standard.objects.update(presented_on=DAY, committee="Ausschuss für Digitales")
    book = workbook()
    facts = {row[0]: row[2] for row in book["Cover"].iter_rows(min_row=5, max_row=12, values_only=True) if row[0]}
    assert facts["As-of date"] == datetime.combine(LATER, time())
    assert facts["Equipment standard"] == "Ausstattungsstandard (Vorgabe)"
    assert facts["Presented"].endswith("Ausschuss für Digitales")
    assert isinstance(facts["Created"], datetime)


def test_cover_shows_figures_with_definition_and_unknown_as_a_word(town: School):
    book = workbook()
    assert figure(book, "Devices in service")[0] == 8
    assert figure(book, "Tablets and convertibles ordered")[0] == "unknown"
    assert figure(book, "Fibre works finished")[0] == "no"
    assert figure(book, "Devices under repair")[5] == "Devices in repair or defective on the as-of date."


def test_cover_compares_with_an_earlier_day_by_formulas(town: School):
    before = DAY + timedelta(days=10)
    book = workbook(compare_with=before)
    assert figure(book, "Devices in service")[:3] == (8, 9, -1)
    formulas = workbook(values=False, compare_with=before)
    assert str(figure(formulas, "Devices in service")[2]).startswith("=C")
    assert figure(book, "Fibre works finished")[2] == "–"


def test_completion_holds_shares_as_numbers_and_what_is_not_known_as_a_word(town: School):
    rows = {row["School no."]: row for row in table(workbook(), "Completion", 5)}
    assert rows["100100"]["Pupil devices"] == 0.7
    assert rows["100100"]["Pupils"] == 30
    assert rows["100200"]["Pupil devices"] == "unknown"
    assert rows["100200"]["Grade (basis)"] == "unknown"


def test_completion_ends_with_means_and_sums_that_carry_values(town: School):
    book, formulas = workbook(), workbook(values=False)
    total = {row["School"]: row for row in table(book, "Completion", 5) if not row["School no."]}
    assert total["Mean of the schools"]["Pupil devices"] == 0.7
    assert total["Schools that meet it"]["Pupil devices"] == 0
    assert total["Missing in all schools"]["Pupil devices"] == 3
    assert total["Missing in all schools"]["Bandwidth"] == "–"
    written = {row["School"]: row for row in table(formulas, "Completion", 5) if not row["School no."]}
    assert written["Mean of the schools"]["Pupil devices"].startswith("=SUBTOTAL(101,")
    assert written["Missing in all schools"]["Pupil devices"].startswith("=SUMIFS('Gaps'!")


def test_completion_compares_grades_in_points(town: School, by: Actor):
    rows = {r["School no."]: r for r in table(workbook(compare_with=DAY + timedelta(days=10)), "Completion", 5)}
    row = rows["100100"]
    (grade_before,) = (value for heading, value in row.items() if heading.startswith("Grade on "))
    assert row["Change in points"] == pytest.approx((row["Grade (basis)"] - grade_before) * 100)
    assert rows["100200"]["Change in points"] == "–"


def test_gaps_name_what_is_missing_first_and_the_unknown_last(town: School):
    rows = table(workbook(), "Gaps", 4)
    gap = next(row for row in rows if (row["School no."], row["Requirement"]) == ("100100", "Pupil devices"))
    numbers = [gap[name] for name in ("Required", "In service or reached", "On the way", "Missing", "Fulfilled")]
    assert numbers == [10, 7, 2, 3, 0.7]
    assert gap["Explanation"].startswith("30 pupils")
    states = [row["State"] for row in rows]
    assert states.index("unknown") > max(at for at, state in enumerate(states) if state != "unknown")
    unknown = rows[-1]
    assert [unknown[name] for name in ("Required", "On the way", "Missing", "Fulfilled")] == [None] * 4


def test_devices_are_counted_by_category_and_state(town: School):
    book = workbook()
    rows = {row["Category"]: row for row in table(book, "Devices", 4)[:3]}
    assert rows["Tablet"] == {"Category": "Tablet", "delivered": 2, "in service": 7, "in repair": 1, "Total": 10}
    assert rows["Total"] == {"Category": "Total", "delivered": 2, "in service": 8, "in repair": 1, "Total": 11}
    assert workbook(values=False)["Devices"]["E5"].value == "=SUM(B5:D5)"


def test_construction_sites_show_status_day_and_reason_as_text(town: School):
    rows = table(workbook(values=False), "Construction sites", 4)
    blocked = next(row for row in rows if row["Trade"] == "fibre")
    assert (blocked["Status"], blocked["Reason"], blocked["Schools"]) == ("blocked", "=Asbest", "Lindenschule")
    assert blocked["Since"] == datetime.combine(DAY, time())


def test_tables_are_frozen_filtered_coloured_and_printable(town: School):
    book = workbook()
    frozen = {name: book[name].freeze_panes for name in SHEETS}
    assert (frozen["Completion"], frozen["Gaps"], frozen["Construction sites"]) == ("C6", "C5", "B5")
    assert [name for name in SHEETS if book[name].auto_filter.ref] == [*SHEETS[1:5]]
    assert {book[name].page_setup.orientation for name in SHEETS} == {"landscape"}
    kinds = {rule.type for found in book["Completion"].conditional_formatting for rule in found.rules}
    assert kinds == {"colorScale", "expression"}


def test_charts_are_native_and_point_to_the_tables(town: School):
    charts = workbook(values=False)["Charts"]._charts
    assert sorted(type(chart).__name__ for chart in charts) == ["BarChart"] * 3
    first = charts[0].series[0].val.numRef
    assert first.f == "'Completion'!$E$6:$E$7"


def test_definitions_explain_every_figure_and_requirement(town: School):
    sheet = workbook()["Definitions"]
    rows = [row[:4] for row in sheet.iter_rows(values_only=True)]
    assert ("F15", "Digital boards in service") in [row[:2] for row in rows]
    assert ("basis", "Pupil devices", "1 per 3 pupils, rounded up", "all schools") in rows
    assert ("basis", "Share of digital boards", "30 % of “Presentation technology”", "all schools") in rows


def test_workbook_of_a_school_admin_shows_nothing_of_other_schools(town: School, school_admin: Any):
    book = workbook(schools=schools_for(school_admin))
    texts = {str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c is not None}
    assert any("Lindenschule" in text for text in texts)
    assert [text for text in texts if "Kastanienschule" in text or "100200" in text] == []
    assert figure(book, "Schools")[0] == 1


def test_workbook_as_known_earlier_leaves_out_what_came_later(town: School, by: Actor):
    known_at = timezone.now()
    make_devices(5, school=town, on=DAY)
    assert figure(workbook(), "Devices in service")[0] == 13
    assert figure(workbook(known_at=known_at), "Devices in service")[0] == 8


def test_workbook_of_an_empty_installation_opens(db: None):
    book = workbook()
    assert book.sheetnames == SHEETS
    assert book["Devices"]["A4"].value == "No device is recorded on this day."
    assert figure(book, "Schools")[0] == "unknown"


def test_workbook_before_the_first_standard_says_so(town: School):
    book = workbook(date(2015, 1, 1))
    texts = [row[2] for row in book["Cover"].iter_rows(min_row=5, max_row=12, values_only=True)]
    assert "none in force on this day" in texts


@pytest.mark.parametrize("number", [1, 3])
def test_query_count_does_not_depend_on_the_records(number: int):
    for _ in range(number):
        school = make_school()
        make_headcount(school, pupils=20)
        make_devices(3, school=school)
        make_project(school)
    with CaptureQueriesContext(connection) as queries:
        write_progress(BytesIO(), as_of=LATER, now=timezone.now())
    assert len(queries) == 26


def test_only_what_was_chosen_is_shown(town: School) -> None:
    book = workbook(parts=["completion", "charts"], keys=["media_concept", "pupil_devices"])
    assert book.sheetnames == ["Cover", "Completion", "Gaps", "Charts", "Definitions"]
    headings = [cell.value for cell in book["Completion"][5]]
    assert headings[6:] == ["Pupil devices", "Current media concept"]
    assert {row["Requirement"] for row in table(book, "Gaps", 4)} <= set(headings[6:])


def test_chart_of_what_was_chosen_points_at_its_columns(town: School) -> None:
    target = BytesIO()
    write_progress(target, as_of=LATER, now=timezone.now(), parts=["completion", "charts"], keys=["media_concept"])
    charts = [name for name in ZipFile(target).namelist() if name.startswith("xl/charts/chart")]
    drawn = [ZipFile(target).read(name).decode() for name in charts]
    assert sum("!$G$5</c:f>" in one for one in drawn) == 1
