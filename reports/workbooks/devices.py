"""Devices by category and state, and the same in groups."""

from collections import Counter

from django.utils.translation import gettext
from xlsxwriter.utility import xl_rowcol_to_cell as cell

from common.sheets.writer import INK, LINE, Area, Field, SheetWriter
from inventory.enums import DeviceStatus
from reports.enums import GROUP_OF, StatusGroup
from reports.workbooks.sheet import TOP, Placed, Progress, entitle, total_style

Counts = Counter[tuple[int, str]]


def write_devices(sheet: SheetWriter, progress: Progress) -> Placed | None:
    """Two tables of counts with sums; returns the one in groups, ``None`` without any device."""
    entitle(sheet, progress)
    counts: Counts = Counter({(t.category, t.status): t.number for t in progress.records.tallies})
    if not counts:
        sheet.put(TOP, 0, gettext("No device is recorded on this day."))
        return None
    names = {pk: str(category) for pk, category in progress.records.categories.items()}
    present = {category for category, _status in counts}
    rows = [pk for pk in names if pk in present]
    used = {status for _category, status in counts}
    states = [status for status in DeviceStatus if status in used]
    fields = [Field(str(status.label), 14, "number") for status in states]
    pivot = _pivot(sheet, TOP, fields, [(names[pk], [counts[pk, status] for status in states]) for pk in rows])
    sheet.raw.freeze_panes(TOP + 1, 1)
    top = pivot.last + 4
    sheet.put(top - 1, 0, gettext("In groups"), sheet.book.style(bold=True, font_size=13, font_color=INK))
    groups = [group for group in StatusGroup if any(GROUP_OF[status] == group for status in states)]
    area = _groups(sheet, top, pivot, states, groups, [(names[pk], pk) for pk in rows], counts)
    return Placed(sheet, area, tuple(groups))


def _pivot(sheet: SheetWriter, top: int, fields: list[Field], rows: list[tuple[str, list[int]]]) -> Area:
    """Category × state. An empty pair stays empty: a table of zeros hides its numbers."""
    columns = [Field(gettext("Category"), 26), *fields, Field(gettext("Total"), 12, "number")]
    sheet.header(top, columns, height=24)
    right = len(columns) - 1
    last = sheet.rows(top + 1, columns, ([name, *(n or None for n in numbers), None] for name, numbers in rows))
    area = Area(top, last, 0, right)
    for row, (_name, numbers) in enumerate(rows, area.first):
        _sum_of_row(sheet, row, right, sum(numbers))
    _sums(sheet, area, [[numbers[at] for _name, numbers in rows] for at in range(len(fields))])
    sheet.raw.autofilter(top, 0, last, right)
    return area


def _groups(
    sheet: SheetWriter,
    top: int,
    pivot: Area,
    states: list[DeviceStatus],
    groups: list[StatusGroup],
    rows: list[tuple[str, int]],
    counts: Counts,
) -> Area:
    """Each number adds up cells of the table above."""
    columns = [Field(gettext("Category"), 26), *(Field(str(group.label), 14, "number") for group in groups)]
    columns.append(Field(gettext("Total"), 12, "number"))
    sheet.header(top, columns, height=24)
    style = sheet.book.style(num_format='#,##0;-#,##0;"–"', align="right", bottom=1, bottom_color=LINE)
    members = [[at for at, status in enumerate(states, 1) if GROUP_OF[status] == group] for group in groups]
    numbers: list[list[int]] = []
    for offset, (name, pk) in enumerate(rows):
        row, above = top + 1 + offset, pivot.first + offset
        sheet.put(row, 0, name, sheet.book.style(bottom=1, bottom_color=LINE))
        numbers.append([sum(counts[pk, states[at - 1]] for at in columns_of) for columns_of in members])
        for column, (columns_of, number) in enumerate(zip(members, numbers[-1], strict=True), 1):
            formula = "=" + "+".join(cell(above, at) for at in columns_of)
            sheet.formula(row, column, formula, number, style)
        _sum_of_row(sheet, row, len(groups) + 1, sum(numbers[-1]))
    area = Area(top, top + len(rows), 0, len(groups) + 1)
    _sums(sheet, area, [list(column) for column in zip(*numbers, strict=True)])
    return area


def _sum_of_row(sheet: SheetWriter, row: int, right: int, total: int) -> None:
    style = sheet.book.kind_style("number", bold=True, bottom=1, bottom_color=LINE)
    sheet.formula(row, right, f"=SUM({cell(row, 1)}:{cell(row, right - 1)})", total, style)


def _sums(sheet: SheetWriter, area: Area, columns: list[list[int]]) -> None:
    """The line of sums; it follows the filter."""
    book, row = sheet.book, area.last + 1
    sheet.put(row, 0, gettext("Total"), total_style(book))
    totals = [*(sum(column) for column in columns), sum(map(sum, columns))]
    for column, total in enumerate(totals, 1):
        formula = f"=SUBTOTAL(109,{area.column(column)})"
        sheet.formula(row, column, formula, total, total_style(book, "number"))
