"""A committee report as a workbook: what it is about and its texts first, then a sheet for each table."""

from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext, override

from common.sheets.writer import INK, LINE_HEIGHT, MUTED, BookWriter, Field, SheetWriter, line_count
from reports.publishing.parts import Column, Document, Table
from reports.publishing.texts import Passage
from reports.workbooks.money import authority
from reports.workbooks.sheet import headline

_WIDTHS = {"text": 30, "long": 70, "number": 12, "decimal": 16, "percent": 11, "change": 14, "date": 14}
_LABEL, _TEXT = 22, 100


def write_publication(target: str | Path | IO[bytes], found: Document, *, now: datetime, below: str) -> None:
    """Write the workbook in the language of the report. ``below``: stands under the title of each sheet."""
    with (
        override(found.language),
        BookWriter(target, title=found.title, author=authority(), created=now) as book,
    ):
        _write_texts(book.sheet(gettext("Report"), tab="#1B3A57"), found, below)
        for table in found.tables:
            sheet = book.sheet(table.name)
            headline(sheet, below)
            fields = [_field(column) for column in table.columns]
            sheet.table(3, fields, table.rows, frozen=1)


def _field(column: Column) -> Field:
    width = max(_WIDTHS[column.kind], min(len(column.heading) + 2, 30))
    return Field(column.heading, width, column.kind)


def _write_texts(sheet: SheetWriter, found: Document, below: str) -> None:
    """Facts, remarks and all that is not a table; every text is written as text."""
    book = sheet.book
    sheet.raw.set_column(0, 0, _LABEL)
    sheet.raw.set_column(1, 1, _TEXT)
    sheet.put(0, 0, found.title, book.style(bold=True, font_size=16, font_color=INK))
    sheet.put(1, 0, below, book.style(font_color=MUTED))
    row = 3
    for name, value in found.facts:
        sheet.put(row, 0, name, book.style(font_color=MUTED))
        row = _line(sheet, row, value)
    for remark in found.remarks:
        row = _line(sheet, row, remark)
    for section in found.sections:
        lines = [line for part in section.parts if not isinstance(part, Table) for line in _lines(part)]
        if lines:
            sheet.put(row + 1, 0, section.heading, book.style(bold=True, font_size=13, font_color=INK))
            row += 2
        for line in lines:
            row = _line(sheet, row, line)


def _lines(part: Passage) -> list[str]:
    return [f"– {line}" for line in part.lines] if part.is_list else ["\n".join(part.lines)]


def _line(sheet: SheetWriter, row: int, text: str) -> int:
    """Writes one wrapped text; returns the row below."""
    sheet.raw.set_row(row, LINE_HEIGHT * line_count(text, _TEXT))
    sheet.put(row, 1, text, sheet.book.style(text_wrap=True))
    return row + 1
