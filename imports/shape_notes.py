"""What is told about the shape of a table: where it was found, what is hidden, and what was not read."""

from collections.abc import Container, Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.sheets.workbook import Workbook, cell_name
from imports.shapes import Area, cut
from imports.tables import Part, Table

#: Of many names, and of many texts, so many are told.
_MOST = 20
_MOST_TEXTS = 3


def note_shape(table: Table, book: Workbook, *, is_chosen: bool) -> None:
    """Say how the table was put together. ``is_chosen``: somebody has named the sheet, the others do not matter."""
    table.notes += _together(table.parts)
    if not is_chosen:
        table.notes += _other_sheets(table.parts, book)
    titles = {part.area.title for part in table.parts}
    for area in _one_per_sheet(table.parts):
        table.notes += _above(area, titles)
        table.notes += _merged(area)
    table.notes += _hidden(table)
    table.notes += _without_heading(table)
    message = _("The column “%(heading)s” is left out: it may hold personal data.")
    table.notes += [message % {"heading": heading} for heading in table.personal]
    message = _("The column “%(heading)s” may hold personal data; it is read because somebody decided so.")
    table.notes += [message % {"heading": heading} for heading in table.personal_used]


def _together(parts: list[Part]) -> Iterator[str]:
    names = list(dict.fromkeys(part.sheet.name for part in parts))
    if len(names) > 1:
        message = _("%(count)d sheets have the same columns and are read together: %(names)s.")
        yield message % {"count": len(names), "names": _listed(names)}
    for name in names:
        titles = [part.area.title for part in parts if part.sheet.name == name]
        if len(titles) > 1:
            message = _("In the sheet “%(sheet)s” %(count)d tables stand side by side; they are read as one.")
            yield message % {"sheet": name, "count": len(titles)}
            if any(titles):
                yield _("Above them stands: %(texts)s.") % {"texts": _quoted(filter(None, titles))}


def _other_sheets(parts: list[Part], book: Workbook) -> Iterator[str]:
    read = {part.sheet.name for part in parts}
    others = [sheet for sheet in book.sheets if sheet.name not in read and sheet.rows]
    hidden = [sheet.name for sheet in others if sheet.hidden]
    shown = [sheet.name for sheet in others if not sheet.hidden]
    if shown:
        yield _("Not read, because their columns are others: %(names)s.") % {"names": _listed(shown)}
    if hidden:
        yield _("Not read, because they are hidden: %(names)s.") % {"names": _listed(hidden)}


def _above(area: Area, titles: Container[str]) -> Iterator[str]:
    """What is not read, ``titles`` of tables side by side left out; of two rows with headings, both are read."""
    if area.has_two_rows:
        rows = {"sheet": area.sheet.name, "first": area.header, "second": area.header + 1}
        yield _("The headings of the sheet “%(sheet)s” stand in the rows %(first)d and %(second)d.") % rows
    above = area.sheet.rows[: area.header - area.has_two_rows]
    texts = [cut(str(cell), 80) for row in above for cell in row if cell is not None and str(cell) not in titles]
    if texts:
        message = _("What stands above the headings of the sheet “%(sheet)s” is not read: %(texts)s.")
        yield message % {"sheet": area.sheet.name, "texts": _quoted(texts)}


def _merged(area: Area) -> Iterator[str]:
    joined = [
        1 for first, left, last, right in area.sheet.merged if first > area.header and last > first and left == right
    ]
    if joined:
        message = ngettext(
            "%(count)d cell of the sheet “%(sheet)s” is merged over several rows; it is read for each of them.",
            "%(count)d cells of the sheet “%(sheet)s” are merged over several rows; they are read for each of them.",
            len(joined),
        )
        yield message % {"count": len(joined), "sheet": area.sheet.name}


def _hidden(table: Table) -> Iterator[str]:
    rows = sum(
        len(part.sheet.hidden_rows.intersection(table.numbers[part.start : end]))
        for part, end in zip(table.parts, _ends(table), strict=True)
        if part.sheet.hidden_rows
    )
    if rows:
        yield ngettext(
            "%(count)d row is hidden in the file; it is read like the others.",
            "%(count)d rows are hidden in the file; they are read like the others.",
            rows,
        ) % {"count": rows}
    names = {match.position: match.heading for match in table.matches if not match.heading.startswith("_")}
    headings = [
        names[at]
        for part in table.parts
        for at, column in enumerate(part.columns)
        if at in names and column in part.sheet.hidden_columns
    ]
    if headings:
        message = _("These columns are hidden in the file; they are read like the others: %(names)s.")
        yield message % {"names": _listed(dict.fromkeys(headings))}


def _without_heading(table: Table) -> Iterator[str]:
    """Columns that hold something but have no heading; nothing of them is read."""
    for area in _one_per_sheet(table.parts):
        rows = area.sheet.rows[area.header + 1 :]
        named = {
            column
            for part in table.parts
            if part.sheet is area.sheet
            for column, heading in zip(part.area.columns, part.area.headings, strict=True)
            if heading
        }
        lost = [
            cell_name(0, column)[:-1]
            for column in range(len(rows[0]) if rows else 0)
            if column not in named and any(row[column] is not None for row in rows)
        ]
        if lost:
            message = _("In the sheet “%(sheet)s” columns without a heading are not read: %(names)s.")
            yield message % {"sheet": area.sheet.name, "names": _listed(lost)}


def _one_per_sheet(parts: list[Part]) -> Iterable[Area]:
    return {part.sheet.name: part.area for part in reversed(parts)}.values()


def _ends(table: Table) -> list[int]:
    return [*(part.start for part in table.parts[1:]), len(table.rows)]


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:_MOST]) + (" …" if len(every) > _MOST else "")


def _quoted(texts: Iterable[str]) -> str:
    every = list(texts)
    shown = ", ".join(_("“%(heading)s”") % {"heading": text} for text in every[:_MOST_TEXTS])
    return shown + (" …" if len(every) > _MOST_TEXTS else "")
