"""Lists of schools, rooms, headcounts, models and projects come back: only what was edited changes anything."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from audit.actor import Actor
from audit.models import Entry
from common.sheets.reader import read_workbook
from imports import services
from imports.models import ImportBatch
from imports.options import Options
from inventory.models import Category, DeviceModel
from inventory.services import update_models
from reports.lists import LISTS, write_list
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, ProjectState
from rollout.services import change_project, rename_projects
from schools.enums import OperatingStatus, RoomKind, Trade
from schools.models import Headcount, Room, School
from schools.services import Address, HeadcountRow, place_school, record_headcounts, update_rooms, update_schools
from tests.factories import (
    DAY,
    an_act,
    main_site,
    make_headcount,
    make_model,
    make_project,
    make_room,
    make_school,
)
from tests.imports.workbooks import Result, import_file

pytestmark = pytest.mark.django_db
COUNTED = date(2023, 10, 15)

Make = Callable[..., "Listed"]


def records_of(name: str, day: date) -> Any:
    return {
        "schools": School.objects.all,
        "rooms": Room.objects.all,
        "headcounts": lambda: Headcount.objects.as_of(day),
        "models": DeviceModel.objects.all,
        "projects": lambda: ProjectState.objects.as_of(day),
    }[name]()


class Listed:
    """An exported list, in which cells are edited by the key of their record and their heading."""

    def __init__(self, path: Path, name: str, day: date | None = None, **options: Any) -> None:
        self.path, self.name = path, name
        day = day or timezone.localdate()
        write_list(path, name, records_of(name, day), as_of=day, **options)

    def edit(self, *edits: tuple[Any, str, Any]) -> "Listed":
        book = load_workbook(self.path)
        page = book.active
        headings = [cell.value for cell in page[1]]
        at = headings.index("_id") + 1
        rows = {page.cell(row, at).value: row for row in range(2, page.max_row + 1)}
        for record, heading, value in edits:
            page.cell(rows[record.pk], headings.index(heading) + 1).value = value
        book.save(self.path)
        return self

    def without(self, *headings: str) -> "Listed":
        book = load_workbook(self.path)
        page = book.active
        for heading in headings:
            page.delete_cols([cell.value for cell in page[1]].index(heading) + 1)
        book.save(self.path)
        return self

    def add(self, **cells: Any) -> "Listed":
        book = load_workbook(self.path)
        page = book.active
        page.append([cells.get(cell.value) for cell in page[1]])
        book.save(self.path)
        return self

    def take(self, *options: str) -> Result:
        return import_file(self.path, "--kind", self.name, *options)

    def answer(self, answer: str, by: Actor) -> ImportBatch:
        """Take it after the one conflict was settled."""
        batch = ImportBatch.objects.get(pk=self.take()["batch"])
        (conflict,) = batch.summary["conflicts"]
        services.decide(batch, by=by, decisions={"conflict": {conflict["text"]: {"action": answer}}})
        return services.take_batch(services.preview_batch(batch), by=by)


@pytest.fixture
def city(school: School, other_school: School) -> list[School]:
    """Schools with all that lists can say of them, one of them closed; rooms, counts, models, projects."""
    details: dict[str, Any] = {"name_addition": "Städtische Gemeinschaftsgrundschule " * 5, "phone": "0208 12 34 50"}
    details |= {"short_name": "Linde", "email": "100001@schule.example", "opened_on": date(2012, 8, 1)}
    closed = make_school(
        "Alte Schule", number="100900", operating_status=OperatingStatus.CLOSED, closed_on=date(2020, 8, 1)
    )
    leaving = make_school("Auslaufende Schule", number="100901", operating_status=OperatingStatus.CLOSING_LATER)
    details["name_addition"] = details["name_addition"].strip()
    place_school(other_school, Address("Am Markt 1", "46002", "Lindenfurt", 350000, 5707000), an_act())
    update_schools([(school, details)], an_act())
    for one in (school, other_school):
        make_room(one, "101")
        make_room(one, "R 101")
        make_room(one, "102", kind=RoomKind.STORE)
        make_headcount(one, on=date(2022, 10, 15), pupils=390)
        make_headcount(one, on=COUNTED, pupils=400, teachers=30)
        make_project(one, trade=Trade.WLAN)
        make_project(one, trade=Trade.FIBRE, status=ProjectStatus.BLOCKED, reason="Asbest")
    update_models({make_model().pk: {"price": Decimal("399.90")}}, an_act())
    make_model("NB 1", manufacturer="Nord", category="laptop")
    return [school, other_school, closed, leaving]


@pytest.fixture
def listed(city: list[School], tmp_path: Path) -> Make:
    return lambda name, **options: Listed(tmp_path / f"{name}.xlsx", name, **options)


def counted(**numbers: int) -> tuple[int, ...]:
    return tuple(numbers.get(name, 0) for name in ("new", "changed", "unchanged", "rejected", "skipped"))


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
def test_unedited_list_changes_nothing_where_blank_cells_clear(listed: Make, name: str, by: Actor):
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


def known_counts(school: School) -> list[tuple[Any, ...]]:
    facts = Headcount.objects.known().filter(school=school).order_by("valid_from")
    return list(facts.values_list("valid_from", "pupils", "teachers", "classes"))


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


def project_of(school: School, trade: str) -> ConstructionProject:
    return ConstructionProject.objects.get(site=main_site(school), trade=trade)


def state_of(project: ConstructionProject) -> tuple[Any, ...]:
    return ConstructionProject.objects.values_list("title", "status", "reason", "since").get(pk=project.pk)


def test_what_others_changed_meanwhile_in_other_fields_stays(listed: Make, city: list[School], by: Actor):
    room, model, wlan = Room.objects.filter(name="102").first(), make_model(), project_of(city[0], Trade.WLAN)
    lists = {name: listed(name) for name in LISTS}
    update_schools([(city[0], {"email": "neu@schule.example", "name": "Neue Schule"})], an_act())
    place_school(city[0], Address("Neuweg 1", "46009", "Lindenfurt"), an_act())
    update_rooms([(room, RoomKind.STAFF)], an_act())
    record_headcounts([HeadcountRow(city[0], COUNTED, pupils=444)], an_act())
    update_models({model.pk: {"price": Decimal(5)}}, an_act())
    change_project(wlan, by=by, on=timezone.localdate(), status=ProjectStatus.SURVEYED)
    edits = {
        "schools": (city[0], "Kurzbezeichnung", "Kurz"),
        "headcounts": (city[0], "Lehrkräfte", 33),
        "models": (model, "Kategorie", "Laptop"),
        "projects": (wlan, "Titel", "Mein Titel"),
    }
    results = {name: one.edit(*[edits[name]] if name in edits else []).take() for name, one in lists.items()}
    assert {name: (r["changed"], r.cells, r["conflicts"]) for name, r in results.items()} == {
        name: (int(name in edits), [], []) for name in LISTS
    }
    school = School.objects.get(pk=city[0].pk)
    assert (school.email, school.name, school.short_name) == ("neu@schule.example", "Neue Schule", "Kurz")
    assert main_site(school).street == "Neuweg 1"
    assert known_counts(school)[-1] == (COUNTED, 444, 33, None)
    assert DeviceModel.objects.values_list("price", "category__key").get(pk=model.pk) == (Decimal(5), "laptop")
    assert state_of(wlan)[:2] == ("Mein Titel", "surveyed")
    assert Room.objects.get(pk=room.pk).kind == RoomKind.STAFF


def other_mail(city: list[School], by: Actor) -> None:
    update_schools([(city[0], {"email": "ihre@schule.example"})], an_act(user=by.user))


def other_kind(city: list[School], by: Actor) -> None:
    update_rooms([(Room.objects.get(school=city[0], name="101"), RoomKind.STAFF)], an_act(user=by.user))


def other_count(city: list[School], by: Actor) -> None:
    record_headcounts([HeadcountRow(city[0], COUNTED, pupils=444)], an_act(user=by.user))


def other_price(_city: list[School], by: Actor) -> None:
    update_models({make_model().pk: {"price": Decimal(5)}}, an_act(user=by.user))


def other_category(_city: list[School], by: Actor) -> None:
    update_models({make_model().pk: {"category": Category.objects.get(key="laptop")}}, an_act(user=by.user))


def other_title(city: list[School], by: Actor) -> None:
    rename_projects({project_of(city[0], Trade.WLAN).pk: "Ihr Titel"}, an_act(user=by.user))


def other_status(city: list[School], by: Actor) -> None:
    change_project(project_of(city[0], Trade.WLAN), by=by, on=timezone.localdate(), status=ProjectStatus.SURVEYED)


#: List → what somebody else does, the cell that was edited, and what is told three ways.
CONFLICTS = [
    ("schools", other_mail, "E-Mail", "m@schule.example", ("100001@schule.example", "ihre@schule.example")),
    ("rooms", other_kind, "Raumart", "Lager", ("Klassenraum", "Lehrerzimmer")),
    ("headcounts", other_count, "Schülerzahl", 420, ("400", "444")),
    ("models", other_price, "Preis", 7, ("399,90", "5,00")),
    ("models", other_category, "Kategorie", "Convertible", ("Tablet", "Laptop")),
    ("projects", other_title, "Titel", "Mein Titel", ("", "Ihr Titel")),
    ("projects", other_status, "Status", "Ausschreibung", ("geplant", "begangen")),
]


def record_of(name: str, city: list[School]) -> Any:
    chosen: dict[str, Callable[[], Any]] = {
        "schools": lambda: city[0],
        "headcounts": lambda: city[0],
        "rooms": lambda: Room.objects.get(school=city[0], name="101"),
        "models": make_model,
        "projects": lambda: project_of(city[0], Trade.WLAN),
    }
    return chosen[name]()


@pytest.mark.parametrize(("name", "happens", "heading", "mine", "told"), CONFLICTS)
def test_other_change_of_an_edited_cell_is_a_conflict(
    listed: Make, city: list[School], by: Actor, name, happens, heading, mine, told
):
    ours = listed(name).edit((record_of(name, city), heading, mine))
    happens(city, by)
    entries = Entry.objects.count()
    result = ours.take()
    (conflict,) = result["conflicts"]
    assert (conflict["heading"], conflict["exported"] or "", conflict["now"], conflict["who"]) == (
        heading,
        *told,
        by.user.username,
    )
    assert (result["ambiguous"], result["status"], Entry.objects.count()) == (1, "previewed", entries)
    assert ours.answer("keep", by).summary["changed"] == 0
    assert Entry.objects.count() == entries
    assert ours.answer("take", by).summary["changed"] == 1


def test_other_main_site_is_a_conflict_of_the_whole_address(listed: Make, city: list[School], by: Actor):
    school = city[1]
    ours = listed("schools").edit((school, "Straße", "Mein Weg 7"))
    place_school(school, Address("Neuweg 1", "46009", "Lindenfurt"), an_act(user=by.user))
    (conflict,) = ours.take()["conflicts"]
    told = [conflict[key] for key in ("heading", "exported", "now", "yours", "who")]
    assert told == [
        "Straße",
        "Am Markt 1, 46002, Lindenfurt, 350000, 5707000",
        "Neuweg 1, 46009, Lindenfurt",
        "Mein Weg 7, 46002, Lindenfurt, 350000, 5707000",
        by.user.username,
    ]
    ours.answer("take", by)
    assert (main_site(school).street, main_site(school).postcode) == ("Mein Weg 7", "46002")


def test_edited_street_is_another_main_site(listed: Make, city: list[School]):
    assert listed("schools").edit((city[0], "Straße", "Neuweg 1")).take().counts == counted(changed=1, unchanged=3)
    assert main_site(city[0]).street == "Neuweg 1"


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


NEW = {
    "schools": {"Schulnummer": "777777", "Schule": "Neue Schule", "Schulform": "Grundschule"},
    "rooms": {"Schule": "Kastanienschule", "Raum": "B 7", "Raumart": "Lager"},
    "headcounts": {"Schule": "Kastanienschule", "Stichtag": date(2025, 10, 15), "Schülerzahl": 9},
    "models": {"Hersteller": "Nord", "Modell": "NB 2", "Kategorie": "Laptop"},
    "projects": {"Schule": "Kastanienschule", "Gewerk": "Hochbau", "Status": "geplant"},
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
    assert [cell.value for cell in load_workbook(ours.path).active[1]][:4] == [
        "Hersteller",
        "Modell",
        "Kategorie",
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
    day = timezone.localdate()
    with CaptureQueriesContext(connection) as out:
        write_list(path, name, records_of(name, day), as_of=day)
    update_schools([(one, {"name": f"{one.name} neu"}) for one in School.objects.all()], an_act())
    record_headcounts([HeadcountRow(one, COUNTED, teachers=3) for one in School.objects.all()], an_act())
    update_models({one.pk: {"price": Decimal(5)} for one in DeviceModel.objects.all()}, an_act())
    rename_projects({one.pk: "Neu" for one in ConstructionProject.objects.all()}, an_act())
    update_rooms([(one, RoomKind.STAFF) for one in Room.objects.all()], an_act())
    book = read_workbook(path)
    with CaptureQueriesContext(connection) as back:
        _kind, plan = services.plan_workbook(book, kind=name, options=Options())
    assert (plan.counts["unchanged"], plan.conflicts) == (len(plan.outcomes), [])
    return len(out), len(back)
