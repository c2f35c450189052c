"""Numbers of things in odd shapes: one row for 35 pieces, several numbers in a cell, lost leading zeros."""

import re
from collections import Counter
from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.cell_types import CellRefused, CodeUpTo
from common.codes import split_codes
from common.columns import Column
from common.parsing import ParseError
from common.sheets.workbook import CellValue, Row
from imports.tables import Part, Table

if TYPE_CHECKING:
    from imports.preview import Plan

_PIECES = re.compile(r"(\d{1,5})(?:[.,]0+)?\s*(?:x|stk\.?|stck\.?|st\.?|stück|pcs?\.?)?", re.I)
#: A length is that of a column when so many different numbers, and four in five, have it.
_LEAST_ALIKE, _SHARE = 3, 0.8
#: A number of so many digits fewer has rather lost zeros than being another kind of number.
_MOST_ZEROS = 3
#: A note names so many rows.
_MOST_ROWS = 10


def is_code(column: Column) -> bool:
    """Whether the column holds numbers of single things."""
    return isinstance(column.parse, CodeUpTo)


def expand_rows(table: Table, columns: Sequence[Column]) -> None:
    """A row for n pieces that lists n numbers in a cell becomes n rows. Other rows for several stay as they are."""
    quantity = table.index.get("quantity")
    codes = [table.index[column.key] for column in columns if is_code(column) and column.key in table.index]
    if quantity is None or not codes:
        return
    copies = {
        i: rows
        for i, row in enumerate(table.rows)
        if row[quantity] is not None and (rows := _pieces(row, quantity, codes))
    }
    if not copies:
        return
    numbers, rows, starts = [], [], {part.start: 0 for part in table.parts}
    for i, row in enumerate(table.rows):
        if i in starts:
            starts[i] = len(rows)
        expanded = copies.get(i, [row])
        rows += expanded
        numbers += [table.numbers[i]] * len(expanded)
    table.parts = [Part(starts.get(part.start, len(rows)), part.area, part.columns) for part in table.parts]
    table.rows, table.numbers = rows, numbers
    message = ngettext(
        "%(rows)d row stands for several pieces and lists their numbers; each piece is read as a row of its own.",
        "%(rows)d rows stand for several pieces and list their numbers; each piece is read as a row of its own.",
        len(copies),
    )
    table.notes.append(message % {"rows": len(copies)})


def _pieces(row: Row, quantity: int, codes: Sequence[int]) -> list[Row]:
    """The rows of the pieces; none where the row does not have a number for each of them."""
    count = _count(row[quantity])
    if count < 2:
        return []
    listed = {at: split_codes(row[at], loosely=True) for at in codes if row[at] is not None}
    if not listed or any(len(texts) != count for texts in listed.values()):
        return []
    pieces = []
    for n in range(count):
        piece = list(row)
        piece[quantity] = 1
        for at, texts in listed.items():
            piece[at] = texts[n]
        pieces.append(piece)
    return pieces


def _count(value: CellValue) -> int:
    match = _PIECES.fullmatch(str(value).strip())
    return int(match[1]) if match else 0


def judge_lengths(
    plan: "Plan",
    column: Column,
    cells: Sequence[Any],
    values: MutableMapping[Any, Any],
    faults: MutableMapping[Any, ParseError],
) -> None:
    """Numbers that are shorter than all others of their column may have lost zeros in front.

    Where others begin with zeros, and the shorter one is what a spreadsheet takes for a number, that is a problem;
    else it is only said. ``values`` and ``faults``: by cell.
    """
    digits = {cell: len(str(cell)) for cell in values if _is_all_digits(cell)}
    length, count = Counter(digits.values()).most_common(1)[0] if digits else (0, 0)
    short = {cell for cell, size in digits.items() if 0 < length - size <= _MOST_ZEROS}
    if not short or count < max(_LEAST_ALIKE, _SHARE * len(digits)):
        return
    has_zeros = any(size == length and str(cell)[0] == "0" for cell, size in digits.items())
    lost = {cell for cell in short if has_zeros and type(cell) is int}
    message = _(
        "The other numbers of this column have %(length)s digits, “%(value)s” has fewer: a spreadsheet may have "
        "dropped zeros in front. Format the column as text and enter the number again."
    )
    for cell in lost:
        del values[cell]
        faults[cell] = CellRefused("lost_zeros", message, cell, length=str(length))
    if short - lost:
        _note_short(plan, column, [i for i, cell in enumerate(cells) if cell in short and cell not in lost], length)


def _note_short(plan: "Plan", column: Column, rows: Sequence[int], length: int) -> None:
    message = ngettext(
        "In “%(heading)s” %(count)d number has fewer than the usual %(length)d digits (row %(rows)s): zeros in front "
        "may be lost.",
        "In “%(heading)s” %(count)d numbers have fewer than the usual %(length)d digits (rows %(rows)s): zeros in "
        "front may be lost.",
        len(rows),
    )
    table = plan.table
    named = ", ".join(str(table.numbers[i]) for i in rows[:_MOST_ROWS]) + (" …" if len(rows) > _MOST_ROWS else "")
    heading = table.headings[table.index[column.key]]
    plan.notes.append(message % {"heading": heading, "count": len(rows), "length": length, "rows": named})


def _is_all_digits(cell: Any) -> bool:
    return (type(cell) is int and cell >= 0) or (type(cell) is str and cell.isascii() and cell.isdigit())
