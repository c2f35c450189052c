"""Shapes of real workbooks: where headings stand, what is read together, and what is told of everything else."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.utils import translation

from inventory.models import Device
from schools.models import Room
from tests.factories import make_model
from tests.imports.workbooks import Rows, import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Seit"]


@pytest.fixture(autouse=True)
def _catalogue(school, other_school):
    make_model("iPad 9")
    with translation.override("en"):
        yield


def row(serial: str, *more: Any) -> list[Any]:
    return [serial, "Apple", "iPad 9", "im Lager", date(2021, 2, 1), *more]


def write_book(path: Path, sheets: dict[str, Rows], hidden: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    page.write(number, column, value, day if isinstance(value, date) else None)
            if name in hidden:
                page.hide()
    return path


def serials() -> list[str]:
    return list(Device.objects.order_by("serial").values_list("serial", flat=True))


def schools_of_devices() -> dict[str, str]:
    return dict(Device.objects.order_by("serial").values_list("serial", "school__name"))


# --- headings ---------------------------------------------------------------------------------------------------------


def test_title_rows_above_the_headings_are_named(tmp_path):
    rows = [["Geräteliste der Stadt"], ["Stand", date(2023, 6, 1)], [], HEADER, row("S1")]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (result.counts, result["header_row"]) == ((1, 0, 0, 0, 0), 4)
    assert result["notes"] == [
        "What stands above the headings of the sheet “Tabelle1” is not read: “Geräteliste der Stadt”, “Stand”, "
        "“2023-06-01”."
    ]


def test_headings_over_two_rows_are_read_together(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet("Geräte")
        page.merge_range("A1:A2", "Seriennummer")
        page.merge_range("B1:C1", "Gerät")
        page.merge_range("D1:E1", "Zustand")
        page.write_row(1, 1, ["Hersteller", "Modell", "Status", "Seit"])
        page.write_row(2, 0, ["S1", "Apple", "iPad 9", "im Lager", "01.02.2021"])
    result = import_file(tmp_path / "a.xlsx")
    assert (result.counts, result["header_row"], serials()) == ((1, 0, 0, 0, 0), 2, ["S1"])
    assert result["notes"] == ["The headings of the sheet “Geräte” stand in the rows 1 and 2."]


def test_repeated_headings_are_told_apart_by_the_group_above_them(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet()
        page.merge_range("F1:G1", "Hülle")
        page.merge_range("H1:I1", "Stift")
        page.write_row(1, 0, [*HEADER, "Farbe", "Modell", "Farbe", "Modell"])
        page.write_row(2, 0, ["S1", "Apple", "iPad 9", "im Lager", "01.02.2021", "rot", "H-1", "weiß", "P-1"])
    result = import_file(tmp_path / "a.xlsx")
    assert result.counts == (1, 0, 0, 0, 0)
    assert list(result["mapping"].items())[2:] == [
        ("Modell", "model"),
        ("Status", "status"),
        ("Seit", "since"),
        ("Hülle Farbe", None),
        ("Hülle Modell", None),
        ("Stift Farbe", None),
        ("Stift Modell", None),
    ]


def test_first_group_speaks_for_headings_that_stand_below_groups_only(tmp_path):
    rows = [
        [None, "Tablet", None, "Stift", None, None, None],
        ["Seriennummer", "Hersteller", "Modell", "Hersteller", "Modell", "Status", "Seit"],
        ["S1", "Apple", "iPad 9", "Wacom", "P-1", "im Lager", date(2021, 2, 1)],
    ]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert result.counts == (1, 0, 0, 0, 0)
    used = {heading: key for heading, key in result["mapping"].items() if key}
    assert used == {
        "Seriennummer": "serial",
        "Tablet Hersteller": "manufacturer",
        "Tablet Modell": "model",
        "Status": "status",
        "Seit": "since",
    }


def test_title_alone_does_not_become_part_of_repeated_headings(tmp_path):
    rows = [["Inventarliste"], [*HEADER, "Modell"], row("S1", "doppelt")]
    assert list(import_file(write_xlsx(tmp_path / "a.xlsx", rows))["mapping"])[-1] == "Modell (F)"


def test_column_without_heading_and_cells_beyond_the_headings_are_named(tmp_path):
    rows = [["Seriennummer", None, *HEADER[1:]], ["S1", "x", *row("S1")[1:], "y"], ["S2", None, *row("S2")[1:]]]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert result.counts == (2, 0, 0, 0, 0)
    assert result["notes"] == ["In the sheet “Tabelle1” columns without a heading are not read: B, G."]


def test_fewer_cells_than_headings_are_blank_cells(tmp_path):
    lines = [";".join([*HEADER, "Bemerkung", "Raum"]), "S1;Apple;iPad 9;im Lager;01.02.2021", "S2;Apple;iPad 9"]
    result = import_file(write_csv(tmp_path / "a.csv", lines), "--mode", "valid")
    assert (result.counts, result.cells) == ((1, 0, 0, 1, 0), [(3, "Status", "no_status")])


def test_headings_repeated_on_each_printed_page_are_left_out(tmp_path):
    rows = [HEADER, row("S1"), HEADER, row("S2")]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (result.counts, serials()) == ((2, 0, 0, 0, 1), ["S1", "S2"])
    assert [(p["row"], p["value"], p["severity"]) for p in result["problems"]] == [(3, "Seriennummer", "note")]


def test_used_range_of_255_empty_columns_does_no_harm(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append([*HEADER, *["\u00a0"] * 250])
    page.append([*row("S1"), *[" "] * 250])
    book.save(tmp_path / "a.xlsx")
    result = import_file(tmp_path / "a.xlsx")
    assert (result.counts, list(result["mapping"]), result["notes"]) == ((1, 0, 0, 0, 0), HEADER, [])


# --- sheets -----------------------------------------------------------------------------------------------------------


def test_sheet_per_school_is_read_together_and_names_the_school(tmp_path):
    sheets = {
        "Auswertung": [["Status", "Anzahl"], ["im Lager", 3]],
        "Lindenschule": [HEADER, row("S1"), row("S2")],
        "100200": [["Bestand"], [*HEADER[::-1], "Bemerkung"], [*row("S3")[::-1], "neu"]],
    }
    result = import_file(write_book(tmp_path / "a.xlsx", sheets))
    assert (result.counts, result["sheet"]) == ((3, 0, 0, 0, 0), "Lindenschule")
    assert schools_of_devices() == {"S1": "Lindenschule", "S2": "Lindenschule", "S3": "Kastanienschule"}
    assert list(result["mapping"].items())[-2:] == [("Bemerkung", "note"), ("Name of the sheet", "school")]
    assert result["notes"] == [
        "2 sheets have the same columns and are read together: Lindenschule, 100200.",
        "Not read, because their columns are others: Auswertung.",
        "What stands above the headings of the sheet “100200” is not read: “Bestand”.",
        "The school is told by the name of the sheet: Lindenschule, 100200.",
    ]


def test_problem_names_the_sheet_and_the_cell_in_it(tmp_path):
    sheets = {
        "Lindenschule": [HEADER, row("S1")],
        "Kastanienschule": [["x"], HEADER[::-1], ["gestern", *row("S2")[::-1][1:]]],
    }
    result = import_file(write_book(tmp_path / "a.xlsx", sheets))
    (problem,) = result["problems"]
    place = [problem[name] for name in ("sheet", "row", "cell", "column", "code")]
    assert place == ["Kastanienschule", 3, "A3", "Seit", "not_a_date"]


def test_same_number_in_two_sheets_names_the_other_sheet(tmp_path):
    sheets = {"Lindenschule": [HEADER, row("S1")], "Kastanienschule": [HEADER, row("S1")]}
    first, second = import_file(write_book(tmp_path / "a.xlsx", sheets))["problems"]
    assert (first["sheet"], second["sheet"]) == ("Lindenschule", "Kastanienschule")
    assert "2 (Kastanienschule)" in first["message"]


def test_sheet_that_is_no_school_is_asked_about(tmp_path):
    sheets = {"Lindenschule": [HEADER, row("S1")], "Linden-Schul": [HEADER, row("S2")]}
    result = import_file(write_book(tmp_path / "a.xlsx", sheets))
    assert [(u["kind"], u["text"], u["rows"]) for u in result["unknown"]] == [("school", "Linden-Schul", 1)]


def test_sheet_with_a_plain_name_is_no_school(tmp_path):
    sheets = {"Tabelle1": [HEADER, row("S1")], "Tabelle2": [HEADER, row("S2")]}
    result = import_file(write_book(tmp_path / "a.xlsx", sheets))
    assert (result.counts, schools_of_devices()) == ((2, 0, 0, 0, 0), {"S1": None, "S2": None})


def test_column_with_the_school_goes_before_the_name_of_the_sheet(tmp_path):
    sheets = {"Lindenschule": [[*HEADER, "Schule"], row("S1", "Kastanienschule"), row("S2", "")]}
    import_file(write_book(tmp_path / "a.xlsx", sheets))
    assert schools_of_devices() == {"S1": "Kastanienschule", "S2": None}


def test_rooms_of_a_school_need_no_column_for_it(tmp_path):
    sheets = {name: [["Raum", "Raumart"], ["101", "Klassenraum"]] for name in ("Lindenschule", "Kastanienschule")}
    result = import_file(write_book(tmp_path / "a.xlsx", sheets))
    assert (result["kind"], result.counts) == ("rooms", (2, 0, 0, 0, 0))
    rooms = Room.objects.order_by("school__name").values_list("school__name", "name")
    assert list(rooms) == [("Kastanienschule", "101"), ("Lindenschule", "101")]


def test_chosen_sheet_is_read_alone(tmp_path):
    sheets = {"Lindenschule": [HEADER, row("S1")], "Kastanienschule": [HEADER, row("S2")]}
    result = import_file(write_book(tmp_path / "a.xlsx", sheets), "--sheet", "Kastanienschule")
    assert (result.counts, schools_of_devices()) == ((1, 0, 0, 0, 0), {"S2": "Kastanienschule"})


def test_hidden_sheet_is_named_and_not_read(tmp_path):
    sheets = {"Lindenschule": [HEADER, row("S1")], "Alt": [HEADER, row("S2")]}
    result = import_file(write_book(tmp_path / "a.xlsx", sheets, hidden=("Alt",)))
    assert (result.counts, serials()) == ((1, 0, 0, 0, 0), ["S1"])
    assert "Not read, because they are hidden: Alt." in result["notes"]


def test_list_in_a_hidden_sheet_alone_says_so(tmp_path):
    path = write_book(tmp_path / "a.xlsx", {"Info": [["Hallo"]], "Alt": [HEADER, row("S2")]}, hidden=("Alt",))
    result = import_file(path)
    assert (result.exit_code, result["error"]["code"]) == (2, "hidden_sheet")
    assert "Alt" in result["error"]["message"]


def test_pivot_in_front_is_passed_over(tmp_path):
    pivot = [
        ["Summe von Anzahl", "Status"],
        ["Modell", "Status", "Anzahl"],
        ["iPad 9", "im Lager", 2],
        ["Gesamt", None, 2],
    ]
    result = import_file(write_book(tmp_path / "a.xlsx", {"Pivot": pivot, "Daten": [HEADER, row("S1")]}))
    assert (result["sheet"], result.counts) == ("Daten", (1, 0, 0, 0, 0))
    assert result["notes"] == ["Not read, because their columns are others: Pivot."]


# --- tables side by side ----------------------------------------------------------------------------------------------


def test_three_tables_side_by_side_are_one(tmp_path):
    block = ["Seriennummer", "Modell", "Status", "Seit"]
    cells = {n: [f"S{n}", "iPad 9", "im Lager", date(2021, 2, 1)] for n in range(1, 6)}
    rows = [
        [*block, None, *block, None, *block],
        [*cells[1], None, *cells[2], None, *cells[3]],
        [*cells[4], None, *[None] * 4, None, *cells[5]],
    ]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (result.counts, serials()) == ((5, 0, 0, 0, 0), ["S1", "S2", "S3", "S4", "S5"])
    assert (list(result["mapping"]), result["notes"]) == (
        block,
        ["In the sheet “Tabelle1” 3 tables stand side by side; they are read as one."],
    )


def test_tables_side_by_side_share_the_columns_around_them(tmp_path):
    rows = [
        ["Schule", "Seriennummer", "Modell", "Seriennummer", "Modell", "Status"],
        ["Lindenschule", "S1", "iPad 9", "S2", "iPad 9", "im Einsatz"],
        ["Kastanienschule", "S3", "iPad 9", None, None, "im Einsatz"],
        ["Kastanienschule", "S4", "iPad 9", "S5", "iPad 8", "im Einsatz"],
    ]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows), "--mode", "valid")
    assert result.counts == (4, 0, 0, 1, 0)
    assert schools_of_devices() == {
        "S1": "Lindenschule",
        "S2": "Lindenschule",
        "S3": "Kastanienschule",
        "S4": "Kastanienschule",
    }
    assert [(p["row"], p["cell"], p["code"]) for p in result["problems"]] == [(4, "E4", "unknown_model")]


def test_titles_of_tables_side_by_side_may_be_schools(tmp_path):
    rows = [
        ["Lindenschule", None, None, None, "Kastanienschule", None, None],
        ["Seriennummer", "Modell", "Status", None, "Seriennummer", "Modell", "Status"],
        ["S1", "iPad 9", "im Einsatz", None, "S2", "iPad 9", "im Einsatz"],
    ]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert result.counts == (2, 0, 0, 0, 0)
    assert schools_of_devices() == {"S1": "Lindenschule", "S2": "Kastanienschule"}
    assert result["notes"] == [
        "In the sheet “Tabelle1” 2 tables stand side by side; they are read as one.",
        "Above them stands: “Lindenschule”, “Kastanienschule”.",
        "The school is told by the title of the table: Lindenschule, Kastanienschule.",
    ]


def test_second_number_of_a_thing_makes_no_table_beside_it(tmp_path):
    rows = [[*HEADER, "Seriennummer"], row("S1", "P-1")]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (result.counts, serials()) == ((1, 0, 0, 0, 0), ["S1"])
    assert result["mapping"]["Seriennummer (F)"] is None


# --- rows -------------------------------------------------------------------------------------------------------------


def test_totals_and_legend_at_the_end_are_left_out_by_name(tmp_path):
    rows = [
        [*HEADER, "Preis"],
        row("S1", 300),
        row("S2", 300),
        [None, None, None, None, None, 600],
        ["Gesamt:", 2],
        [],
        ["Legende"],
        ["Lager", "steht im Keller"],
        ["*", "gemietet"],
    ]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows))
    assert (result.counts, serials()) == ((2, 0, 0, 0, 5), ["S1", "S2"])
    assert [(p["row"], p["value"]) for p in result["problems"]] == [
        (4, "600"),
        (5, "Gesamt:"),
        (7, "Legende"),
        (8, "Lager"),
        (9, "*"),
    ]


def test_hidden_rows_and_columns_are_read_and_named(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for cells in (HEADER, row("S1"), row("S2")):
        page.append(cells)
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    book.save(tmp_path / "a.xlsx")
    result = import_file(tmp_path / "a.xlsx")
    assert result.counts == (2, 0, 0, 0, 0)
    assert result["notes"] == [
        "1 row is hidden in the file; it is read like the others.",
        "These columns are hidden in the file; they are read like the others: Hersteller.",
    ]


def test_cell_merged_over_rows_counts_for_each_of_them(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet("Liste")
        page.write_row(0, 0, ["Schule", *HEADER])
        for n in range(1, 4):
            page.write_row(n, 1, [f"S{n}", "Apple", "iPad 9", "im Einsatz", "01.02.2021"])
        page.merge_range("A2:A3", "Lindenschule")
        page.write("A4", "Kastanienschule")
    result = import_file(tmp_path / "a.xlsx")
    assert schools_of_devices() == {"S1": "Lindenschule", "S2": "Lindenschule", "S3": "Kastanienschule"}
    assert result["notes"] == ["1 cell of the sheet “Liste” is merged over several rows; it is read for each of them."]
