"""The old binary workbook (OLE container with a BIFF stream): what calamine hides.

Layouts: MS-CFB (container) and MS-XLS (records).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from common.sheets.workbook import Fault, SheetFacts
from common.sheets.xlsb import ERROR_TEXTS

_FREE = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
_DIRECTORY_ENTRY = 128
_BOF, _EOF, _FILE_PASS, _BOUND_SHEET = 0x0809, 0x000A, 0x002F, 0x0085
_ROW, _BOOL_OR_ERROR, _FORMULA, _COLUMNS = 0x0208, 0x0205, 0x0006, 0x007D
_COLUMN_IS_HIDDEN, _LAST_COLUMN = 0x01, 255
_ROW_IS_HIDDEN = 0x20
_MACRO_SHEET = 1
_OTHER_DOCUMENTS = (("WordDocument", "word"), ("PowerPoint Document", "slides"))


def check_xls(data: bytes) -> dict[int, SheetFacts]:
    """Return facts per sheet index of an .xls file, or raise Fault."""
    try:
        container = Container(data)
        streams = container.names()
        if "EncryptedPackage" in streams:
            raise Fault("encrypted")
        if "_VBA_PROJECT_CUR" in streams:
            raise Fault("macros")
        name = next((name for name in ("Workbook", "Book") if name in streams), None)
        if name is None:
            kind = next((kind for mark, kind in _OTHER_DOCUMENTS if mark in streams), "other")
            raise Fault("wrong_type", kind=kind)
        return _scan_workbook(container.read(*streams[name]))
    except (struct.error, IndexError) as error:
        raise Fault("damaged") from error


class Container:
    """A compound file: sectors chained by tables, a directory of streams."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self._cutoff = struct.unpack_from("<I", data, 56)[0]
        self._table = self._numbers(self._table_sectors())
        self._directory = b"".join(self._chain(struct.unpack_from("<I", data, 48)[0]))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._data[start : start + self._size]
        if not sector:
            raise Fault("damaged")
        return sector

    def _numbers(self, sectors: list[int]) -> list[int]:
        table = b"".join(self._sector(number) for number in sectors)
        return list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4]))

    def _table_sectors(self) -> list[int]:
        """List the sectors of the allocation table: 109 in the header, the rest chained."""
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        link = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(len(self._data) // self._size):
            if link >= _FREE:
                break
            *more, link = self._numbers([link])
            sectors.extend(more)
        return [number for number in sectors if number < _FREE]

    def _chain(self, number: int) -> Iterator[bytes]:
        for _ in range(len(self._table) + 1):
            if number >= _FREE:
                return
            yield self._sector(number)
            number = self._table[number]
        raise Fault("damaged")  # a chain that bites its tail

    def names(self) -> dict[str, tuple[int, int]]:
        """Return first sector and size by the name of stream or storage."""
        found = {}
        for at in range(0, len(self._directory) - _DIRECTORY_ENTRY + 1, _DIRECTORY_ENTRY):
            length = struct.unpack_from("<H", self._directory, at + 64)[0]
            name = self._directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            found[name] = struct.unpack_from("<II", self._directory, at + 116)
        return found

    def read(self, start: int, size: int) -> bytes:
        """Return a stream; small ones lie in 64-byte pieces inside the root's stream."""
        if size >= self._cutoff:
            return b"".join(self._chain(start))[:size]
        root_start, _size = struct.unpack_from("<II", self._directory, 116)
        root = b"".join(self._chain(root_start))
        table = b"".join(self._chain(struct.unpack_from("<I", self._data, 60)[0]))
        pieces: list[bytes] = []
        while start < _FREE and len(pieces) * 64 < size:
            pieces.append(root[start * 64 : start * 64 + 64])
            (start,) = struct.unpack_from("<I", table, start * 4)
        return b"".join(pieces)[:size]


def _scan_workbook(stream: bytes) -> dict[int, SheetFacts]:
    offsets = []
    for kind, start in _records(stream, 0):
        if kind == _FILE_PASS:
            raise Fault("encrypted")
        if kind == _BOUND_SHEET:
            offset, _state, sheet_type = struct.unpack_from("<IBB", stream, start)
            if sheet_type == _MACRO_SHEET:
                raise Fault("macros")
            offsets.append(offset)
    return {index: _scan_worksheet(stream, offset) for index, offset in enumerate(offsets)}


def _scan_worksheet(stream: bytes, offset: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, start in _records(stream, offset):
        if kind == _BOOL_OR_ERROR:
            row, column, _style, code, is_error = struct.unpack_from("<HHHBB", stream, start)
            if is_error:
                facts.errors[row, column] = ERROR_TEXTS.get(code, "#N/A")
        elif kind == _FORMULA:
            row, column, _style, mark, code, end = struct.unpack_from("<HHHBxB3xH", stream, start)
            if mark == 2 and end == 0xFFFF:
                facts.errors[row, column] = ERROR_TEXTS.get(code, "#N/A")
        elif kind == _ROW and stream[start + 12] & _ROW_IS_HIDDEN:
            facts.hidden_rows.add(struct.unpack_from("<H", stream, start)[0] + 1)
        elif kind == _COLUMNS and stream[start + 8] & _COLUMN_IS_HIDDEN:
            first, last = struct.unpack_from("<HH", stream, start)
            facts.hidden_columns.update(range(first, min(last, _LAST_COLUMN) + 1))
    return facts


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int]]:
    """Yield kind and content offset of the records of one substream, charts inside it left out."""
    depth = 0
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        position += 4
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, position
        position += size
