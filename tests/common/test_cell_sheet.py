"""The fast worksheet writes the very XML that the library writes."""

import re
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from common.sheets.cells import CellSheet

MOMENT = datetime(2023, 1, 31, 8, 30)  # noqa: DTZ001 (a cell knows no time zone)


@pytest.mark.parametrize("constant_memory", [False, True])
def test_cell_sheet_writes_what_the_library_writes(constant_memory: bool) -> None:
    ours, theirs = (parts(kind, constant_memory=constant_memory) for kind in (CellSheet, Worksheet))
    assert ours == theirs
    assert any(name.startswith("xl/comments") for name in ours)


def parts(kind: type[Worksheet], *, constant_memory: bool) -> dict[str, str]:
    """The files of a workbook with every kind of cell, without the optional spans of rows."""
    target = BytesIO()
    with Workbook(target, {"constant_memory": constant_memory}) as book:
        book.set_properties({"created": MOMENT})
        fill(book, book.add_worksheet("Liste", kind))
        book.add_worksheet("Leer", kind)
    with ZipFile(target) as package:
        return {name: re.sub(' spans="[^"]*"', "", package.read(name).decode()) for name in package.namelist()}


def fill(book: Workbook, sheet: Worksheet) -> None:
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.set_column(5, 5, 20, bold)
    sheet.set_row(1, 40)
    sheet.set_row(2, 30, day)
    sheet.merge_range(0, 0, 0, 3, "Über & <alles>", bold)
    for row, style in ((2, bold), (3, None)):
        numbers = (0, -7, 1234567.891, Decimal("0.1"), 1e21, 0.1 + 0.2)
        for column, number in enumerate(numbers):
            sheet.write_number(row, column, number, style)
        for column, text in enumerate(("=1+1", "zwei\nZeilen", " Rand ", "\x07", "", "x" * 40_000), 30):
            sheet.write_string(row, column, text, style)
        sheet.write_blank(row, 700, None, style)
        sheet.write_datetime(row, 701, MOMENT, style)
        sheet.write_boolean(row, 702, True, style)
        sheet.write_formula(row, 703, "=SUM(A1:A9)", style, 7)
        sheet.write_formula(row, 704, '="a"&"b"', style, "ab")
        sheet.write_array_formula(row, 705, row, 705, "{=SUM(A1:A9)}", style, 3)
        sheet.write_rich_string(row, 706, "a", bold, "b", "c")
        sheet.write_url(row, 707, "https://example.org", style, "Seite")
    sheet.write_comment(5, 1, "Anmerkung")
    sheet.set_row(9, 5)
    sheet.write_string(12, 16_383, "ganz rechts", bold)
