"""Cells written in half the time: the few steps of XlsxWriter that run once per cell of a workbook.

The XML stays the library's own (``tests/common/test_cell_sheet.py`` compares both). Left out is what a file does not
need: the look for "A1" in place of numbers, and ``spans``, a hint that the library itself leaves out where it keeps
memory constant.
"""

from functools import cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellDatetimeTuple, CellNumberTuple, CellStringTuple, Worksheet

_PLAIN = frozenset((CellBlankTuple, CellDatetimeTuple, CellNumberTuple, CellStringTuple))
_letters = cache(xl_col_to_name)


class CellSheet(Worksheet):
    """A worksheet whose cells are addressed by row and column, from 0."""

    write_string = Worksheet._write_string
    write_number = Worksheet._write_number
    write_blank = Worksheet._write_blank

    def _write_rows(self) -> None:
        """Everything at once when the book is closed; with constant memory the library writes row by row."""
        filled = [row for row, cells in self.table.items() if cells]
        for row in sorted({*filled, *self.row_info, *self.comments}):
            look = self.row_info.get(row)
            if self.table[row]:
                self._write_row(row, None, look)
                self._write_cells(row, self.table[row])
                self._xml_end_tag("row")
            else:
                self._write_empty_row(row, None, look)

    def _write_cells(self, row: int, cells: dict[int, Any]) -> None:
        """Texts, numbers and empty cells that have a format are nearly all; the library writes all others."""
        write, number = self.fh.write, row + 1
        for column in sorted(cells):
            cell = cells[column]
            kind, style = type(cell), cell.format
            if style is None or kind not in _PLAIN:
                self._write_cell(row, column, cell)
                continue
            head = f'<c r="{_letters(column)}{number}" s="{style._get_xf_index()}"'
            if kind is CellStringTuple:
                write(f'{head} t="s"><v>{cell.string}</v></c>')
            elif kind is CellBlankTuple:
                write(f"{head}/>")
            else:
                write(f"{head}><v>{cell.number:.16G}</v></c>")
