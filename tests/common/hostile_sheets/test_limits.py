"""Tables beyond a limit are told with their numbers."""

import io

import openpyxl
import pytest
from django.utils import translation

from common.sheets.reader import read_workbook
from common.sheets.workbook import Limits
from tests.common.hostile_sheets.files import file, refusal
from tests.common.workbook_files import write_ods, write_xlsx


def test_file_of_200_mb_is_refused_unread(tmp_path):
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    error = refusal(path)
    assert (error.code, error.params["size"], error.params["limit"]) == ("file_too_large", 200, 50)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=4), "too_many_rows"),
        (Limits(columns=2), "too_many_columns"),
        (Limits(cells=14), "too_many_cells"),
        (Limits(sheets=1), "too_many_sheets"),
    ],
)
def test_limits_are_told_with_their_number(tmp_path, limits, code):
    book = openpyxl.Workbook()
    for _ in range(5):
        book.active.append([1, 2, 3])
    book.create_sheet("zwei")
    book.save(tmp_path / "a.xlsx")
    error = refusal(tmp_path / "a.xlsx", limits)
    assert error.code == code
    assert str(error.params["limit"]) in error.message


def test_one_long_text_in_many_cells_cannot_take_the_memory(tmp_path):
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 30_001))
    strings = f"<sst><si><t>{'x' * 30_000}</t></si></sst>"
    assert refusal(write_xlsx(tmp_path / "a.xlsx", cells, **{"xl/sharedStrings.xml": strings})).code == "too_large"


def _table_of(rows: int, columns: int) -> bytes:
    book = openpyxl.Workbook()
    for _ in range(rows):
        book.active.append([1] * columns)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("rows", "columns", "limits", "code"),
    [
        (100_001, 1, Limits(rows=100_000), "too_many_rows"),
        (1, 703, Limits(columns=702), "too_many_columns"),
    ],
)
def test_table_that_goes_on_beyond_a_limit_is_told_from_a_far_cell(tmp_path, rows, columns, limits, code):
    error = refusal(file(tmp_path / "a.xlsx", _table_of(rows, columns)), limits)
    assert error.code == code
    with translation.override("de"):
        assert ("100.000" if rows > 1 else "702") in error.message
    with translation.override("en"):
        assert ("100,000" if rows > 1 else "702") in error.message


@pytest.mark.parametrize(("rows", "columns", "code"), [(4, 2, "too_many_rows"), (2, 4, "too_many_columns")])
def test_open_document_that_goes_on_beyond_a_limit_is_told_from_a_far_cell(tmp_path, rows, columns, code):
    cell = '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    row = f"<table:table-row>{cell * columns}</table:table-row>"
    path = write_ods(tmp_path / "a.ods", f'<table:table table:name="a">{row * rows}</table:table>')
    assert refusal(path, Limits(rows=3, columns=3)).code == code


def test_open_document_with_very_many_repeated_cells_has_too_many(tmp_path):
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="900"/>'
    row = f'<table:table-row table:number-rows-repeated="199000">{cell}</table:table-row>'
    path = write_ods(tmp_path / "a.ods", f'<table:table table:name="a">{row}</table:table>')
    assert refusal(path).code == "too_many_cells"


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("a;b\n1;" + "x" * 200_000 + "\n", "long_field", 2),
        ("a;b\n1;2\n" + "x" * 10_000_000 + ";1\n", "long_line", None),
        ('a;b\n1;"2\n' + "3;4\n" * 100_000, "open_quote", 2),
    ],
)
def test_long_text_in_csv_is_named(tmp_path, content, code, row):
    path = tmp_path / "a.csv"
    path.write_text(content)
    error = refusal(path)
    assert (error.code, error.params.get("row")) == (code, row)


def test_very_many_merged_cells_are_refused(tmp_path):
    rows = '<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>'
    merged = "".join('<mergeCell ref="A1:B2"/>' for _number in range(50_001))
    path = write_xlsx(tmp_path / "a.xlsx", f"{rows}{merged}</mergeCells><sheetData>")
    assert refusal(path).code == "too_large"


def test_text_of_all_cells_together_is_limited(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b\n" + f"{'x' * 1000};1\n" * 1000)
    assert refusal(path, Limits(text_bytes=500_000)).code == "too_large"
    assert len(read_workbook(path, limits=Limits(text_bytes=2_000_000)).sheets[0].rows) == 1001


def test_time_limit_stops_the_child(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b;c\n" * 400_000)
    error = refusal(path, Limits(seconds=0, rows=10**9, cells=10**9))
    assert error.code == "too_slow"
