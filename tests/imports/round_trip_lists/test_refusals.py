"""Edits that a list cannot make, and days of schools that are corrected."""

from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from reports.lists import LISTS
from schools.models import School
from tests.factories import DAY
from tests.imports.round_trip_lists.lists import Make, record_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("heading", "value"), [("Ort", "Anderswo"), ("UTM-Rechtswert", 350001)])
def test_edit_of_a_known_site_is_refused_and_not_passed_over(listed: Make, city: list[School], heading: str, value):
    result = listed("schools").edit((city[0], heading, value)).take()
    assert [(column, code) for _row, column, code in result.cells] == [("Straße", "same_site")]


def test_closing_a_school_leaves_its_day_to_the_import(listed: Make, city: list[School]):
    listed("schools").edit((city[0], "Schulbetriebsschlüssel", "geschlossen")).take()
    school = School.objects.get(pk=city[0].pk)
    assert (school.opened_on, school.closed_on) == (date(2012, 8, 1), timezone.localdate())


def test_day_of_the_opening_is_corrected(listed: Make, city: list[School]):
    listed("schools").edit((city[0], "Schulbetriebsdatum", date(2013, 8, 1))).take()
    assert School.objects.get(pk=city[0].pk).opened_on == date(2013, 8, 1)


def test_day_of_a_closing_school_is_refused(listed: Make, city: list[School]):
    result = listed("schools").edit((city[3], "Schulbetriebsdatum", DAY)).take()
    assert [code for _row, _column, code in result.cells] == ["no_day"]


IDENTITIES = [
    ("schools", "Schulnummer", "999999"),
    ("rooms", "Raum", "999"),
    ("rooms", "Schule", "Kastanienschule"),
    ("rooms", "Schulnummer", "999999"),
    ("rooms", "Gebäude", "Anbau"),
    ("headcounts", "Schule", "Kastanienschule"),
    ("models", "Modell", "iPad 12"),
    ("models", "Hersteller", "Nord"),
    ("projects", "Gewerk", "Hochbau"),
    ("projects", "Standort", "Nirgends 3"),
    ("projects", "Gebäude", "Anbau"),
    ("projects", "Schule", "Kastanienschule"),
]


@pytest.mark.parametrize(("name", "heading", "value"), IDENTITIES)
def test_row_made_one_about_another_record_is_refused(listed: Make, city: list[School], name, heading, value):
    result = listed(name).edit((record_of(name, city), heading, value)).take()
    assert [(column, code) for _row, column, code in result.cells] == [(heading, "other_record")]
    assert (result["status"], result["unknown"]) == ("previewed", [])


@pytest.mark.parametrize("name", LISTS)
def test_record_that_does_not_exist_is_a_problem(listed: Make, city: list[School], name: str):
    result = listed(name).edit((record_of(name, city), "_id", 999_999)).take()
    assert [(column, code) for _row, column, code in result.cells] == [("_id", "no_record")]


@pytest.mark.parametrize("name", LISTS)
def test_rows_that_were_sorted_apart_from_their_ids_are_refused(listed: Make, city: list[School], name: str):
    book = load_workbook((ours := listed(name)).path)
    page = book.active
    at = [cell.value for cell in page[1]].index("_id") + 1
    first, last = page.cell(2, at).value, page.cell(page.max_row, at).value
    page.cell(2, at).value, page.cell(page.max_row, at).value = last, first
    book.save(ours.path)
    assert {code for _row, _column, code in ours.take().cells} == {"other_record"}
