"""Declared figures: what each counts, when it is unknown, and at what cost."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from audit.actor import Actor
from inventory.enums import DeviceStatus
from inventory.services import change_device, change_devices
from reports.enums import GROUP_OF, STATES
from reports.figures import FIGURES, FigureValue, figure_values
from reports.queries import Records, schools_for
from rollout.enums import ProjectStatus
from rollout.models import Standard
from rollout.services import change_project
from schools.enums import SchoolType, Trade
from schools.models import School, Site, SiteUse
from tests.factories import (
    DAY,
    make_devices,
    make_headcount,
    make_model,
    make_order,
    make_project,
    make_school,
)

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)
IN_SERVICE = DeviceStatus.IN_SERVICE


def figures(day: date = LATER, **question: Any) -> dict[str, FigureValue]:
    return {value.figure.key: value for value in figure_values(Records(day, **question))}


def value(key: str, day: date = LATER, **question: Any) -> Any:
    return figures(day, **question)[key].value


def test_figures_have_keys_of_their_own_and_a_definition():
    assert len({figure.key for figure in FIGURES}) == len(FIGURES)
    references = [figure.ref for figure in FIGURES if figure.ref]
    assert sorted(references, key=lambda ref: int(ref[1:])) == [f"F{n}" for n in range(1, 21)]
    assert [figure.key for figure in FIGURES if len(str(figure.definition)) < 30] == []


def test_states_are_each_in_exactly_one_group():
    assert sorted(GROUP_OF) == sorted(DeviceStatus.values)
    assert sum(map(len, STATES.values())) == len(DeviceStatus.values)


def test_figures_of_an_empty_installation_are_unknown_and_never_zero():
    with translation.override("en"):
        found = figures()
        texts = {value.text for value in found.values() if value.figure.key != "standard_presented"}
    assert {key for key, value in found.items() if value.value is not None} == {"standard_presented"}
    assert texts == {"unknown"}


def test_tablets_ordered_adds_up_order_lines_to_the_day(school: School):
    make_order(quantity=7, on=DAY)
    make_order(quantity=5, on=LATER + timedelta(days=1))
    make_order(quantity=3, on=DAY, model=make_model("Board 75", category="board"))
    assert value("tablets_ordered") == 7
    assert value("tablets_ordered", DAY - timedelta(days=1)) is None
    assert value("tablets_ordered", schools=School.objects.all()) is None


def test_tablets_ordered_knows_an_order_only_since_it_was_recorded():
    before = timezone.now()
    make_order(quantity=7)
    assert value("tablets_ordered", known_at=before) is None
    assert value("tablets_ordered", known_at=timezone.now()) == 7


def test_tablets_delivered_counts_what_was_ever_delivered(school: School, by: Actor):
    make_devices(4, school=school, on=DAY, status=DeviceStatus.DELIVERED)
    make_devices(2, school=school, on=DAY, status=DeviceStatus.ORDERED)
    make_devices(9, school=school, on=DAY, model=make_model("NB 1", category="laptop"))
    gone = make_devices(3, school=school, on=DAY)
    change_devices(gone, by=by, on=DAY + timedelta(days=5), status=DeviceStatus.RETIRED)
    assert value("tablets_delivered") == 7
    assert value("tablets_delivered", DAY - timedelta(days=1)) is None


def test_put_into_service_counts_the_first_time_within_the_window(school: School, by: Actor):
    early = make_devices(2, school=school, on=DAY)
    make_devices(3, school=school, on=DAY + timedelta(days=30))
    change_devices(early, by=by, on=DAY + timedelta(days=10), status=DeviceStatus.IN_STOCK)
    change_devices(early, by=by, on=DAY + timedelta(days=40), status=IN_SERVICE)
    assert value("put_into_service") == 5
    assert value("put_into_service", since=DAY + timedelta(days=1)) == 3
    assert value("put_into_service", DAY + timedelta(days=29), since=DAY + timedelta(days=1)) == 0


def test_back_dated_change_changes_the_figure_and_not_what_was_known(school: School, by: Actor):
    (device,) = make_devices(1, school=school, on=DAY)
    known_at = timezone.now()
    change_device(device, by=by, on=DAY + timedelta(days=3), status=DeviceStatus.IN_REPAIR)
    day = DAY + timedelta(days=10)
    assert (value("devices_in_service", day), value("devices_under_repair", day)) == (0, 1)
    assert value("devices_in_service", day, known_at=known_at) == 1
    assert value("devices_in_service", DAY) == 1


def test_devices_are_told_apart_by_group_and_category(school: School):
    make_devices(3, school=school)
    make_devices(2, school=school, status=DeviceStatus.DELIVERED)
    make_devices(1, status=DeviceStatus.IN_STOCK)
    make_devices(4, school=school, model=make_model("Board 75", category="board"))
    found = figures()
    assert found["devices_in_service"].value == 7
    assert found["devices_on_the_way"].value == 2
    assert found["devices_in_reserve"].value == 1
    assert found["devices_under_repair"].value == 0
    assert found["boards_in_service"].value == 4
    assert found["in_service_tablet"].value == 3
    assert "in_service_laptop" not in found


def test_pupils_name_the_schools_they_come_from(school: School):
    make_headcount(school, pupils=1234)
    make_headcount(make_school(school_type=SchoolType.VOCATIONAL), pupils=1000)
    make_school()
    with translation.override("en"):
        found = figures()
        assert found["pupils"].text == "2,234"
        assert found["pupils"].note.startswith("Schools with a number: 2 of 3; ")
    with translation.override("de"):
        assert found["pupils"].text == "2.234"
    assert found["pupils_without_vocational"].value == 1234
    assert found["schools"].value == 3


def test_fibre_is_finished_when_no_project_is_open(school: School, other_school: School, by: Actor):
    assert value("fibre_finished") is None
    make_project(school, status=ProjectStatus.LIVE)
    project = make_project(other_school, status=ProjectStatus.UNDER_CONSTRUCTION)
    assert value("fibre_finished") is False
    change_project(project, by=by, on=LATER, status=ProjectStatus.CANCELLED)
    assert value("fibre_finished") is True
    assert value("fibre_finished", LATER - timedelta(days=1)) is False


def test_school_is_finished_when_every_trade_on_its_sites_is(school: School, by: Actor):
    wlan = make_project(school, trade=Trade.WLAN, status=ProjectStatus.ACCEPTED)
    assert value("schools_finished") == 0, "the standard requires fibre, and there is none"
    make_project(school, trade=Trade.FIBRE, status=ProjectStatus.ACCEPTED)
    assert value("schools_finished") == 1
    annexe = Site.objects.create(name="Nebenstelle")
    SiteUse.objects.create(site=annexe, school=school)
    assert value("schools_finished") == 0, "nothing is finished on the second site"
    SiteUse.objects.filter(site=annexe).delete()
    change_project(wlan, by=by, on=LATER, status=ProjectStatus.BLOCKED, reason="Asbest")
    assert value("schools_finished") == 0
    assert value("projects_blocked") == 1


def test_sites_under_construction_counts_a_site_once(school: School, other_school: School):
    for trade in (Trade.FIBRE, Trade.WLAN):
        make_project(school, trade=trade, status=ProjectStatus.UNDER_CONSTRUCTION)
    make_project(other_school, status=ProjectStatus.PLANNED)
    assert value("sites_under_construction") == 1


def test_standard_is_presented_from_the_day_of_the_session():
    Standard.objects.update(presented_on=LATER, committee="Ausschuss für Wirtschaft und Digitalisierung")
    assert value("standard_presented", LATER) is True
    assert value("standard_presented", LATER - timedelta(days=1)) is False
    assert "Ausschuss für Wirtschaft" in figures(LATER)["standard_presented"].note
    assert value("standard_presented", date(2010, 1, 1)) is None


def test_figures_of_a_school_admin_are_those_of_the_school(school: School, other_school: School, school_admin: Any):
    make_devices(2, school=school)
    make_devices(5, school=other_school)
    make_devices(3, status=DeviceStatus.IN_STOCK)
    make_project(other_school, status=ProjectStatus.UNDER_CONSTRUCTION)
    found = figures(schools=schools_for(school_admin))
    assert (found["devices_in_service"].value, found["devices_in_reserve"].value) == (2, 0)
    assert (found["schools"].value, found["sites_under_construction"].value) == (1, None)


def test_schools_for_people_of_the_authority_is_everything(manager: Any, outsider: Any):
    assert schools_for(manager) is None
    assert list(schools_for(outsider) or []) == []


def test_grade_is_a_number_in_json(school: School):
    make_headcount(school, pupils=30)
    make_devices(5, school=school)
    data = {key: found.as_data() for key, found in figures().items()}
    assert data["grade_basis"]["value"] == float(figures()["grade_basis"].value or Decimal(0))
    assert set(data["schools"]) == {"key", "ref", "label", "unit", "kind", "value", "text", "note", "definition"}


@pytest.mark.parametrize("number", [1, 3])
def test_query_count_does_not_depend_on_the_records(number: int):
    for _ in range(number):
        school = make_school()
        make_headcount(school, pupils=20)
        make_devices(3, school=school)
        make_project(school)
        make_order()
    with CaptureQueriesContext(connection) as queries:
        figure_values(Records(LATER, since=DAY))
    assert len(queries) == 26
