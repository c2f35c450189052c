"""Templates: what they offer, that an untouched one says so, and that a filled one comes in."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from accounts.models import User
from common.sheets.reader import read_workbook
from imports.kinds import KINDS, KindName
from imports.recognition import find_table
from imports.templates import need_of, offered, write_template
from inventory.models import Device, Order
from schools.enums import Role
from schools.models import Room, School
from tests.factories import make_model, make_order, make_room, make_school, make_user
from tests.imports.workbooks import import_file

pytestmark = pytest.mark.django_db
KIND_NAMES = list(KINDS)


def template(kind: str) -> Workbook:
    file = BytesIO()
    write_template(KINDS[kind], file, viewer=make_user(f"v{User.objects.count()}", role=Role.READER))
    return load_workbook(file)


def saved(book: Workbook, path: Path, *rows: dict[str, Any]) -> Path:
    """The template with rows below its example, by heading."""
    page = book.worksheets[0]
    headings = [cell.value for cell in page[1]]
    for number, row in enumerate(rows, 3):
        for heading, value in row.items():
            page.cell(number, headings.index(heading) + 1, value)
    book.save(path)
    return path


@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_untouched_template_has_nothing_to_take(tmp_path: Path, kind: str, language: str) -> None:
    with translation.override(language):
        path = saved(template(kind), tmp_path / "t.xlsx")
    result = import_file(path)
    assert (result.exit_code, result["error"]["code"]) == (2, "no_rows")
    with translation.override("en"):
        assert import_file(path)["error"]["message"] == "Only the example is filled in: write your own rows below it."


@pytest.mark.parametrize("kind", KIND_NAMES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_template_is_recognised_by_its_headings(tmp_path: Path, kind: str, language: str) -> None:
    """Even with nothing but text in its first row: what is recognised is the kind, whatever the cells say."""
    with translation.override(language):
        book = template(kind)
        book.worksheets[0].cell(2, 1, "100100")
        book.save(tmp_path / "t.xlsx")
        found, table = find_table(read_workbook(tmp_path / "t.xlsx"))
        headings = [column.heading() for column in offered(KINDS[kind])]
    assert (found.name, list(table.mapping)) == (kind, headings)
    assert None not in table.mapping.values()


def test_filled_template_of_devices_comes_in_without_its_example(tmp_path: Path, school: School) -> None:
    make_model("iPad 9")
    row = {
        "Inventarnummer": "0047",
        "Modell": "Apple iPad 9",
        "Status": "im Einsatz",
        "Seit": date(2024, 3, 1),
        "Schule": str(school),
        "MDM": "ja",
    }
    with translation.override("de"):
        result = import_file(saved(template("devices"), tmp_path / "t.xlsx", row, row | {"Inventarnummer": "0048"}))
    assert (result["kind"], result.counts, result.exit_code) == ("devices", (2, 0, 0, 0, 1), 0)
    assert [(p["row"], p["code"]) for p in result["problems"]] == [(2, "example")]
    assert list(Device.objects.order_by("asset_tag").values_list("asset_tag", "status", "school", "is_managed")) == [
        ("0047", "in_service", school.pk, True),
        ("0048", "in_service", school.pk, True),
    ]


def test_filled_templates_of_orders_and_deliveries_come_in(tmp_path: Path) -> None:
    make_model("iPad 9")
    order = {
        "Bestellnummer": "007",
        "Lieferant": "Nord",
        "Bestelldatum": date(2024, 3, 1),
        "Modell": "Apple iPad 9",
        "Menge": 3,
        "Einzelpreis": 399.9,
    }
    with translation.override("de"):
        assert import_file(saved(template("orders"), tmp_path / "o.xlsx", order)).counts == (1, 0, 0, 0, 1)
        row = {"Bestellnummer": "007", "Lieferschein": "L-1", "Geliefert am": date(2024, 3, 9), "Seriennummer": "A1"}
        assert import_file(saved(template("deliveries"), tmp_path / "d.xlsx", row)).counts == (1, 0, 0, 0, 1)
    assert Device.objects.get().order_line == Order.objects.get(number="007").lines.get()


def test_filled_template_of_rooms_comes_in_with_english_headings(tmp_path: Path, school: School) -> None:
    with translation.override("en"):
        row = {"School number": school.number, "Room": "R 1", "Room kind": "classroom"}
        assert import_file(saved(template("rooms"), tmp_path / "r.xlsx", row)).counts == (1, 0, 0, 0, 1)
    assert Room.objects.get().kind == "classroom"


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_every_column_is_explained_and_noted(kind: str) -> None:
    with translation.override("en"):
        book = template(kind)
        headings = [column.heading() for column in offered(KINDS[kind])]
    page, explanation = book.worksheets[:2]
    assert [cell.value for cell in page[1]] == headings
    assert all(cell.comment and cell.comment.text for cell in page[1])
    rows = list(explanation.iter_rows(min_row=7, values_only=True))
    assert [row[0] for row in rows] == headings
    assert all(row[1] and row[2] for row in rows)


def test_explanation_says_what_is_needed() -> None:
    with translation.override("en"):
        needs = {name: {c.key: need_of(c, kind) for c in offered(kind)} for name, kind in KINDS.items()}
    assert {key for key, need in needs["orders"].items() if need == "yes"} == {"order", "model", "quantity"}
    assert needs["rooms"] == {
        "school_number": "this or: School",
        "school": "this or: School number",
        "site": "no",
        "building": "no",
        "room": "yes",
        "kind": "no",
    }
    assert {key: need for key, need in needs["devices"].items() if need != "no"} == {
        "asset_tag": "this or: Serial number",
        "serial": "this or: Asset tag",
        "model": "yes",
    }


def test_choices_are_offered_from_a_hidden_sheet(school: School) -> None:
    with translation.override("en"):
        book = template("rooms")
    page, lists = book.worksheets[0], book.worksheets[2]
    offers = {str(offer.sqref)[:1]: offer.formula1 for offer in page.data_validations.dataValidation}
    columns = [[cell.value for cell in column if cell.value is not None] for column in lists.columns]
    assert lists.sheet_state == "hidden"
    assert columns == [
        ["School number", school.number],
        ["School", str(school)],
        ["Room kind", "classroom", "specialist room", "staff room", "administration", "store room", "other room"],
    ]
    assert offers == {"A": "'Lists'!$A$2:$A$2", "B": "'Lists'!$B$2:$B$2", "F": "'Lists'!$C$2:$C$7"}


def test_leading_zeros_and_days_are_kept_by_the_formats() -> None:
    with translation.override("de"):
        page = template("devices").worksheets[0]
    formats = {
        page.cell(1, n).value: page.column_dimensions[page.cell(1, n).column_letter].number_format for n in (1, 2, 7)
    }
    assert formats == {"Inventarnummer": "@", "Seriennummer": "@", "Seit": "dd.mm.yyyy"}


def test_more_schools_than_anybody_scrolls_through_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imports.templates._LONGEST_LIST", 1)
    make_room(make_school())
    make_school()
    with translation.override("en"):
        lists = template("rooms").worksheets[2]
    assert [cell.value for cell in lists[1]] == ["Room kind"]


def test_every_kind_has_a_template_and_every_column_a_help() -> None:
    assert set(KINDS) == set(KindName.values)
    silent = {(name, c.key) for name, kind in KINDS.items() for c in kind.columns if not c.help and not c.is_hidden}
    assert silent == {("devices", "quantity"), ("deliveries", "quantity")}


def test_example_with_the_mark_is_left_out_wherever_it_stands(tmp_path: Path, school: School) -> None:
    make_order(number="B-1", quantity=3)
    row = {"Bestellnummer": "B-1", "Lieferschein": "L-1", "Geliefert am": date(2024, 3, 9), "Seriennummer": "A1"}
    copied = row | {"Bestellnummer": "example: B-1", "Seriennummer": "A2"}
    with translation.override("de"):
        result = import_file(saved(template("deliveries"), tmp_path / "d.xlsx", row, copied))
    assert result.counts == (1, 0, 0, 0, 2)
