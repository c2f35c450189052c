"""What workbooks about money have in common: their first sheet, and tables with a line of sums."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext

from common.sheets.writer import INK, LINE_HEIGHT, MUTED, Area, Field, SheetWriter, Value, line_count
from reports.workbooks.sheet import day_text, instant_text, total_style

#: Widths of the first sheet: what, and four columns for what is said of it.
COVER_WIDTHS = (44.0, 20.0, 20.0, 20.0, 44.0)
_LEFT = 4


def authority() -> str:
    return str(getattr(settings, "AUTHORITY_NAME", ""))


def dated(day: date, known_at: datetime | None = None) -> str:
    """The line below a heading."""
    parts = [gettext("As of %(day)s") % {"day": day_text(day)}]
    if known_at:
        parts.append(gettext("as known on %(instant)s") % {"instant": instant_text(known_at)})
    return " · ".join([*parts, *filter(None, [authority()])])


def begin_cover(sheet: SheetWriter, title: str, below: str) -> int:
    """Head of the first sheet; returns the row below."""
    book = sheet.book
    for column, width in enumerate(COVER_WIDTHS):
        sheet.raw.set_column(column, column, width)
    sheet.put(0, 0, authority(), book.style(font_size=12, font_color=MUTED))
    sheet.put(1, 0, title, book.style(bold=True, font_size=20, font_color=INK))
    sheet.put(2, 0, below, book.style(font_size=13, font_color=INK))
    sheet.raw.set_row(1, 30)
    sheet.raw.set_row(2, 20)
    sheet.raw.fit_to_pages(1, 0)
    return _LEFT


def write_facts(sheet: SheetWriter, top: int, facts: Iterable[tuple[str, Value]]) -> int:
    """What is called how, in two columns, empty ones left out; returns the row below, with a gap."""
    label, row = sheet.book.style(font_color=MUTED), top
    for name, value in facts:
        if value is None or value == "":
            continue
        sheet.put(row, 0, name, label)
        look = sheet.book.kind_style("date") if isinstance(value, date) else sheet.book.style(align="left")
        if isinstance(value, datetime):
            look = sheet.book.kind_style("instant")
        sheet.put(row, 1, value, look)
        row += 1
    return row + 1


def write_part(
    sheet: SheetWriter, top: int, title: str, fields: Sequence[Field], rows: Iterable[Sequence[Value]]
) -> int:
    """A small table with a heading on the first sheet, whose widths stay; returns the row below, with a gap."""
    sheet.put(top, 0, title, sheet.book.style(bold=True, font_size=13, font_color=INK))
    kept = [Field(field.heading, width, field.kind) for field, width in zip(fields, COVER_WIDTHS, strict=False)]
    sheet.header(top + 1, kept)
    return sheet.rows(top + 2, kept, rows) + 2


def write_notes(sheet: SheetWriter, top: int, notes: Iterable[str]) -> int:
    """Sentences over the whole width, one below the other; returns the row below."""
    style, row = sheet.book.style(text_wrap=True, font_color=MUTED), top
    width = sum(COVER_WIDTHS)
    for row, note in enumerate(notes, top):
        sheet.raw.merge_range(row, 0, row, len(COVER_WIDTHS) - 1, "", style)
        sheet.put(row, 0, note, style)
        sheet.raw.set_row(row, LINE_HEIGHT * line_count(note, width))
    return row + 1


def write_contents(sheet: SheetWriter, top: int, sheets: Iterable[tuple[SheetWriter, str]]) -> int:
    """Links to the other sheets; returns the row below, with a gap."""
    book, row = sheet.book, top
    sheet.put(top, 0, gettext("Sheets of this workbook"), book.style(bold=True, font_size=13, font_color=INK))
    link = book.style(font_color="#0B5394", underline=1)
    for row, (other, what) in enumerate(sheets, top + 1):
        sheet.raw.write_url(row, 0, f"internal:{other.name}!A1", link, other.title)
        sheet.put(row, 1, what, book.style(font_color=MUTED))
    return row + 2


def write_total(sheet: SheetWriter, area: Area, sums: Sequence[Value], label: str = "") -> None:
    """The line of sums below a table: a number for each column that has one. It follows the filter."""
    row = area.last + 1
    for column, total in enumerate(sums, area.left):
        if total is None:
            sheet.put(row, column, (label or gettext("Total")) if column == area.left else "", total_style(sheet.book))
        elif area.last < area.first:
            sheet.put(row, column, total, total_style(sheet.book, "money" if not isinstance(total, int) else "number"))
        else:
            kind = "number" if isinstance(total, int) else "money"
            formula = f"=SUBTOTAL(109,{area.column(column - area.left)})"
            sheet.formula(row, column, formula, total, total_style(sheet.book, kind))
