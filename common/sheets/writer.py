"""Writing workbooks: typed cells, one look, ready for print. A thin layer over XlsxWriter.

    with BookWriter(target, title="Devices") as book:
        sheet = book.sheet("Devices", landscape=True)
        sheet.table(0, [Field("Serial number", 18), Field("Since", 12, "date")], rows)

Text is always written as text: a cell that begins with ``=`` is never a formula unless ``formula`` writes it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, NamedTuple, Self

from django.utils import timezone
from django.utils.translation import get_language, gettext
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import CellBlankTuple

from common.sheets.cells import Cell, CellSheet

#: Above this many rows the lines go to disk while they are written.
LARGE = 20_000
LINE_HEIGHT = 15
#: Letters of running text that fit the width of one digit, in which widths are counted.
LETTERS = 1.2
#: Letters that a line loses on average because words are not broken.
RAGGED = 4
A4 = 9
INK, PAPER, LINE, SOFT, MUTED = "#1B3A57", "#FFFFFF", "#D5DCE4", "#EAF0F6", "#5F6B76"

Kind = Literal["text", "long", "number", "decimal", "money", "percent", "change", "date", "instant", "bool"]
Value = str | int | float | Decimal | bool | date | datetime | None
_NUMBERS: dict[str, str] = {
    "number": "#,##0",
    "decimal": "#,##0.0",
    "money": "#,##0.00",
    "percent": "0.0 %",
    "change": "+0.0;-0.0;0.0",
}
_CENTRED = ("percent", "change")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table: heading (upright where narrow), width in characters, how its values look."""

    heading: str
    width: float = 14
    kind: Kind = "text"
    note: str = ""
    is_upright: bool = False


class Area(NamedTuple):
    """Where a table stands, rows and columns from 0, both ends included; ``head`` is its header row."""

    head: int
    last: int
    left: int
    right: int

    @property
    def first(self) -> int:
        return self.head + 1

    def column(self, index: int) -> str:
        """The cells below a heading, e.g. ``$C$5:$C$50``; ``index`` counts from the left of the table."""
        at = self.left + index
        return f"{xl_rowcol_to_cell(self.first, at, True, True)}:{xl_rowcol_to_cell(self.last, at, True, True)}"


