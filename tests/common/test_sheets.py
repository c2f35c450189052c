"""What comes out of honest workbooks of all formats: every value, every error cell, the row numbers of Excel."""

import datetime
import struct
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chartsheet import Chartsheet
from openpyxl.worksheet.worksheet import Worksheet

from common.sheets.messages import note_message
from common.sheets.reader import read_workbook
from common.sheets.workbook import CellError, Note, Row, cell_name
from tests.common.workbook_files import biff_record, biff_workbook, write_ods, write_ole, write_xlsb, write_xlsx

_DAY = datetime.date(2025, 12, 31)
_MOMENT = datetime.datetime(2025, 12, 31, 8, 30)  # noqa: DTZ001 (a cell knows no time zone)


def _sheet(tmp_path: Path) -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.Workbook()
    return book, book.active


def _rows(path: Path) -> list[Row]:
    return read_workbook(path).sheets[0].rows


def _csv_rows(tmp_path: Path, content: bytes) -> list[Row]:
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    return _rows(path)


def test_values_keep_their_type(tmp_path):
    book, sheet = _sheet(tmp_path)
    sheet.append(["012345", 12, 12.0, 12.5, True, _DAY, _MOMENT, None, " x\u00a0", datetime.time(7, 5)])
    book.save(tmp_path / "a.xlsx")
    values = _rows(tmp_path / "a.xlsx")[0]
    assert values == ["012345", 12, 12, 12.5, True, _DAY, _MOMENT, None, " x\u00a0", "07:05:00"]
    types = [str, int, int, float, bool, datetime.date, datetime.datetime, type(None), str, str]
    assert [type(value) for value in values] == types


def test_rows_keep_the_numbers_and_columns_of_excel(tmp_path):
    book, sheet = _sheet(tmp_path)
    sheet["C4"] = "Modell"
    sheet["B7"] = "x"
    book.save(tmp_path / "a.xlsx")
    blank = [None, None, None]
    assert _rows(tmp_path / "a.xlsx") == [blank] * 3 + [[None, None, "Modell"]] + [blank] * 2 + [[None, "x", None]]


def test_blank_columns_and_rows_at_the_end_are_cut_off(tmp_path):
    book, sheet = _sheet(tmp_path)
    sheet.append(["a", "b"] + ["\u00a0"] * 253)
    sheet.append([" "] * 255)
    book.save(tmp_path / "a.xlsx")
    assert _rows(tmp_path / "a.xlsx") == [["a", "b"]]


