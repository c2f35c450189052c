"""From the cells of a table to values, column by column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.columns import Column
from common.parsing import ParseError
from imports.personal import REMARKS, mark_persons
from imports.shapes import cut
from imports.shapes_codes import is_code, judge_lengths
from imports.shapes_days import settle_days
from imports.tables import DASHES, Table
from imports.values import ask_about, is_unknown_word, take_decided

if TYPE_CHECKING:
    from imports.preview import Plan

__all__ = ["Cells", "Explain", "Table", "cut", "other_rows", "read_cells", "refuse_future", "refuse_repeated"]

#: Converted values per key of a column, one per row of the table; ``None`` is a blank cell.
Cells = dict[str, list[Any]]
#: Row and problem → the problem as that row is told of it.
Explain = Callable[[int, ParseError], ParseError]

#: A message names so many other rows.
_MOST_ROWS = 10


def _as_it_is(_i: int, fault: ParseError) -> ParseError:
    return fault


def read_cells(
    plan: "Plan",
    columns: Iterable[Column],
    is_wanted: Callable[[int], bool] | None = None,
    explain: Explain = _as_it_is,
) -> Cells:
    """Convert column by column; a cell that cannot be used is a problem and reads as ``None``.

    Rows for which ``is_wanted`` says no are not judged. ``explain`` may say more than the converter
    about a problem, knowing its row.
    """
    count = len(plan.table.rows)
    wanted = None if is_wanted is None else [is_wanted(i) for i in range(count)]
    blank = [None] * count
    return {
        column.key: _converted(plan, column, plan.table.index[column.key], wanted, explain)
        if column.key in plan.table.index
        else blank
        for column in columns
    }


def _converted(plan: "Plan", column: Column, at: int, wanted: Sequence[bool] | None, explain: Explain) -> list[Any]:
    """Each distinct cell of the column is converted once: references, states and days repeat."""
    plan.context.step(0, len(plan.table.rows))
    cells = _cells(plan, column, at, wanted)
    values: dict[Any, Any] = {}
    faults: dict[Any, ParseError] = {}
    for cell in _without_dashes(plan, at, cells):
        try:
            values[cell] = column.parse(cell[1] if type(cell) is tuple else cell)
        except ParseError as error:
            faults[cell] = error.with_traceback(None)  # which would hold this frame, and so the whole table
    if column.kind == "date":
        settle_days(plan, column, cells, values, faults)
    elif is_code(column):
        judge_lengths(plan, column, cells, values, faults)
    take_decided(plan.context, column, values, faults)
    _tell(plan, column, cells, faults, explain)
    for i, fault in plan.table.faults.get(column.key, {}).items():
        if wanted is None or wanted[i]:
            plan.reject(i, column.key, fault.code, fault.message)
    found = list(map(values.get, cells))
    if column.key in REMARKS:
        mark_persons(plan, column.key, found)
    return found


def _cells(plan: "Plan", column: Column, at: int, wanted: Sequence[bool] | None) -> list[Any]:
    """The cells of the column that are to be converted, ``None`` for the others."""
    cells: list[Any] = [row[at] for row in plan.table.rows]
    if wanted is not None:
        cells = [cell if is_wanted else None for cell, is_wanted in zip(cells, wanted, strict=True)]
    for i in plan.table.faults.get(column.key, ()):
        cells[i] = None
    if {bool, int} <= set(map(type, cells)):
        cells = list(zip(map(type, cells), cells, strict=True))  # True and 1 are equal, but not the same
    return cells


def _tell(
    plan: "Plan", column: Column, cells: Sequence[Any], faults: Mapping[Any, ParseError], explain: Explain
) -> None:
    """Every cell with a fault is a problem, or a question where somebody can say what its word means."""
    if not faults:
        return
    told = [(i, explain(i, faults[cell])) for i, cell in enumerate(cells) if cell in faults]
    ask_about(plan, column, [(i, fault) for i, fault in told if is_unknown_word(column, fault)])
    for i, fault in told:
        if not is_unknown_word(column, fault):
            plan.reject(i, column.key, fault.code, fault.message)


def _without_dashes(plan: "Plan", at: int, cells: Sequence[Any]) -> set[Any]:
    """The distinct cells; of those that hold only a dash it is said that they are read as blank."""
    distinct = set(cells)
    if dashes := distinct & DASHES:
        rows = sum(cell in dashes for cell in cells)
        message = ngettext(
            "In “%(heading)s” %(rows)d cell holds nothing but %(texts)s; it is read as blank.",
            "In “%(heading)s” %(rows)d cells hold nothing but %(texts)s; they are read as blank.",
            rows,
        )
        texts = ", ".join(_("“%(heading)s”") % {"heading": dash} for dash in sorted(dashes))
        plan.notes.append(message % {"heading": plan.table.headings[at], "rows": rows, "texts": texts})
        distinct -= dashes
    return distinct


def refuse_future(plan: "Plan", cells: Cells, *keys: str) -> None:
    """Facts are about the past and today."""
    today: date = plan.context.today
    for key in keys:
        for i, day in enumerate(cells[key]):
            if day is not None and day > today:
                message = _("%(day)s lies in the future. Only what has happened can be recorded.")
                plan.reject(i, key, "future_day", message % {"day": day.strftime("%d.%m.%Y")})


def refuse_repeated(plan: "Plan", cells: Cells, key: str) -> None:
    """Every value may occur once; all rows that repeat one are named."""
    rows_of: dict[Any, list[int]] = {}
    for i, value in enumerate(cells[key]):
        if value is not None:
            rows_of.setdefault(value, []).append(i)
    for rows in rows_of.values():
        for i in rows if len(rows) > 1 else ():
            params = {"rows": other_rows(plan, i, rows)}
            plan.reject(i, key, "duplicate", _("The same entry is in row %(rows)s.") % params)


def other_rows(plan: "Plan", i: int, rows: Sequence[int]) -> str:
    """The Excel numbers of the rows beside ``i``, the first few of many."""
    others = [_row_name(plan.table, i, other) for other in rows[: _MOST_ROWS + 1] if other != i][:_MOST_ROWS]
    return ", ".join(others) + (" …" if len(rows) - 1 > len(others) else "")


def _row_name(table: Table, i: int, other: int) -> str:
    """The Excel number of a row, with its sheet where that is another one than that of row ``i``."""
    number, sheet = table.numbers[other], table.sheet_of(other)
    return str(number) if sheet == table.sheet_of(i) else f"{number} ({sheet})"