class BookWriter:
    """A workbook that is being written to a path or a binary stream. ``large`` keeps memory constant."""

    def __init__(
        self,
        target: str | Path | IO[bytes],
        *,
        title: str = "",
        author: str = "",
        created: datetime | None = None,
        large: bool = False,
    ) -> None:
        options = {"constant_memory": large, "in_memory": not large, "strings_to_urls": False}
        self.book = Workbook(str(target) if isinstance(target, Path) else target, options)
        self.title = title
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = set()
        properties: dict[str, Any] = {"title": title, "author": author}
        self.book.set_properties(properties | ({"created": _naive(created)} if created else {}))
        self.date_format = "yyyy-mm-dd" if (get_language() or "de").startswith("en") else "dd.mm.yyyy"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()

    def close(self) -> None:
        self.book.close()

    def style(self, **properties: Any) -> Format:
        """A cell format by XlsxWriter's property names; equal ones are one."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self.book.add_format({"valign": "top", **properties})
        return self._styles[key]

    def kind_style(self, kind: str, **properties: Any) -> Format:
        """The format in which values of a kind are shown."""
        if kind in _NUMBERS:
            middle = {"align": "center"} if kind in _CENTRED else {}
            return self.style(num_format=_NUMBERS[kind], **{**middle, **properties})
        if kind in ("date", "instant"):
            clock = " hh:mm" if kind == "instant" else ""
            return self.style(num_format=self.date_format + clock, align="left", **properties)
        return self.style(text_wrap=kind == "long", **properties)

    def sheet(self, name: str, *, landscape: bool = True, tab: str = "") -> "SheetWriter":
        """Add a sheet, set up for A4, as wide as the page, with page numbers."""
        sheet = self.book.add_worksheet(self._free_name(name), CellSheet)
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.hide_gridlines(2)
        pages = gettext("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
        # The blank keeps a title that begins with a digit apart from the size of the type.
        sheet.set_header(f"&L&9 {_printable(self.title)}&R&9 &A")
        sheet.set_footer(f"&R&9 {pages}")
        if tab:
            sheet.set_tab_color(tab)
        return SheetWriter(self, sheet)

    def _free_name(self, name: str) -> str:
        """A name that spreadsheet programs accept: 31 characters, no ``[]:*?/\\``, each once."""
        clean = " ".join(name.translate(_FORBIDDEN).split()).strip("'")[:31] or "1"
        free, number = clean, 2
        while free.casefold() in self._names or free.casefold() == "history":
            free, number = f"{clean[:27]} {number}", number + 1
        self._names.add(free.casefold())
        return free


class SheetWriter:
    """One sheet. Rows and columns count from 0."""

    def __init__(self, book: BookWriter, sheet: CellSheet) -> None:
        self.book = book
        self.raw = sheet

    @property
    def title(self) -> str:
        return str(self.raw.get_name())

    @property
    def name(self) -> str:
        """The name as it stands in formulas."""
        return "'" + self.title.replace("'", "''") + "'"

    def put(self, row: int, column: int, value: Value, style: Format | None = None) -> None:
        """Write a value as what it is. Without a style it gets that of its type."""
        kind = _kind_of(value)
        cell = _CELLS[kind](self.raw, value, style or self.book.kind_style(kind))
        self.raw.line(row, column, column)[column] = cell

    def formula(self, row: int, column: int, formula: str, result: Value, style: Format) -> None:
        """A formula, with its value for readers that do not compute."""
        number = float(result) if isinstance(result, Decimal) else result
        self.raw.write_formula(row, column, formula, style, "" if number is None else number)

    def header(self, row: int, fields: Sequence[Field], left: int = 0, *, height: float | None = None) -> None:
        """Headings and widths of columns."""
        look = {"bold": True, "font_color": PAPER, "bg_color": INK, "text_wrap": True, "valign": "vcenter"}
        look |= {"border": 1, "border_color": PAPER}
        if height:
            self.raw.set_row(row, height)
        for column, field in enumerate(fields, left):
            self.raw.set_column(column, column, field.width)
            place: dict[str, Any] = {
                "align": "center" if field.kind in _CENTRED else "right" if field.kind in _NUMBERS else "left"
            }
            if field.is_upright:
                place = {"align": "center", "rotation": 90}
            self.raw.write_string(row, column, field.heading, self.book.style(**look, **place))
            if field.note:
                self.raw.write_comment(row, column, field.note, {"x_scale": 2})

    def table(
        self,
        top: int,
        fields: Sequence[Field],
        rows: Iterable[Sequence[Value]],
        *,
        left: int = 0,
        height: float | None = None,
        filtered: bool = True,
        frozen: int | None = 0,
    ) -> Area:
        """Header and rows. ``frozen`` columns stay beside the header when scrolling (``None``: nothing stays)."""
        self.header(top, fields, left, height=height)
        last = self.rows(top + 1, fields, rows, left=left)
        right = left + len(fields) - 1
        if filtered:
            self.raw.autofilter(top, left, max(last, top), right)
        if frozen is not None:
            self.raw.freeze_panes(top + 1, left + frozen)
            self.raw.repeat_rows(top)
        return Area(top, last, left, right)

    def rows(self, top: int, fields: Sequence[Field], rows: Iterable[Sequence[Value]], *, left: int = 0) -> int:
        """Cells by the kinds of their columns; returns the last row written (``top - 1`` for none)."""
        raw, row = self.raw, top - 1
        right = left + len(fields) - 1
        styles = [self.book.kind_style(field.kind, bottom=1, bottom_color=LINE) for field in fields]
        columns = [
            (at, _CELLS[field.kind], style, CellBlankTuple(style))
            for at, (field, style) in enumerate(zip(fields, styles, strict=True), left)
        ]
        long = [(at, field.width) for at, field in enumerate(fields) if field.kind == "long"]
        for row, values in enumerate(rows, top):
            if long and (lines := max(line_count(values[at], width) for at, width in long)) > 1:
                raw.set_row(row, LINE_HEIGHT * lines)
            line = raw.line(row, left, right)
            for (column, cell_of, style, blank), value in zip(columns, values, strict=True):
                if value is None or value == "":
                    line[column] = blank
                elif isinstance(value, str):
                    line[column] = raw.text(str(value), style)
                else:
                    line[column] = cell_of(raw, value, style)
        return row

    def choices(self, area: Area, index: int, options: Sequence[str]) -> None:
        """Offer ``options`` in a column of an area. More than 255 characters do not fit a list in a cell."""
        if options and len(",".join(options)) <= 255:
            at = area.left + index
            self.raw.data_validation(area.first, at, area.last, at, {"validate": "list", "source": list(options)})


def line_count(value: Value, width: float) -> int:
    """Lines that a wrapped text takes: programs do not agree on when they measure it themselves."""
    if not isinstance(value, str) or (len(value) <= width and "\n" not in value):
        return 1
    room = max(width * LETTERS - RAGGED, 1)
    return sum(max(1, ceil(len(line) / room)) for line in value.split("\n"))


def _kind_of(value: Value) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "number"
    if isinstance(value, float | Decimal):
        return "decimal"
    if isinstance(value, datetime):
        return "instant"
    return "date" if isinstance(value, date) else "text"


def _text(sheet: CellSheet, value: Any, style: Format) -> Cell:
    return sheet.text(str(value), style)


def _date(sheet: CellSheet, value: Any, style: Format) -> Cell:
    """Spreadsheets begin in 1900; what is older stays readable as text."""
    return sheet.text(value.isoformat(), style) if value.year < 1900 else sheet.moment(value, style)


def _instant(sheet: CellSheet, value: Any, style: Format) -> Cell:
    # Programs round parts of a second up: the last microsecond of a day would be shown as the next day.
    return sheet.moment(_naive(value).replace(microsecond=0), style)


def _bool(sheet: CellSheet, value: Any, style: Format) -> Cell:
    return sheet.text(gettext("yes") if value else gettext("no"), style)


_CELLS: dict[str, Callable[[CellSheet, Any, Format], Cell]] = {
    "text": _text,
    "long": _text,
    "number": CellSheet.number,
    "decimal": CellSheet.number,
    "money": CellSheet.number,
    "percent": CellSheet.number,
    "change": CellSheet.number,
    "date": _date,
    "instant": _instant,
    "bool": _bool,
}


def _naive(instant: datetime) -> datetime:
    """Local time without zone: spreadsheets know none."""
    return timezone.make_naive(instant) if timezone.is_aware(instant) else instant


def _printable(text: str) -> str:
    """Text for a page header, in which ``&`` begins a command; at most 255 characters go there."""
    return text.replace("&", "&&")[:200]
