"""What a workbook is once it has been read: plain values, no Django, no files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error value such as `#N/A`: a problem, never a blank.

    A text that begins with `=` is a formula whose result the file does not hold.
    """

    text: str

    @property
    def is_formula(self) -> bool:
        return self.text.startswith("=")

    def __str__(self) -> str:
        return self.text


CellValue = str | int | float | bool | date | datetime | CellError | None
Row = list[CellValue]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. The defaults fit the list of a whole city many times over."""

    file_bytes: int = 50_000_000
    parts: int = 5_000
    inflated_bytes: int = 512 * MIB
    inflation_ratio: int = 200
    sheets: int = 250
    rows: int = 200_000
    columns: int = 1_000
    cells: int = 3_000_000  # rows × used columns, summed over the sheets
    text_bytes: int = 100_000_000  # of all cells as the reading process passes them on
    seconds: int = 60
    memory_bytes: int = 512 * MIB  # address space of the reading process


class Fault(Exception):
    """A file cannot be used. `code` names the reason, `params` fill its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Note:
    """A fact about how the file was read that the page can show, e.g. `encoding`."""

    code: str
    value: str


@dataclass(slots=True)
class Sheet:
    """One table. `rows[i]` is Excel row i + 1, `rows[i][c]` its column c + 1.

    All rows have the same length; trailing blank rows and columns are cut off.
    `hidden_rows` are Excel row numbers, `hidden_columns` zero-based columns. `merged`: zero-based first
    row, first column, last row and last column of joined cells, whose value stands in the first one.
    With `sep=;` in a text file, row 1 is the line after it, as Excel and LibreOffice number it.
    """

    name: str
    rows: list[Row] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class Workbook:
    """All sheets in the order of the file. `format` is xlsx, xlsb, xls, ods or csv."""

    name: str
    format: str
    sheets: list[Sheet] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class SheetFacts:
    """What the pre-check saw in one sheet and the reader does not tell.

    Keys of `errors` are zero-based (row, column): error values, and formulas without a stored result.
    `hidden_rows` are Excel row numbers, `hidden_columns` zero-based columns.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def cell_name(row: int, column: int) -> str:
    """Name a cell as Excel does: zero-based (0, 0) is A1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
