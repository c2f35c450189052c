"""Rows below a list, and lists of past days."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.actor import Actor
from reports.lists import LISTS
from rollout.enums import ProjectStatus
from rollout.models import ProjectState
from rollout.services import change_project
from schools.enums import Trade
from schools.models import School
from tests.factories import DAY
from tests.imports.round_trip_lists.lists import COUNTED, Make, counted, known_counts, project_of, records_of, state_of

pytestmark = pytest.mark.django_db

NEW = {
    "schools": {"Schulnummer": "777777", "Schule": "Neue Schule", "Schulform": "Grundschule"},
    "rooms": {"Schule": "Kastanienschule", "Raum": "B 7", "Raumart": "Lager"},
    "headcounts": {"Schule": "Kastanienschule", "Stichtag": date(2025, 10, 15), "Schülerzahl": 9},
    "models": {"Hersteller": "Nord", "Modell": "NB 2", "Kategorie": "Laptop"},
    "projects": {"Schule": "Kastanienschule", "Gewerk": "Hochbau", "Status": "geplant"},
    "costs": {"Datum": DAY, "Stand": "bezahlt", "Betrag brutto": 9, "Programm": "own", "Belegnummer": "RE-9"},
}


@pytest.mark.parametrize("name", LISTS)
def test_row_below_the_list_is_a_new_record(listed: Make, name: str):
    number = records_of(name, timezone.localdate()).count()
    assert listed(name).add(**NEW[name]).take().counts == counted(new=1, unchanged=number)


def test_row_below_about_a_listed_project_is_its_next_state(listed: Make, city: list[School]):
    below = {"Schule": city[0].name, "Gewerk": "WLAN", "Status": "Begehung"}
    assert listed("projects").add(**below).take().counts == counted(changed=1, unchanged=4)
    assert state_of(project_of(city[0], Trade.WLAN))[1] == "surveyed"


def test_count_with_another_day_is_one_of_that_day(listed: Make, city: list[School]):
    later = date(2025, 10, 15)
    edits = [(city[0], "Stichtag", later), (city[0], "Schülerzahl", 430)]
    assert listed("headcounts").edit(*edits).take().counts == counted(new=1, unchanged=1)
    assert known_counts(city[0])[1:] == [(COUNTED, 400, 30, None), (later, 430, 30, None)]


def test_counts_of_a_past_day_are_those_of_that_day(listed: Make, city: list[School]):
    past = listed("headcounts", day=date(2023, 1, 1))
    assert past.edit((city[0], "Schülerzahl", 395)).take().counts == counted(changed=1, unchanged=1)
    assert [pupils for _day, pupils, *_rest in known_counts(city[0])] == [395, 400]


def test_projects_of_a_past_day_speak_of_that_day(listed: Make, city: list[School], by: Actor):
    project, day = project_of(city[0], Trade.WLAN), DAY + timedelta(days=5)
    change_project(project, by=by, on=DAY + timedelta(days=30), status=ProjectStatus.DESIGNED)
    past = listed("projects", day=day)
    assert past.take().counts == counted(unchanged=4)
    past.edit((project, "Status", "Begehung")).take()
    states = ProjectState.objects.known().filter(project=project).order_by("valid_from")
    assert list(states.values_list("valid_from", "status")) == [
        (DAY, "planned"),
        (day, "surveyed"),
        (DAY + timedelta(days=30), "designed"),
    ]


def test_title_in_a_list_of_a_past_day_leaves_the_status_alone(listed: Make, city: list[School], by: Actor):
    project = project_of(city[0], Trade.WLAN)
    change_project(project, by=by, on=DAY + timedelta(days=30), status=ProjectStatus.DESIGNED)
    listed("projects", day=DAY).edit((project, "Titel", "Ausbau")).take()
    assert state_of(project) == ("Ausbau", "designed", "", DAY + timedelta(days=30))


def test_state_of_a_project_is_begun_earlier_but_not_later(listed: Make, city: list[School]):
    earlier, later = project_of(city[0], Trade.FIBRE), project_of(city[1], Trade.WLAN)
    edits = [(earlier, "Seit", DAY - timedelta(days=9)), (later, "Seit", DAY + timedelta(days=9))]
    result = listed("projects").edit(*edits).take("--mode", "valid")
    assert [code for _row, _column, code in result.cells] == ["later_day"]
    assert [state_of(project)[1:] for project in (earlier, later)] == [
        ("blocked", "Asbest", DAY - timedelta(days=9)),
        ("planned", "", DAY),
    ]
