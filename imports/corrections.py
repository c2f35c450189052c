"""Cells that somebody corrected in the browser, instead of in the file."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.sheets.workbook import Workbook
from imports.models import ImportBatch

#: ``{sheet: {cell name: text}}``; where corrections are changed, ``None`` takes one back.
Corrections = Mapping[str, Mapping[str, str | None]]

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def apply_corrections(book: Workbook, corrections: Corrections) -> None:
    """Write the corrected texts into the cells. Raises ``ValidationError`` for a cell that the file does not have."""
    sheets = {sheet.name: sheet.rows for sheet in book.sheets}
    for name, cells in corrections.items():
        rows = sheets.get(name, [])
        for cell, text in cells.items():
            row, column = position(cell)
            if row >= len(rows) or column >= len(rows[row]):
                message = _("The file has no cell %(cell)s in the sheet “%(sheet)s” that could be corrected.")
                raise ValidationError(message, "no_cell", {"cell": cell, "sheet": name})
            rows[row][column] = text or None


def corrected_cells(batch: ImportBatch) -> list[dict[str, str]]:
    """``{sheet, cell, text}`` of what was corrected in the browser."""
    return [
        {"sheet": sheet, "cell": cell, "text": text}
        for sheet, cells in batch.corrections.items()
        for cell, text in cells.items()
    ]


def position(cell: str) -> tuple[int, int]:
    """Zero-based row and column of ``C7``."""
    match = _CELL.fullmatch(cell)
    if match is None:
        raise ValidationError(_("“%(cell)s” is not the name of a cell."), "no_cell", {"cell": cell})
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