def test_error_cell_is_never_blank(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("erstes")
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")
        sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
        second = book.add_worksheet("zweites")
        second.write_formula("D9", "=B1", None, "#REF!")
    first, second = read_workbook(tmp_path / "a.xlsx").sheets
    assert first.rows[2] == [None, CellError("#N/A"), CellError("#DIV/0!")]
    assert second.rows[8] == [None, None, None, CellError("#REF!")]
    assert str(second.rows[8][3]) == "#REF!"


def test_error_cells_are_found_with_prefixes_and_across_blocks(tmp_path):
    rows = "".join(
        f'<x:row r="{row}"><x:c r="A{row}"><x:v>{row}</x:v></x:c>'
        f'<x:c r="B{row}" s="1" t="e"><x:v>#NAME?</x:v></x:c></x:row>'
        for row in range(1, 8001)
    )
    sheet = f'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    result = _rows(write_xlsx(tmp_path / "a.xlsx", **{"xl/worksheets/sheet1.xml": sheet}))
    assert result == [[row, CellError("#NAME?")] for row in range(1, 8001)]


def test_formula_gives_its_cached_value(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_formula(0, 0, '="0" & "123"', None, "0123")
    assert _rows(tmp_path / "a.xlsx") == [["0123"]]


def test_formatted_but_empty_cell_at_the_far_end_does_no_harm(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert _rows(write_xlsx(tmp_path / "a.xlsx", rows)) == [[1]]


def test_formula_without_a_result_is_told(tmp_path):
    book, sheet = _sheet(tmp_path)
    sheet.append([1, '=A1&"<2>"', None, '="0123"'])
    sheet["E3"] = "=SUM(A1:A2)"
    book.save(tmp_path / "a.xlsx")
    formula, total = CellError('=A1&"<2>"'), CellError("=SUM(A1:A2)")
    assert _rows(tmp_path / "a.xlsx") == [[1, formula, None, "0123", None], [None] * 5, [*[None] * 4, total]]
    assert (formula.is_formula, CellError("#N/A").is_formula) == (True, False)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="B1"><f>A1+1</f><v>3</v></c>', 3),
        ('<c r="B1"><f>A1+1</f></c>', CellError("=A1+1")),
        ('<c r="B1"><f>A1+1</f><v></v></c>', CellError("=A1+1")),
        ('<c r="B1"><f>A1+1</f><v/></c>', CellError("=A1+1")),
        ('<c r="B1"><f t="shared" si="0"/><v/></c>', CellError("=")),
        ('<x:c r="B1"><x:f>A1+1</x:f></x:c>', CellError("=A1+1")),
        ('<c r="B1" t="str"><f>A1&amp;"x"</f><v></v></c>', None),
    ],
)
def test_result_of_a_formula_is_told_from_a_missing_one(tmp_path, cell, value):
    rows = f'<row r="1"><c r="A1"><v>2</v></c>{cell}</row>'
    (row,) = _rows(write_xlsx(tmp_path / "a.xlsx", rows))
    assert row == [2, value] if value else row == [2]


def test_hidden_columns_and_merged_cells_are_told(tmp_path):
    book, sheet = _sheet(tmp_path)
    sheet.append(["a", None, "c", "d"])
    sheet.append([1, 2, 3, 4])
    sheet.merge_cells("A1:B1")
    sheet.column_dimensions.group("C", "Z", hidden=True)
    book.save(tmp_path / "a.xlsx")
    (read,) = read_workbook(tmp_path / "a.xlsx").sheets
    assert (read.hidden_columns, read.merged) == ({2, 3}, [(0, 0, 0, 1)])


def test_hidden_rows_and_sheets_are_told(tmp_path):
    book, sheet = _sheet(tmp_path)
    for number in range(1, 5):
        sheet.append([number])
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[900].hidden = True
    secret = book.create_sheet("geheim")
    secret["A1"] = 1
    secret.sheet_state = "veryHidden"
    book.create_chartsheet("Diagramm")
    assert isinstance(book["Diagramm"], Chartsheet)
    book.save(tmp_path / "a.xlsx")
    sheets = read_workbook(tmp_path / "a.xlsx").sheets
    assert [(one.name, one.hidden, one.hidden_rows) for one in sheets] == [
        ("Sheet", False, {2}),
        ("geheim", True, frozenset()),
    ]


def test_content_decides_and_not_the_extension(tmp_path):
    path = write_xlsx(tmp_path / "liste.xls")
    assert (read_workbook(path).format, _rows(path)) == ("xlsx", [[1]])
    path = tmp_path / "tabelle.xlsx"
    path.write_text("a;b\n1;2\n")
    assert (read_workbook(path).format, _rows(path)) == ("csv", [["a", "b"], ["1", "2"]])


def test_workbook_is_called_as_asked(tmp_path):
    path = write_xlsx(tmp_path / "upload.tmp")
    assert read_workbook(path, name="Geräte.xlsx").name == "Geräte.xlsx"
    assert read_workbook(str(path)).name == "upload.tmp"


def test_open_document_tells_values_errors_and_hidden_rows(tmp_path):
    cells = (
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="string"><text:p>0123</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="12"><text:p>12,0</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2025-12-31"><text:p/></table:table-cell>'
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error" table:number-columns-repeated="2"><text:p>#NV</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1+1"/>'
    )
    tables = (
        '<table:table table:name="Tabelle1"><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        f'<table:table-row table:visibility="filter">{cells}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    (sheet,) = read_workbook(write_ods(tmp_path / "a.ods", tables)).sheets
    error, formula = CellError("#NV"), CellError("=1+1")
    assert sheet.rows == [[None] * 8, [None] * 8, [None, None, "0123", 12, _DAY, error, error, formula]]
    assert (sheet.name, sheet.hidden_rows, sheet.hidden_columns) == ("Tabelle1", {3}, {2, 3})


def test_old_workbook_tells_values_errors_and_hidden_rows(tmp_path):
    cells = (
        biff_record(0x007D, struct.pack("<HHHHHH", 1, 2, 2000, 0, 1, 0))
        + biff_record(0x0208, struct.pack("<HHHHHHI", 4, 0, 4, 255, 0, 0, 0x20))
        + biff_record(0x0203, struct.pack("<HHHd", 4, 1, 0, 12.0))
        + biff_record(0x0205, struct.pack("<HHHBB", 4, 2, 0, 0x2A, 1))
        + biff_record(0x0205, struct.pack("<HHHBB", 4, 3, 0, 1, 0))
        + biff_record(0x0006, struct.pack("<HHHBxB3xHHIH", 5, 1, 0, 2, 0x07, 0xFFFF, 0, 0, 0))
    )
    book = read_workbook(write_ole(tmp_path / "a.xls", {"Workbook": biff_workbook(cells)}))
    assert book.format == "xls"
    assert book.sheets[0].rows[4:] == [[None, 12, CellError("#N/A"), True], [None, CellError("#DIV/0!"), None, None]]
    assert (book.sheets[0].hidden_rows, book.sheets[0].hidden_columns) == ({5}, {1, 2})


def test_binary_workbook_tells_values_errors_and_hidden_rows(tmp_path):
    number, error, text = (
        (5, struct.pack("<d", 12.0)),
        (3, b"\x2a"),
        (6, struct.pack("<I", 2) + "ab".encode("utf-16-le")),
    )
    rows = [(0, [number], False), (1, [text, error], True)]
    book = read_workbook(write_xlsb(tmp_path / "a.xlsb", rows, hidden_columns=(1, 5)))
    assert book.format == "xlsb"
    assert book.sheets[0].rows == [[12, None], ["ab", CellError("#N/A")]]
    assert (book.sheets[0].hidden_rows, book.sheets[0].hidden_columns) == ({2}, {1})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a;b\r\n1;2\r\n", [["a", "b"], ["1", "2"]]),
        (b"a;b\r1;2\r", [["a", "b"], ["1", "2"]]),
        (b"a\tb\n1\t2", [["a", "b"], ["1", "2"]]),
        (b"a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        (b"a|b\n1|2\n", [["a", "b"], ["1", "2"]]),
        (b"sep=;\r\na;b\r\n1,5;2\r\n", [["a", "b"], ["1,5", "2"]]),
        (b"sep=,\r\na,b;c\r\n", [["a", "b;c"]]),
        (b"\xef\xbb\xbfa;b\n", [["a", "b"]]),
        ("Straße;Größe\n".encode("cp1252"), [["Straße", "Größe"]]),
        ("Straße;Größe\n".encode("utf-16"), [["Straße", "Größe"]]),
        (b'="0123";="a""b"\n', [["0123", 'a"b']]),
        (b'"=""0123""";x\n', [["0123", "x"]]),
        ("a;\u00a0;\u202f;b\n".encode(), [["a", None, None, "b"]]),
        (b'a;"two\nlines; and ""more"""\n1;2\n', [["a", 'two\nlines; and "more"'], ["1", "2"]]),
        (b"Titel\n\na;b;c;\n1;2\n;;;;;\n", [["Titel", None, None], [None] * 3, ["a", "b", "c"], ["1", "2", None]]),
        (
            b"Betrag;Ort\n1,5;Essen, Stadt\n2,5;Bonn, Stadt\n",
            [["Betrag", "Ort"], ["1,5", "Essen, Stadt"], ["2,5", "Bonn, Stadt"]],
        ),
        (b"a;b\n1,5;2,5\n3,5;4,5\n", [["a", "b"], ["1,5", "2,5"], ["3,5", "4,5"]]),
        (b"1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
        (b"a;b\n#NV;#DIV/0!\n", [["a", "b"], [CellError("#NV"), CellError("#DIV/0!")]]),
        (b"nur eine Spalte\nx\n", [["nur eine Spalte"], ["x"]]),
    ],
)
def test_text_table_is_read_in_every_shape(tmp_path, content, expected):
    assert _csv_rows(tmp_path, content) == expected


def test_text_table_stays_text(tmp_path):
    assert _csv_rows(tmp_path, b"012;1.5;31.12.2025;TRUE\n") == [["012", "1.5", "31.12.2025", "TRUE"]]


def test_text_table_says_how_it_was_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("sep=;\nStraße;b\n".encode("cp1252"))
    notes = read_workbook(path).notes
    assert notes == [Note("encoding", "cp1252"), Note("delimiter", ";"), Note("separator_line", "sep=;")]
    assert read_workbook(path, name="Liste.csv").sheets[0].name == "Liste"
    assert all("%" not in note_message(note.code, note.value) for note in notes)


def test_many_rows_come_in_order_over_chunks(tmp_path):
    content = "\n".join(f"{number};{number % 7 or ''}" for number in range(3000))
    expected = [[str(number), str(number % 7) if number % 7 else None] for number in range(3000)]
    assert _csv_rows(tmp_path, content.encode()) == expected


def test_reading_process_starts_without_django():
    root = Path(__file__).resolve().parents[2]
    code = "import sys; sys.path.insert(0, sys.argv[1]); import common.sheets.child; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", code, str(root)], check=False).returncode == 0


@pytest.mark.parametrize(
    ("place", "name"), [((0, 0), "A1"), ((9, 25), "Z10"), ((0, 26), "AA1"), ((1048575, 16383), "XFD1048576")]
)
def test_cell_is_named_as_in_excel(place, name):
    assert cell_name(*place) == name
