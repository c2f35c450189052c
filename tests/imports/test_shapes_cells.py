"""Cells of real workbooks: damaged numbers, several things in one cell, days in two orders, units, formulas."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from imports.services import decide, preview_batch, upload_batch
from inventory.models import Device
from schools.models import Headcount
from tests.factories import make_model, make_room
from tests.imports.workbooks import import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Inventarnummer", "Seriennummer", "Modell", "Status", "Seit", "Kaufdatum"]


@pytest.fixture(autouse=True)
def _catalogue(school, other_school):
    make_model("iPad 9")
    with translation.override("en"):
        yield


def row(tag: Any, serial: Any = None, *more: Any, status: str | None = "im Lager") -> list[Any]:
    return [tag, serial, "iPad 9", status, date(2021, 2, 1), *more]


def book(tmp_path: Path, *rows: list[Any], more: tuple[str, ...] = ()) -> Path:
    return write_xlsx(tmp_path / "a.xlsx", [[*HEADER[:5], *more], *rows])


def purchases() -> dict[str, date]:
    return dict(Device.objects.order_by("serial").values_list("serial", "purchased_on"))


# --- text tables ------------------------------------------------------------------------------------------------------


CALLED = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


@pytest.mark.parametrize(
    ("content", "encoding", "note"),
    [
        ("{h}\r\n{r}\r\n", "utf-8", "semicolons"),
        ("{h}\r{r}\r", "utf-8", "semicolons"),
        ("sep=;\r\n{h}\r\n{r}\r\n", "utf-8", "semicolons"),
        ("{h}\n{r}\n", "utf-8-sig", "semicolons"),
        ("{h}\n{r}\n", "cp1252", "semicolons"),
        ("{h}\n{r}\n", "utf-16", "semicolons"),
        ("{t}\n{u}\n", "utf-8", "tabs"),
    ],
)
def test_text_table_is_read_and_says_how(tmp_path, content, encoding, note):
    header, cells = "Seriennummer;Modell;Status;Seit;Bemerkung", '="0012";iPad 9;im Lager;01.02.2021;Grün \u00a0\nneu'
    cells = cells.replace("Grün \u00a0\nneu", '"Grün\u00a0 neu"')
    texts = {"h": header, "r": cells, "t": header.replace(";", "\t"), "u": cells.replace(";", "\t")}
    (tmp_path / "a.csv").write_bytes(content.format(**texts).encode(encoding))
    result = import_file(tmp_path / "a.csv")
    assert result.counts == (1, 0, 0, 0, 0)
    assert list(Device.objects.values_list("serial", "note")) == [("0012", "Grün neu")]
    assert result["notes"] == [f"Text encoding: {CALLED[encoding]}.", f"Columns are separated by {note}."]


def test_wrapped_cells_line_breaks_and_blanks_of_a_workbook_are_cleaned(tmp_path):
    cells = [" OB\u00a01 ", '="0012"', "iPad\n9", "\u00a0", "01.02.2021", '="Los"\n3']
    result = import_file(book(tmp_path, cells, more=("Bemerkung",)), "--status", "in_stock")
    assert result.counts == (1, 0, 0, 0, 0)
    assert list(Device.objects.values_list("asset_tag", "serial", "note")) == [("OB1", "0012", '="Los" 3')]


# --- formulas ---------------------------------------------------------------------------------------------------------


def test_formula_without_result_is_a_problem_at_its_cell(tmp_path):
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    for cells in (HEADER[:5], row("OB-1", "S1"), row("OB-2", "=A3&1"), row('="0815"', "S3")):
        page.append(cells)
    workbook.save(tmp_path / "a.xlsx")
    result = import_file(tmp_path / "a.xlsx", "--mode", "valid")
    assert [(p["cell"], p["code"], p["value"]) for p in result["problems"]] == [("B3", "no_result", "=A3&1")]
    assert list(Device.objects.order_by("serial").values_list("asset_tag", "serial")) == [
        ("OB-1", "S1"),
        ("0815", "S3"),
    ]


# --- numbers of things ------------------------------------------------------------------------------------------------


def test_row_for_several_pieces_with_a_number_for_each_is_as_many_rows(tmp_path):
    rows = [
        row("OB-1\nOB-2\nOB-3", "S1, S2, S3", 3),
        row(None, "S4 / S5", "2 Stk."),
        row("OB-6", "S6", 1),
        row("OB-7", None, 35),
    ]
    result = import_file(book(tmp_path, *rows, more=("Menge",)), "--mode", "valid")
    assert (result.counts, result.cells) == ((6, 0, 0, 1, 0), [(5, "Menge", "quantity")])
    assert list(Device.objects.order_by("serial").values_list("asset_tag", "serial")) == [
        ("OB-1", "S1"),
        ("OB-2", "S2"),
        ("OB-3", "S3"),
        ("", "S4"),
        ("", "S5"),
        ("OB-6", "S6"),
    ]
    note = "2 rows stand for several pieces and list their numbers; each piece is read as a row of its own."
    assert result["notes"] == [note]


def test_problems_of_pieces_name_the_row_of_the_file(tmp_path):
    rows = [row("OB-1", "S1", 1), row("OB-2\nOB-3", "S2\nS1", 2)]
    result = import_file(book(tmp_path, *rows, more=("Menge",)))
    assert result.cells == [(2, "Seriennummer", "duplicate_serial"), (3, "Seriennummer", "duplicate_serial")]


def test_fewer_numbers_than_pieces_are_named(tmp_path):
    result = import_file(book(tmp_path, row("OB-1", "S1001; S1002", 5), more=("Menge",)))
    assert result.cells == [(2, "Seriennummer", "several_codes"), (2, "Menge", "quantity")]


@pytest.mark.parametrize("text", ["DMPC1001\nDMPC1002", "DMPC1001, DMPC1002", "DMPC1001/DMPC1002", "DMPC1001;DMPC1002"])
def test_two_numbers_in_one_cell_are_named(tmp_path, text):
    (problem,) = import_file(book(tmp_path, row("OB-1", text)))["problems"]
    assert (problem["cell"], problem["code"]) == ("B2", "several_codes")
    assert "“DMPC1001”, “DMPC1002”" in problem["message"]


def test_slash_within_a_number_is_part_of_it(tmp_path):
    assert import_file(book(tmp_path, row("OB 1 / a", "8/20/2"))).counts == (1, 0, 0, 0, 0)
    assert list(Device.objects.values_list("asset_tag", "serial")) == [("OB1/A", "8/20/2")]


@pytest.mark.parametrize(
    ("serial", "code"),
    [
        (1.23456789012345e20, "damaged_number"),
        ("1,23457E+15", "damaged_number"),
        (date(2002, 8, 20), "date_as_code"),
        ("unbekannt", "placeholder"),
        ("N/A", "placeholder"),
    ],
)
def test_damaged_number_is_named(tmp_path, serial, code):
    result = import_file(book(tmp_path, row("OB-1", serial), row("OB-2", 4711)), "--mode", "valid")
    assert (result.counts, result.cells) == ((1, 0, 0, 1, 0), [(2, "Seriennummer", code)])
    assert Device.objects.get().serial == "4711"


def test_number_without_the_zeros_of_the_others_is_a_problem(tmp_path):
    rows = [row(None, serial) for serial in ("00123451", "00123452", "10123453", "10123454")]
    result = import_file(book(tmp_path, *rows, row(None, 123455), row(None, 10123456)), "--mode", "valid")
    assert (result.counts, result.cells) == ((5, 0, 0, 1, 0), [(6, "Seriennummer", "lost_zeros")])
    assert "8" in result["problems"][0]["message"]


def test_shorter_numbers_among_plain_ones_are_only_said(tmp_path):
    rows = [row(None, serial) for serial in (10123451, 10123452, 10123453, 10123454, 123455)]
    result = import_file(book(tmp_path, *rows))
    assert result.counts == (5, 0, 0, 0, 0)
    assert result["notes"] == [
        "In “Seriennummer” 1 number has fewer than the usual 8 digits (row 6): zeros in front may be lost."
    ]


def test_dash_is_a_blank_cell_and_said_to_be(tmp_path):
    result = import_file(book(tmp_path, row("OB-1", "-"), row("OB-2", "–", "-"), more=("Raum",)))
    assert (result.counts, list(Device.objects.values_list("serial", flat=True))) == ((2, 0, 0, 0, 0), ["", ""])
    assert result["notes"] == [
        "In “Seriennummer” 2 cells hold nothing but “-”, “–”; they are read as blank.",
        "In “Raum” 1 cell holds nothing but “-”; it is read as blank.",
    ]


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (2019, "bare_year"),
        ("2019", "bare_year"),
        ("bis Nov. 2019", "only_month"),
        ("01/01/1970", "placeholder_date"),
        (date(1970, 1, 1), "placeholder_date"),
    ],
)
def test_day_that_is_none_is_named(tmp_path, day, code):
    result = import_file(book(tmp_path, row("OB-1", "S1", day), more=("Kaufdatum",)))
    assert result.cells == [(2, "Kaufdatum", code)]


@pytest.mark.parametrize(
    ("proof", "first", "note"),
    [
        ("31/12/2020", date(2020, 4, 3), "day/month/year, as “31/12/2020” shows"),
        ("12/31/2020", date(2020, 3, 4), "month/day/year, as “12/31/2020” shows"),
    ],
)
def test_order_of_day_and_month_is_shown_by_the_column(tmp_path, proof, first, note):
    rows = [row(None, "S1", "03/04/2020"), row(None, "S2", proof), row(None, "S3", "05.06.2020")]
    result = import_file(book(tmp_path, *rows, more=("Kaufdatum",)))
    assert (result.counts, result["notes"]) == ((3, 0, 0, 0, 0), [f"Dates in “Kaufdatum” are read as {note}."])
    assert purchases() == {"S1": first, "S2": date(2020, 12, 31), "S3": date(2020, 6, 5)}


def test_each_column_has_its_own_order(tmp_path):
    header = ["Seriennummer", "Modell", "Status", "Seit", "Kaufdatum"]
    lines = [";".join(header), "S1;iPad 9;im Lager;31/03/2021;12/31/20", "S2;iPad 9;im Lager;04/03/2021;04/03/20"]
    assert import_file(write_csv(tmp_path / "a.csv", lines)).counts == (2, 0, 0, 0, 0)
    assert list(Device.objects.order_by("serial").values_list("since", "purchased_on")) == [
        (date(2021, 3, 31), date(2020, 12, 31)),
        (date(2021, 3, 4), date(2020, 4, 3)),
    ]


def test_days_against_the_order_of_their_column_are_problems(tmp_path):
    days = ["31/12/2020", "30/12/2020", "12/29/2020", "03/04/2020"]
    rows = [row(None, f"S{n}", day) for n, day in enumerate(days)]
    result = import_file(book(tmp_path, *rows, more=("Kaufdatum",)))
    assert result.cells == [(4, "Kaufdatum", "other_date_order"), (5, "Kaufdatum", "unknown_date_order")]


def test_order_that_nothing_shows_is_asked_and_taken_as_answered(tmp_path, by):
    path = book(tmp_path, row(None, "S1", "03/04/2020"), row(None, "S2", "05/06/2020"), more=("Kaufdatum",))
    batch = upload_batch(BytesIO(path.read_bytes()), name="a.xlsx", by=by, kind="devices")
    (question,) = preview_batch(batch).summary["unknown"]
    assert [question[name] for name in ("kind", "text", "rows", "can_create")] == ["date_order", "Kaufdatum", 2, False]
    assert [(choice["id"], choice["label"]) for choice in question["suggestions"]] == [
        ("dmy", "day/month/year: 03/04/2020 is 03.04.2020"),
        ("mdy", "month/day/year: 03/04/2020 is 04.03.2020"),
    ]
    for answer in ({"action": "mdy"}, {"action": "map", "to": "mdy"}):
        summary = preview_batch(decide(batch, by=by, decisions={"date_order": {"Kaufdatum": answer}})).summary
        assert (summary["new"], summary["unknown"]) == (2, [])
        assert summary["notes"] == ["Dates in “Kaufdatum” are read as month/day/year, as was chosen."]
    left_out = {"date_order": {"Kaufdatum": {"action": "reject"}}}
    assert preview_batch(decide(batch, by=by, decisions=left_out)).summary["skipped"] == 2


def test_real_dates_beside_american_ones_are_doubted_aloud(tmp_path):
    rows = [row(None, "S1", "12/31/2020"), row(None, "S2", date(2020, 4, 3))]
    assert import_file(book(tmp_path, *rows, more=("Kaufdatum",)))["notes"] == [
        "Dates in “Kaufdatum” are read as month/day/year, as “12/31/2020” shows.",
        "“Kaufdatum” also has 1 real date, whose day and month a German spreadsheet may have swapped.",
    ]


# --- units ------------------------------------------------------------------------------------------------------------


def test_currencies_and_pieces_beside_a_number_are_understood(tmp_path):
    rows = [row(None, "S1", "379,00 €", "1 Stk."), row(None, "S2", "EUR 1.379,5", 1)]
    assert import_file(book(tmp_path, *rows, more=("Preis", "Menge"))).counts == (2, 0, 0, 0, 0)
    prices = list(Device.objects.order_by("serial").values_list("price", flat=True))
    assert prices == [Decimal("379.00"), Decimal("1379.50")]


def test_unit_that_means_something_else_is_a_problem(tmp_path):
    result = import_file(book(tmp_path, row(None, "S1", "50 MBit/s"), more=("Preis",)))
    assert result.cells == [(2, "Preis", "not_a_number")]


def test_counts_may_name_what_they_count(tmp_path):
    rows = [["Schulnummer", "Stichtag", "Schülerzahl"], ["100100", date(2023, 10, 15), "312 SuS"]]
    assert import_file(write_xlsx(tmp_path / "a.xlsx", rows)).counts == (1, 0, 0, 0, 0)
    assert Headcount.objects.get().pupils == 312


# --- places -----------------------------------------------------------------------------------------------------------


def place(text: str, serial: str = "S1", room: str | None = None, status: str | None = "im Einsatz") -> list[Any]:
    return [None, serial, "iPad 9", status, date(2021, 2, 1), text, room]


def in_places(tmp_path: Path, *rows: list[Any], more: tuple[str, ...] = ("Standort", "Raum")) -> Any:
    return import_file(book(tmp_path, *rows, more=more), "--mode", "valid")


@pytest.mark.parametrize(
    "text",
    ["Lindenschule, R 101", "Lindenschule R 101", "Lindenschule - Raum 101", "Lindenschule (101)", "100100\n101"],
)
def test_room_beside_the_school_is_its_room(tmp_path, school, text):
    make_room(school, "101")
    result = in_places(tmp_path, place(text))
    assert (result.counts, result["notes"]) == (
        (1, 0, 0, 0, 0),
        ["1 row names a room in “Standort”; it is read as such."],
    )
    device = Device.objects.with_names().get()
    assert (device.school, device.room.name) == (school, "101")


def test_room_beside_the_school_needs_no_column_of_its_own(tmp_path, school):
    make_room(school, "101")
    rows = [place("Lindenschule, R 101")[:6], place("Lindenschule", "S2")[:6], place("Lindenschule, R 102", "S3")[:6]]
    result = in_places(tmp_path, *rows, more=("Standort",))
    assert (result.counts, result.cells) == ((2, 0, 0, 1, 0), [(4, "Room in “Standort”", "unknown_room")])
    rooms = dict(Device.objects.order_by("serial").values_list("serial", "room__name"))
    assert rooms == {"S1": "101", "S2": None}


def test_status_in_place_of_a_school_is_the_status(tmp_path):
    rows = [place("Lager", status=None), place("Lager", "S2", status="im Lager"), place("Lager", "S3")]
    result = in_places(tmp_path, *rows)
    assert (result.counts, result.cells) == ((2, 0, 0, 1, 0), [(4, "Standort", "status_in_place")])
    states = list(Device.objects.order_by("serial").values_list("serial", "status", "school"))
    assert states == [("S1", "in_stock", None), ("S2", "in_stock", None)]
    assert "2 rows say the status in “Standort”; it is read as such." in result["notes"]


@pytest.mark.parametrize("rest", ["Frau Beispiel", "defekt", "beim Hausmeister"])
def test_what_else_stands_beside_the_school_is_named(tmp_path, rest):
    result = in_places(tmp_path, place(f"Lindenschule, {rest}"))
    (problem,) = result["problems"]
    assert (problem["cell"], problem["code"]) == ("F2", "more_than_school")
    assert problem["value"] == f"Lindenschule, {rest}"
    assert f"says “{rest}”" in problem["message"]


def test_other_room_than_that_of_its_column_is_named(tmp_path, school):
    make_room(school, "101")
    rows = [place("Lindenschule, R 101", room="101"), place("Lindenschule, Raum 102", "S2", room="101")]
    result = in_places(tmp_path, *rows)
    assert (result.counts, result.cells) == ((1, 0, 0, 1, 0), [(3, "Standort", "more_than_school")])


def test_placeholder_for_a_room_is_named(tmp_path):
    result = in_places(tmp_path, place("Lindenschule", room="Room: 999"), place("Lindenschule", "S2", room="unbekannt"))
    assert result.cells == [(2, "Raum", "placeholder"), (3, "Raum", "placeholder")]


def test_room_that_a_spreadsheet_took_for_a_day_is_named(tmp_path):
    result = in_places(tmp_path, place("Lindenschule", room=date(2021, 10, 1)))
    assert result.cells == [(2, "Raum", "date_as_code")]


def test_school_number_without_its_zeros_is_known(tmp_path):
    rows = [["Schulnummer", *HEADER[1:5]], [100100, "S1", "iPad 9", "im Einsatz", date(2021, 2, 1)]]
    assert import_file(write_xlsx(tmp_path / "a.xlsx", rows)).counts == (1, 0, 0, 0, 0)
