"""Templates are filled as their author meant them: real workbooks, read back with another library."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from common.sheets.filling import Left, Table, fill_workbook
from common.sheets.reader import SheetError

HEADINGS = {"Schule": "school", "Erfüllung": "grade"}
ROWS = [{"school": f"Schule {number}", "grade": Decimal(number) / 10} for number in range(1, 8)]


@pytest.fixture
def template(tmp_path):
    """A report as a manager builds one: a named cell, a table with its total, a chart, formulas, a text box."""
    path = tmp_path / "bericht.xlsx"
    with xlsxwriter.Workbook(path) as book:
        report, data = book.add_worksheet("Mein Bericht"), book.add_worksheet("Daten")
        number = book.add_format({"num_format": '#,##0 "Geräte"', "bold": True})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        report.write_number("B2", 0, number)
        report.write_formula("B3", "=B2*2", None, 0)
        report.write_blank("B4", None, day)
        report.merge_range("D1:F1", "", number)
        report.write_formula("B6", "=SUM(Daten!B2:B3)", None, 0)
        report.write_formula("B7", "=SUM(Daten!B2:B2)", None, 0)
        for name, cell in (("tablets_ordered", "$B$2"), ("as_of", "$B$4"), ("known_at", "$B$5")):
            book.define_name(name, f"='Mein Bericht'!{cell}")
        book.define_name("authority", "='Mein Bericht'!$D$1:$F$1")
        book.define_name("zeilen", "=Daten!$A$2:$A$3")
        columns = [
            {"header": "Schule", "total_string": "Summe"},
            {"header": "Erfüllung", "total_function": "average"},
            {"header": "doppelt", "formula": "=[@Erfüllung]*2"},
        ]
        data.add_table("A1:C4", {"name": "Completion", "total_row": True, "columns": columns})
        data.conditional_format("B2:B3", {"type": "data_bar"})
        data.write("E2", "daneben")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": "=Daten!$A$2:$A$3", "values": "=Daten!$B$2:$B$3"})
        report.insert_chart("D12", chart)
        report.insert_textbox("H2", "Textfeld")
    return path


@pytest.fixture
def fill(template, tmp_path):
    def fill(path=template, **given):
        given = {"names": {}, "tables": {}} | given
        filling = fill_workbook(path, tmp_path / "out.xlsx", name="bericht.xlsx", **given)
        return filling, openpyxl.load_workbook(tmp_path / "out.xlsx")

    return fill


def _parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _values(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_named_cells_take_values_and_keep_their_look(fill):
    names = {
        "tablets_ordered": 13000,
        "as_of": date(2023, 1, 31),
        "known_at": datetime(2023, 2, 1, 7, 5, tzinfo=UTC),
        "authority": "=Stadt & <Land>",
    }
    filling, book = fill(names=names)
    sheet = book["Mein Bericht"]

    assert (sheet["B2"].value, sheet["B2"].number_format, sheet["B2"].font.b) == (13000, '#,##0 "Geräte"', True)
    assert sheet["B4"].value.date() == date(2023, 1, 31)
    assert sheet["B5"].value == "01.02.2023 08:05"  # that cell does not show days
    assert (sheet["D1"].value, sheet["D1"].data_type) == ("=Stadt & <Land>", "s")
    assert sorted(filling.names) == ["as_of", "authority", "known_at", "tablets_ordered"]
    assert filling.left == [Left("zeilen", "unknown", "Daten!$A$2:$A$3")]


def test_table_grows_with_its_total_its_formulas_and_whatever_speaks_of_it(fill, tmp_path):
    filling, book = fill(tables={"completion": Table(HEADINGS, ROWS)})
    sheet = book["Daten"]

    assert filling.tables == {"completion": ["Schule", "Erfüllung"]}
    assert sheet.tables["Completion"].ref == "A1:C9"
    assert [row[:2] for row in _values(sheet)[1:8]] == [[row["school"], float(row["grade"])] for row in ROWS]
    assert {row[2] for row in _values(sheet)[1:8]} == {"=[[#This Row],Erfüllung]*2"}
    assert [row[:2] for row in _values(sheet)[8:]] == [["Summe", "=SUBTOTAL(101,[Erfüllung])"]]
    assert sheet["E2"].value == "daneben"
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["B2:B8"]
    assert book["Mein Bericht"]["B6"].value == "=SUM(Daten!B2:B8)"
    assert book["Mein Bericht"]["B7"].value == "=SUM(Daten!B2:B2)"  # it meant one row
    assert book.defined_names["zeilen"].attr_text == "Daten!$A$2:$A$8"
    chart = _parts(tmp_path / "out.xlsx")["xl/charts/chart1.xml"].decode()
    assert "<c:f>Daten!$B$2:$B$8</c:f>" in chart


def test_table_shrinks_to_one_empty_row(fill):
    _filling, book = fill(tables={"completion": Table(HEADINGS, [])})
    assert book["Daten"].tables["Completion"].ref == "A1:C3"
    assert [row[:2] for row in _values(book["Daten"])[1:]] == [[None, None], ["Summe", "=SUBTOTAL(101,[Erfüllung])"]]


def test_what_is_not_known_stays_empty_and_never_becomes_nought(fill):
    _filling, book = fill(tables={"completion": Table(HEADINGS, [{"school": "Neue Schule", "grade": None}])})
    assert [cell.value for cell in book["Daten"][2]][:2] == ["Neue Schule", None]


def test_pictures_and_whatever_else_stand_there_stay_byte_for_byte(fill, template, tmp_path):
    fill(names={"tablets_ordered": 1}, tables={"completion": Table(HEADINGS, ROWS)})
    before, after = _parts(template), _parts(tmp_path / "out.xlsx")
    changed = {name for name in before if after.get(name) != before[name]}
    sheets = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    charts = {"xl/charts/chart1.xml"}
    # what is only read is written anew with the same content
    written = {"xl/styles.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    written |= {"xl/worksheets/_rels/sheet1.xml.rels", "xl/worksheets/_rels/sheet2.xml.rels"}
    assert changed - written == sheets | charts | {"xl/workbook.xml", "xl/tables/table1.xml"}
    assert after["xl/drawings/drawing1.xml"] == before["xl/drawings/drawing1.xml"]


def test_formulas_carry_no_result_of_before(fill, tmp_path):
    fill(names={"tablets_ordered": 5})
    sheet = _parts(tmp_path / "out.xlsx")["xl/worksheets/sheet1.xml"].decode()
    assert '<c r="B3"><f>B2*2</f></c>' in sheet
    assert 'fullCalcOnLoad="1"' in _parts(tmp_path / "out.xlsx")["xl/workbook.xml"].decode()


def test_what_cannot_be_filled_is_named(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Blatt")
        sheet.write_formula("A1", "=1+1")
        book.define_name("schools", "=Blatt!$A$1")
        book.define_name("pupils", "=Blatt!$B$1:$B$4")
        book.define_name("as_of", "=19")
        sheet.add_table("D1:E3", {"name": "gaps", "columns": [{"header": "Schule"}, {"header": "Fehlt"}]})
        sheet.write("D9", "darunter")
        sheet.add_table("G1:G3", {"name": "works", "columns": [{"header": "Fremdes"}]})
    tables = {"gaps": Table({"Schule": "school"}, ROWS), "works": Table({"Schule": "school"}, ROWS)}

    filling = fill_workbook(path, None, names={"schools": 1, "pupils": 2, "as_of": 3}, tables=tables, name="t.xlsx")

    assert sorted(filling.left) == [
        ("as_of", "no_cell", "19"),
        ("gaps", "not_free", "Blatt: D9"),
        ("pupils", "not_one_cell", "Blatt!$B$1:$B$4"),
        ("schools", "holds_formula", "Blatt!$A$1"),
        ("works", "no_column", "Fremdes"),
    ]
    assert filling.names == []


def test_shared_formulas_are_written_out(tmp_path, fill):
    """As Excel writes a column of like formulas: the text once, and a number in the other cells."""
    path, shared = tmp_path / "plain.xlsx", tmp_path / "shared.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for row in range(3):
            sheet.write_number(row, 0, row)
            sheet.write_formula(row, 1, f"=A{row + 1}*2")
        book.define_name("schools", "=S!$D$1")
    parts = _parts(path)
    xml = parts["xl/worksheets/sheet1.xml"].decode()
    xml = xml.replace("<f>A1*2</f>", '<f t="shared" ref="B1:B3" si="0">A1*2</f>')
    for row in (2, 3):
        xml = xml.replace(f"<f>A{row}*2</f>", '<f t="shared" si="0"/>')
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    with zipfile.ZipFile(shared, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)

    _filling, book = fill(shared, names={"schools": 46})

    assert [cell.value for cell in book["S"]["B"]] == ["=A1*2", "=A2*2", "=A3*2"]
    assert book["S"]["D1"].value == 46


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "damaged"), (b"Schule;Zahl\n1;2\n", "damaged"), (b"PK\x03\x04kaputt", "damaged")]
)
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path, content, code):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(SheetError) as refused:
        fill_workbook(path, None, names={}, tables={}, name="x.xlsx")
    assert refused.value.code == code
    assert "x.xlsx" in refused.value.message
