"""Typed cells: what is written is what a spreadsheet program reads."""

from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import translation
from openpyxl import load_workbook

from common.sheets.writer import BookWriter, Field, Value, line_count

DAY = date(2023, 1, 31)


def written(fields: list[Field], rows: list[list[Value]], *, large: bool = False):
    target = BytesIO()
    with BookWriter(target, title="Probe & Co", large=large) as book:
        book.sheet("Liste").table(0, fields, rows)
    return load_workbook(target)["Liste"]


@pytest.mark.parametrize("large", [False, True])
def test_text_is_never_a_formula_or_a_link(large):
    texts = ["=1+1", "+49 208", "@name", "https://example.org", "00123", "1E15", "", None]
    sheet = written([Field("Text")], [[text] for text in texts], large=large)
    cells = [sheet.cell(row, 1) for row in range(2, 10)]
    assert [cell.value for cell in cells] == [*texts[:6], None, None]
    assert {cell.data_type for cell in cells[:6]} == {"s"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []


def test_values_keep_their_type():
    fields = [
        Field("Zahl", kind="number"),
        Field("Preis", kind="money"),
        Field("Tag", kind="date"),
        Field("Zeit", kind="instant"),
        Field("Anteil", kind="percent"),
    ]
    row: list[Value] = [1234, Decimal("399.90"), DAY, datetime.combine(DAY, time(8, 30)), 0.5]
    cells = written(fields, [row])[2]
    assert [cell.value for cell in cells] == [
        1234,
        399.9,
        datetime.combine(DAY, time()),
        datetime.combine(DAY, time(8, 30)),
        0.5,
    ]
    assert [cell.is_date for cell in cells] == [False, False, True, True, False]


@pytest.mark.parametrize(("language", "look", "yes"), [("de", "dd.mm.yyyy", "ja"), ("en", "yyyy-mm-dd", "yes")])
def test_dates_and_answers_follow_the_language(language, look, yes):
    with translation.override(language):
        sheet = written([Field("Tag", kind="date"), Field("MDM", kind="bool")], [[date(2023, 1, 31), True]])
    assert (sheet["A2"].number_format, sheet["B2"].value) == (look, yes)


def test_date_before_spreadsheets_begin_stays_readable():
    assert written([Field("Tag", kind="date")], [[date(1850, 1, 1)]])["A2"].value == "1850-01-01"


def test_word_in_a_column_of_numbers_is_text():
    assert written([Field("Anteil", kind="percent")], [["unbekannt"]])["A2"].value == "unbekannt"


def test_longest_text_is_cut_to_what_a_cell_holds():
    assert len(written([Field("Text")], [["x" * 40_000]])["A2"].value) == 32_767


def test_table_is_ready_for_work_and_print():
    sheet = written([Field("A"), Field("B")], [["1", "2"], ["3", "4"]])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.oddHeader.left.text.strip() == "Probe && Co"


def test_names_of_sheets_are_made_acceptable_and_unique():
    target = BytesIO()
    with BookWriter(target) as book:
        names = [book.sheet(name).title for name in ("a/b:c", "a b c", "x" * 40, "History", "'")]
    assert names == ["a b c", "a b c 2", "x" * 31, "History 2", "1"]
    assert load_workbook(target).sheetnames == names


def test_formula_carries_its_value():
    target = BytesIO()
    with BookWriter(target) as book:
        sheet = book.sheet("S")
        sheet.formula(0, 0, "=SUM(B1:B2)", 12, book.style())
    assert load_workbook(target, data_only=True)["S"]["A1"].value == 12
    assert load_workbook(target)["S"]["A1"].value == "=SUM(B1:B2)"


def test_choices_are_offered_below_a_heading():
    target = BytesIO()
    with BookWriter(target) as book:
        sheet = book.sheet("S")
        area = sheet.table(0, [Field("Status")], [["a"]])
        sheet.choices(area, 0, ["a", "b"])
    (rule,) = load_workbook(target)["S"].data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("A2", '"a,b"')


def test_nothing_is_left_where_writing_failed():
    target = BytesIO()
    with pytest.raises(TypeError, match="must be real number"), BookWriter(target) as book:
        book.sheet("S").table(0, [Field("Zahl", kind="number")], [[object()]])  # type: ignore[list-item]
    assert target.getvalue() == b""


@pytest.mark.parametrize(("text", "lines"), [("kurz", 1), ("x" * 100, 13), ("a\nb\nc", 3), (None, 1), (5, 1)])
def test_line_count_estimates_wrapped_text(text, lines):
    assert line_count(text, 10) == lines


def test_control_characters_do_not_break_the_file():
    target = BytesIO()
    with BookWriter(target) as book:
        book.sheet("S").table(0, [Field("T")], [["a\x01b\x0bc"], ["_x0041_"]])
    assert ZipFile(target).testzip() is None
    sheet = load_workbook(target)["S"]
    assert sheet["A3"].value in ("_x0041_", "_x005F_x0041_")
