"""Where the headings of a table probably stand when none, or too few, of them are known."""

from collections.abc import Container, Sequence

from common.parsing import normalise_heading
from common.sheets.workbook import Row, Sheet
from imports.personal import is_person
from imports.shapes import SEARCH, Area, area_at

#: A table has at least so many columns.
_LEAST = 2
#: Headings stand above so much of the widest of the first rows: titles and groups do not.
_SHARE = 0.6
#: Longer texts are no headings.
_LONGEST = 80


def guess_area(sheets: Sequence[Sheet], names: Container[str]) -> Area | None:
    """The table of the sheet with most rows; ``names``: normalised headings that are known.

    ``None`` where no row looks like headings with something below it.
    """
    for sheet in sorted(sheets, key=lambda sheet: -len(sheet.rows)):
        header = _header_of(sheet, names)
        if header is not None:
            return area_at(sheet, header)
    return None


def _header_of(sheet: Sheet, names: Container[str]) -> int | None:
    """The row with most known headings, if these are several; else the first that spans the table and names nobody."""
    rows = sheet.rows[: min(SEARCH, _last_row(sheet))]
    texts = [[cell for cell in row if isinstance(cell, str) and _may_be_heading(cell)] for row in rows]
    known = [sum(normalise_heading(text) in names for text in set(found)) for found in texts]
    if max(known, default=0) >= _LEAST:
        return known.index(max(known))
    width = max(_SHARE * max(map(_filled, sheet.rows[:SEARCH]), default=0), _LEAST)
    wide = (at for at, found in enumerate(texts) if len(found) >= width and not any(map(is_person, found)))
    return next(wide, None)


def _may_be_heading(cell: str) -> bool:
    return len(cell) <= _LONGEST and any(map(str.isalpha, cell))


def _last_row(sheet: Sheet) -> int:
    """Index of the last row of a table: headings stand above it."""
    return next((at for at in reversed(range(len(sheet.rows))) if _filled(sheet.rows[at]) >= _LEAST), 0)


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row)
