"""Cells written in half the time: the few steps of XlsxWriter that run once per cell of a workbook.

The XML stays the library's own (``tests/common/test_cell_sheet.py`` compares both). Left out is what a file does not
need: the look for "A1" in place of numbers, and ``spans``, a hint that the library itself leaves out where it keeps
memory constant.
"""

from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellDatetimeTuple, CellNumberTuple, CellStringTuple, Worksheet

Cell = Any  # one of the library's named tuples, which have no types

_PLAIN = frozenset((CellBlankTuple, CellDatetimeTuple, CellNumberTuple, CellStringTuple))
#: Letters that fit a cell in units of UTF-16, and in letters of any kind.
_LONGEST, _SHORT = 32_767, 16_383


class _Letters(dict[int, str]):
    """The letters of columns, each made when it is first asked for."""

    def __missing__(self, column: int) -> str:
        self[column] = letters = xl_col_to_name(column)
        return letters


class _Styles(dict[Format, int]):
    """The numbers of formats; for one that equals another the library looks at all its properties every time."""

    def __missing__(self, style: Format) -> int:
        self[style] = number = style._get_xf_index()
        return number


_LETTERS = _Letters()


class CellSheet(Worksheet):
    """A worksheet whose cells are addressed by row and column, from 0."""

    write_string = Worksheet._write_string
    write_number = Worksheet._write_number
    write_blank = Worksheet._write_blank

    def line(self, row: int, left: int, right: int) -> dict[int, Cell]:
        """The cells of a row by column, to be filled from ``left`` to ``right``: checked once, not for each cell.

        With constant memory a row is written as soon as a later one is asked for.
        """
        if self._check_dimensions(row, left) or self._check_dimensions(row, right):
            raise ValueError(f"row {row}, columns {left} to {right}: outside of the sheet or written already")
        if self.constant_memory and row > self.previous_row:
            self._write_single_row(row)
        cells: dict[int, Cell] = self.table[row]
        return cells

    def text(self, text: str, style: Format | None) -> Cell:
        fitting = text if len(text) <= _SHORT else _cut(text)
        return CellStringTuple(
            fitting if self.constant_memory else self.str_table._get_shared_string_index(fitting), style
        )

    def number(self, number: float | Decimal, style: Format | None) -> Cell:
        if not isfinite(number):
            raise ValueError(f"a spreadsheet has no {number}")
        return CellNumberTuple(number, style)

    def moment(self, moment: date, style: Format | None) -> Cell:
        """A day or, where it is a ``datetime``, an instant."""
        return CellDatetimeTuple(self._convert_date_time(moment), style)

    def _write_rows(self) -> None:
        """Everything at once when the book is closed; with constant memory the library writes row by row."""
        filled = [row for row, cells in self.table.items() if cells]
        styles = _Styles()
        for row in sorted({*filled, *self.row_info, *self.comments}):
            look = self.row_info.get(row)
            if self.table[row]:
                self._write_row(row, None, look)
                self._write_cells(row, self.table[row], styles)
                self._xml_end_tag("row")
            else:
                self._write_empty_row(row, None, look)

    def _write_cells(self, row: int, cells: dict[int, Cell], styles: _Styles) -> None:
        """Texts, numbers and empty cells that have a format are nearly all; the library writes all others."""
        write, number = self.fh.write, row + 1
        for column in sorted(cells):
            cell = cells[column]
            kind, style = type(cell), cell.format
            if style is None or kind not in _PLAIN:
                self._write_cell(row, column, cell)
            elif kind is CellStringTuple:
                write(f'<c r="{_LETTERS[column]}{number}" s="{styles[style]}" t="s"><v>{cell.string}</v></c>')
            elif kind is CellBlankTuple:
                write(f'<c r="{_LETTERS[column]}{number}" s="{styles[style]}"/>')
            else:
                write(f'<c r="{_LETTERS[column]}{number}" s="{styles[style]}"><v>{cell.number:.16G}</v></c>')


def _cut(text: str) -> str:
    """What of a long text fits a cell, as spreadsheet programs count."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
