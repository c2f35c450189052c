"""From each figure down to its records: what is shown adds up to the value."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from costs.services import withdraw_cost
from inventory.enums import DeviceStatus
from inventory.models import Category
from inventory.services import NewHandOver, change_devices, edit_device, plan_hand_overs
from reports.enums import Adding
from reports.figure_files import write_csv, write_workbook
from reports.figures import FigureValue, figure_values
from reports.figures.basis import Behind
from reports.figures.behind import figure_of, records_behind
from reports.queries import Records, schools_for
from rollout.enums import ProjectStatus
from rollout.models import Standard
from schools.enums import SchoolType, Trade
from schools.models import School
from tests.factories import DAY, make_devices, make_headcount, make_model, make_order, make_project, make_school
from tests.factories_money import COMMAND, make_cost, make_notice, make_programme, own_money

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)


@pytest.fixture
def city() -> list[School]:
    """Two schools with some of everything that figures count."""
    schools = [make_school("Lindenschule"), make_school("Kastanienkolleg", school_type=SchoolType.VOCATIONAL)]
    for school, trade in zip(schools, (Trade.FIBRE, Trade.LAN), strict=True):
        make_headcount(school, on=DAY, pupils=30, teachers=3, classes=2)
        devices = make_devices(4, school=school, model=make_model())
        for device in devices[:3]:
            edit_device(device, by=COMMAND, price=Decimal("350.10"))
        make_devices(1, school=school, model=make_model("Board 75", category="board"))
        change_devices(devices[:1], by=COMMAND, on=LATER, status=DeviceStatus.IN_REPAIR)
        make_project(school, trade=trade, status=ProjectStatus.UNDER_CONSTRUCTION)
        make_project(school, trade=Trade.WLAN, status=ProjectStatus.BLOCKED, reason="Asbest")
        make_cost("10.10", trade=trade, school=school)
    make_devices(2, status=DeviceStatus.DELIVERED)
    make_devices(1, status=DeviceStatus.IN_STOCK)
    make_order(quantity=7)
    _money()
    return schools


def _money() -> None:
    pakt, extra = make_programme(key="digitalpakt"), make_programme(key="react-eu")
    make_notice(pakt, "1000.00")
    make_cost("700.05", stage="committed", programme=pakt, trade="lan")
    make_cost("0.20", trade="building")
    make_cost("5.00", trade="electrical")
    make_cost("3.00", programme=own_money(), on=date(DAY.year - 1, 5, 1))
    board = Category.objects.get(key="board")
    for quantity, programme in ((69, extra), (81, None)):
        new = NewHandOver(board, quantity, DAY, DAY + timedelta(days=30), DAY, programme=programme)
        plan_hand_overs([new], by=COMMAND)


def pairs(**question: Any) -> dict[str, tuple[FigureValue, Behind]]:
    records = Records(LATER, **question)
    return {value.figure.key: (value, value.figure.behind(records)) for value in figure_values(records)}


def unequal(found: dict[str, tuple[FigureValue, Behind]]) -> dict[str, tuple[Any, Any]]:
    """Figures whose rows give another value; where the value is unknown they must give nothing."""
    values = {key: (value.value, behind.total()) for key, (value, behind) in found.items()}
    return {key: pair for key, pair in values.items() if pair[0] != pair[1] and (pair[0] is not None or pair[1])}


@pytest.mark.parametrize("since", [None, DAY, LATER])
def test_records_behind_each_figure_add_up_to_its_value(city: list[School], since: date | None):
    found = pairs(since=since)
    assert unequal(found) == {}
    if since is None:
        assert {key for key, (value, _behind) in found.items() if value.value is None} == {"committee_reports"}


def test_records_behind_the_figures_of_a_school_are_its_own(city: list[School], school_admin: Any):
    assert unequal(pairs(schools=School.objects.filter(pk=city[0].pk))) == {}
    assert unequal(pairs(schools=schools_for(school_admin), reader=school_admin)) == {}


def test_records_behind_a_figure_are_those_that_were_known_then(city: list[School]):
    known_at = timezone.now()
    entry = make_cost("50.00", trade="lan")
    make_devices(3, school=city[0])
    withdraw_cost(entry, by=COMMAND, reason="doppelt")
    make_cost("1.00", trade="lan")
    assert unequal(pairs(known_at=known_at)) == {}
    assert unequal(pairs()) == {}


def test_records_behind_an_unknown_figure_are_none():
    assert {key for key, (_value, behind) in pairs().items() if len(behind.rows)} == {"standard_presented"}
    assert unequal(pairs()) == {}


def test_every_figure_is_told_in_a_sentence_with_its_inputs(city: list[School]):
    with translation.override("en"):
        told = {key: b.sentence(v.value, str(v.figure.unit)) for key, (v, b) in pairs().items() if v.value is not None}
    assert told["devices_in_service"] == "Counted are 8 devices, of this Tablet 6; Digital board 2."
    assert told["boards_planned"].startswith("2 planned hand-overs add up to 150 boards, of this ")
    assert told["fibre_finished"] == ("0 of 1 construction project meet the condition; the answer is yes when all do.")
    assert told["sites_under_construction"] == "2 construction projects, on 2 different sites."
    assert told["pupils"].startswith("The statistics of 2 schools add up to 60 pupils, of this ")
    assert [key for key, text in told.items() if "%(" in text] == []


def test_parts_beyond_the_first_few_are_added_up(city: list[School]):
    for number in range(6):
        make_devices(number + 1, school=city[0], model=make_model(f"M {number}", category=_CATEGORIES[number]))
    behind = pairs()["devices_in_service"][1]
    parts = behind.split()
    assert len(parts) == 5
    assert sum(part.value for part in parts) == behind.total() == 29


_CATEGORIES = ("laptop", "projector", "server", "switch", "trolley", "convertible")


def test_rows_have_a_key_only_where_the_reader_may_open_the_device(city: list[School], school_admin: Any):
    (moved,) = make_devices(1, school=school_admin.memberships.get().school)
    change_devices([moved], by=COMMAND, on=LATER + timedelta(days=1), school=city[0])
    records = Records(LATER, schools=schools_for(school_admin), reader=school_admin)
    behind = records_behind("devices_in_service", records)
    assert behind is not None
    assert [row[0] for row in behind.rows] == [None]
    everything = records_behind("devices_in_service", Records(LATER))
    assert everything is not None
    assert moved.pk in [row[0] for row in everything.rows]


def test_amounts_lead_nobody_to_records_who_may_not_see_money(city: list[School], reader: Any):
    assert figure_of("works_paid", Records(LATER, reader=reader)) is None
    assert records_behind("works_paid", Records(LATER, reader=reader)) is None
    assert records_behind("nothing", Records(LATER)) is None


def test_standard_behind_its_figure_is_the_version_in_force():
    Standard.objects.update(presented_on=DAY, committee="Ausschuss für Digitales")
    (value, behind) = pairs()["standard_presented"]
    assert (value.value, behind.total(), behind.adds) == (True, True, Adding.ANY)
    assert [row[3] for row in behind.rows] == ["Ausschuss für Digitales"]


def test_workbook_has_all_records_and_csv_says_the_same(city: list[School]):
    make_devices(120, school=city[0])
    value, behind = pairs()["devices_in_service"]
    book, text = BytesIO(), BytesIO()
    with translation.override("en"):
        write_workbook(book, value, behind, timezone.now())
        write_csv(text, behind)
    rows = list(load_workbook(book).worksheets[0].iter_rows(values_only=True))
    lines = text.getvalue().decode("utf-8-sig").splitlines()
    assert len(rows) == len(lines) == 129
    assert rows[0][:2] == ("Asset tag", "Serial number")
    assert lines[0].startswith("Asset tag;Serial number;Model;Category;Status;Since;School;Room")


def test_csv_tells_no_formula(city: list[School]):
    make_cost("1.00", trade="lan", number="=1+1")
    text = BytesIO()
    write_csv(text, pairs()["works_paid_network"][1])
    assert "\n'=1+1;" in text.getvalue().decode("utf-8-sig")


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_of_records_takes_the_same_number_of_queries(number: int):
    for _ in range(number):
        make_devices(3, school=make_school())
    records = Records(LATER)
    behind = records_behind("devices_in_service", records)
    assert behind is not None
    with CaptureQueriesContext(connection) as queries:
        assert len(behind.rows[0:50]) == 3 * number
        behind.sentence(3 * number, "devices")
    assert len(queries) == 3
