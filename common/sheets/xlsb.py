"""The few records of a binary workbook (MS-XLSB) that tell errors and hidden rows."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from common.sheets.workbook import Fault, SheetFacts

ERROR_TEXTS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
_ROW_HEADER, _CELL_ERROR, _FORMULA_ERROR, _COLUMN_INFO, _END_OF_CELLS, _BUNDLE_SHEET = 0, 3, 11, 60, 146, 156
_ROW_IS_HIDDEN, _COLUMN_IS_HIDDEN, _LAST_COLUMN = 0x10, 0x01, 16_383


def scan_worksheet(data: bytes) -> SheetFacts:
    """Gather error cells and hidden rows from a worksheet part."""
    facts = SheetFacts()
    row = 0
    for kind, start in _records(data):
        if kind == _ROW_HEADER:
            (row,) = struct.unpack_from("<I", data, start)
            if data[start + 11] & _ROW_IS_HIDDEN:
                facts.hidden_rows.add(row + 1)
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            column, _style, code = struct.unpack_from("<IIB", data, start)
            facts.errors[row, column] = ERROR_TEXTS.get(code, "#N/A")
        elif kind == _COLUMN_INFO and data[start + 16] & _COLUMN_IS_HIDDEN:
            first, last = struct.unpack_from("<II", data, start)
            facts.hidden_columns.update(range(first, min(last, _LAST_COLUMN) + 1))
        elif kind == _END_OF_CELLS:
            break
    return facts


def sheet_ids(workbook: bytes) -> list[str]:
    """Return the relation ids of the sheets in workbook order."""
    ids = []
    for kind, start in _records(workbook):
        if kind == _BUNDLE_SHEET:
            (length,) = struct.unpack_from("<I", workbook, start + 8)
            ids.append(workbook[start + 12 : start + 12 + 2 * length].decode("utf-16-le", "replace"))
    return ids


def _records(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield kind and content offset of each record; kind and size are 7-bit numbers."""
    position = 0
    try:
        while position < len(data):
            kind = data[position]
            position += 1
            if kind & 0x80:
                kind = kind & 0x7F | data[position] << 7
                position += 1
            size = shift = 0
            while True:
                byte = data[position]
                position += 1
                size |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80 or shift == 28:
                    break
            yield kind, position
            position += size
    except (IndexError, struct.error) as error:
        raise Fault("damaged") from error
