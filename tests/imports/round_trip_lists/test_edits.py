"""Lists that come back: unedited ones change nothing, edited cells exactly what was edited."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.models import Entry
from common.sheets.reader import read_workbook
from costs.models import CostEntry, CostPart
from imports import services
from imports.options import Options
from inventory.models import DeviceModel
from inventory.services import update_models
from reports.lists import LISTS, write_list
from rollout.models import ConstructionProject
from rollout.services import update_projects
from schools.enums import RoomKind, Trade
from schools.models import Room, School
from schools.services import HeadcountRow, record_headcounts, update_rooms, update_schools
from tests.factories import DAY, an_act, make_headcount, make_model, make_project, make_room, make_school
from tests.factories_money import make_cost, own_money
from tests.imports.round_trip_lists.lists import (
    COUNTED,
    Make,
    counted,
    known_counts,
    project_of,
    record_of,
    records_of,
    state_of,
)
from tests.imports.workbooks import import_file

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_unedited_list_changes_nothing(listed: Make, name: str, language: str):
    with translation.override(language):
        path = listed(name).path
    entries, number = Entry.objects.count(), records_of(name, timezone.localdate()).count()
    result = import_file(path, "--kind", "auto")
    assert (result["kind"], result.exit_code, result.counts) == (name, 0, counted(unchanged=number))
    assert (Entry.objects.count(), result["problems"], result["conflicts"]) == (entries, [], [])


@pytest.mark.parametrize("name", LISTS)
def test_unedited_list_changes_nothing_where_blank_cells_clear(listed: Make, name: str, manager: User):
    by = Actor(manager, Channel.PAGE)
    with listed(name).path.open("rb") as file:
        batch = services.upload_batch(file, name="a.xlsx", by=by, kind=name, options=Options(blank="clear"))
    batch = services.preview_batch(batch)
    number = records_of(name, timezone.localdate()).count()
    assert [batch.summary[key] for key in ("changed", "unchanged", "rejected")] == [0, number, 0]


def test_edited_cells_of_schools_and_nothing_else_change(listed: Make, city: list[School]):
    first, second, closed, _leaving = city
    entries = Entry.objects.count()
    edits = [(first, "Kurzbezeichnung", "Linde 2"), (second, "Telefon", "0208 99"), (closed, "Schulbetriebsdatum", DAY)]
    result = listed("schools").edit(*edits).take()
    assert (result.counts, Entry.objects.count()) == (counted(changed=3, unchanged=1), entries + 3)
    after = School.objects.in_bulk()
    assert (after[first.pk].short_name, after[first.pk].phone) == ("Linde 2", "0208 12 34 50")
    assert (after[first.pk].name_addition, after[first.pk].opened_on) == (first.name_addition, date(2012, 8, 1))
    assert (after[second.pk].phone, after[closed.pk].closed_on) == ("0208 99", DAY)


def test_edited_cells_of_rooms_models_and_counts_change(listed: Make, city: list[School]):
    room = Room.objects.get(school=city[0], name="R 101")
    assert listed("rooms").edit((room, "Raumart", "Lager")).take().counts == counted(changed=1, unchanged=5)
    assert Room.objects.filter(kind=RoomKind.STORE, school=city[0]).count() == 2
    assert Room.objects.get(pk=room.pk).kind == RoomKind.STORE
    model = make_model("NB 1", manufacturer="Nord")
    edits = [(model, "Preis", 700), (make_model(), "Kategorie", "Convertible")]
    assert listed("models").edit(*edits).take().counts == counted(changed=2)
    told = {m.name: (m.price, m.category.key) for m in DeviceModel.objects.select_related("category")}
    assert told == {"NB 1": (Decimal(700), "laptop"), "iPad 9": (Decimal("399.90"), "convertible")}
    edits = [(city[0], "Schülerzahl", 410), (city[0], "Klassen", 16)]
    assert listed("headcounts").edit(*edits).take().counts == counted(changed=1, unchanged=1)
    assert known_counts(city[0]) == [(date(2022, 10, 15), 390, None, None), (COUNTED, 410, 30, 16)]


def test_edited_cells_of_projects_change(listed: Make, city: list[School]):
    wlan, fibre = project_of(city[0], Trade.WLAN), project_of(city[1], Trade.FIBRE)
    other = project_of(city[1], Trade.WLAN)
    edits = [(wlan, "Titel", "Ausbau"), (fibre, "Grund", "Kampfmittel"), (other, "Status", "Begehung")]
    result = listed("projects").edit(*edits).take()
    assert (result.counts, result.cells) == (counted(changed=3, unchanged=1), [])
    today = timezone.localdate()
    told = [state_of(project) for project in (wlan, fibre, other)]
    assert told == [
        ("Ausbau", "planned", "", DAY),
        ("", "blocked", "Kampfmittel", today),
        ("", "surveyed", "", today),
    ]


def test_edited_cells_of_works_change(listed: Make, city: list[School]):
    wlan = project_of(city[0], Trade.WLAN)
    edits = [(wlan, "Auftragnehmer", "Reiher KG"), (wlan, "Finanzierung", "DigitalPakt")]
    edits += [(wlan, "Abnahme erwartet", date(2099, 1, 1)), (wlan, "Grund der Terminänderung", "Insolvenz")]
    result = listed("projects").edit(*edits).take()
    assert (result.counts, result.cells) == (counted(changed=1, unchanged=3), [])
    wlan.refresh_from_db()
    assert wlan.financing is not None
    assert (wlan.contractor, wlan.financing.name, wlan.warranty_years) == ("Reiher KG", "DigitalPakt", 4)
    accepted = wlan.milestones.get()
    assert (accepted.planned_on, accepted.forecast_on) == (DAY + timedelta(100), date(2099, 1, 1))
    assert accepted.reason == "Insolvenz"


def test_edited_parts_of_costs_change_and_leave_the_others(listed: Make, city: list[School]):
    part = record_of("costs", city)
    credit = CostPart.objects.get(entry__number="GS-1")
    ours = listed("costs").edit((part, "Betrag brutto", 80), (part, "Firma", "Reiher KG"), (credit, "Gewerk", "LAN"))
    ours.edit((credit, "Kategorie", None))
    result = ours.take()
    assert (result.counts, result.cells) == (counted(changed=2, unchanged=1), [])
    told = CostEntry.objects.order_by("number").values_list("number", "payee", "amount")
    assert list(told) == [("GS-1", "", Decimal(-7)), ("RE-1", "Reiher KG", Decimal(90))]
    assert CostPart.objects.get(entry=credit.entry, superseded_at=None).trade == "lan"
    again = ours.take()
    assert [code for _row, _column, code in again.cells] == ["conflict", "conflict"]


def test_listed_part_may_be_divided_by_a_mix(listed: Make, city: list[School]):
    result = listed("costs").edit((record_of("costs", city), "Programm", "DigitalPakt 90/10")).take()
    assert (result.counts, result.cells) == (counted(changed=1, unchanged=2), [])
    believed = CostPart.objects.filter(entry__number="RE-1", superseded_at=None).order_by("amount")
    told = believed.values_list("programme__name", "amount", "trade", "school")
    own, school = own_money().name, city[0].pk
    assert list(told) == [(own, 9, "wlan", school), (own, 10, "", None), ("DigitalPakt", 81, "wlan", school)]


def test_row_below_a_listed_document_is_one_more_part(listed: Make, city: list[School]):
    below = {"Datum": DAY, "Stand": "Rechnung", "Belegnummer": "RE-1", "Betrag brutto": 5, "Programm": "DigitalPakt"}
    assert listed("costs").add(**below).take().counts == counted(changed=1, unchanged=3)
    amounts = CostPart.objects.filter(entry__number="RE-1", superseded_at=None).values_list("amount", flat=True)
    assert sorted(amounts) == [5, 10, 90]


@pytest.mark.parametrize(
    ("name", "headings", "edit"),
    [
        ("schools", ("Schulbetriebsschlüssel", "Namenszusatz 2"), ("Schulbetriebsdatum", date(2011, 8, 1))),
        ("headcounts", ("Stichtag", "Schule"), ("Schülerzahl", 410)),
        ("rooms", ("Schulnummer", "Liegenschaft", "Gebäude"), ("Raumart", "Lager")),
        ("projects", ("Seit", "Schulnummer", "Schule", "Grund"), ("Status", "Begehung")),
    ],
)
def test_columns_may_be_deleted(listed: Make, city: list[School], name: str, headings, edit):
    number = records_of(name, timezone.localdate()).count()
    ours = listed(name).edit((record_of(name, city), *edit)).without(*headings)
    result = ours.take()
    assert (result.counts, result.cells) == (counted(changed=1, unchanged=number - 1), [])
    assert ours.take()["changed"] == 0


def test_list_without_prices_leaves_them(listed: Make, city: list[School]):
    ours = listed("models", with_prices=False)
    assert [cell.value for cell in load_workbook(ours.path).active[1]][:6] == [
        "Hersteller",
        "Modell",
        "Kategorie",
        "Garantie in Monaten",
        "Unterstützt bis",
        "_id",
    ]
    assert ours.take().counts == counted(unchanged=2)


@pytest.mark.parametrize("name", LISTS)
def test_number_of_queries_does_not_depend_on_rows(tmp_path: Path, name: str):
    assert len({queries_of(tmp_path / f"{number}.xlsx", name, number) for number in (2, 9)}) == 1


def queries_of(path: Path, name: str, number: int) -> tuple[int, int]:
    """Of the export, and of the checks after everything was touched by somebody else."""
    for n in range(number):
        school = make_school()
        make_room(school)
        make_headcount(school, pupils=3)
        make_project(school)
        make_model(f"Modell {number} {n}")
        make_cost(number=f"RE-{number}-{n}", school=school, trade="wlan")
    day = timezone.localdate()
    with CaptureQueriesContext(connection) as out:
        write_list(path, name, records_of(name, day), as_of=day)
    update_schools([(one, {"name": f"{one.name} neu"}) for one in School.objects.all()], an_act())
    record_headcounts([HeadcountRow(one, COUNTED, teachers=3) for one in School.objects.all()], an_act())
    update_models({one.pk: {"price": Decimal(5)} for one in DeviceModel.objects.all()}, an_act())
    update_projects({one.pk: {"title": "Neu"} for one in ConstructionProject.objects.all()}, an_act())
    update_rooms([(one, RoomKind.STAFF) for one in Room.objects.all()], an_act())
    book = read_workbook(path)
    with CaptureQueriesContext(connection) as back:
        _kind, plan = services.plan_workbook(book, kind=name, options=Options())
    assert (plan.counts["unchanged"], plan.conflicts) == (len(plan.outcomes), [])
    return len(out), len(back)
