"""The reading process: checks one file, reads it and writes what it found to its output.

It starts without Django, gives itself limits of memory and time and is allowed to die:
a reader that runs out of memory takes nothing with it. One JSON object per line:
`{"format"}` · `{"note"}` · `{"sheet"}` · `{"rows", "tagged"}` · at last `{"done"}` or `{"fault"}`. What JSON cannot
carry is a tagged pair, `["date", "2025-12-31"]` or `["error", "#N/A"]`; `tagged` lists the columns that hold them.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import python_calamine

from common.sheets.delimited import find_dialect, read_rows, unwrapped
from common.sheets.precheck import check_zip
from common.sheets.sniff import read_head, sniff
from common.sheets.workbook import Fault, Limits, SheetFacts
from common.sheets.xls import check_xls

try:
    import resource
except ImportError:  # Windows has no such limits; the parent's time limit still holds
    resource = None  # type: ignore[assignment]

_CHUNK = 500  # rows per line of output
_MOST_MERGED = 50_000  # ranges of a sheet
_EXACT = 10**15  # up to here a float holds every whole number that Excel can show
_NUMBERS = {
    "too_many_rows": "rows",
    "too_many_columns": "columns",
    "too_many_cells": "cells",
    "too_many_sheets": "sheets",
}
_CALAMINE_LIMIT = "ell limit exceeded"  # said of OpenDocument tables with many repeated cells
_SUSPECT = frozenset("=#E \t\r\n\x0b\x0c\xa0\u2007\u202f")  # a text that starts like this may be blank or an error
_ERROR_TEXT = re.compile(  # as Excel in English and German and LibreOffice write them into text
    r"#N/A|#NV|#(?:REF|BEZUG|VALUE|WERT|DIV/0|NUM|ZAHL|NULL|SPILL|ÜBERLAUF|CALC|KALK|FIELD|FELD)!|#NAME\?|Err:5\d\d"
)


def main() -> None:
    """Read the file named by the first argument within the limits in the second (JSON)."""
    path, limits = Path(sys.argv[1]), Limits(**json.loads(sys.argv[2]))
    limit_process(limits)
    try:
        _read(path, limits)
        _send({"done": True})
    except Fault as fault:
        numbers = {"limit": getattr(limits, _NUMBERS[fault.code])} if fault.code in _NUMBERS else {}
        _send({"fault": fault.code, "params": numbers | fault.params})
    except MemoryError:
        _send({"fault": "too_large", "params": {}})
    except python_calamine.PasswordError:
        _send({"fault": "encrypted", "params": {}})
    except BaseException as error:  # a panic inside calamine is not an Exception
        if _CALAMINE_LIMIT in str(error):
            _send({"fault": "too_many_cells", "params": {"limit": limits.cells}})
            return
        _send({"fault": "damaged", "params": {"detail": f"{type(error).__name__}: {error}"[:200]}})


def limit_process(limits: Limits) -> None:
    if resource is None:
        return
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        _soft, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):  # not every system limits everything
            resource.setrlimit(kind, (allowed, hard))


def _send(message: dict[str, Any]) -> int:
    """Write one line; returns its length in bytes."""
    return sys.stdout.buffer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")


def _read(path: Path, limits: Limits) -> None:
    shape = sniff(read_head(path))
    if shape == "text":
        _read_text(path, limits)
        return
    if shape == "ole":
        kind, facts = "xls", check_xls(path.read_bytes())
    else:
        with path.open("rb") as file:
            kind, facts = check_zip(file, limits)
    _send({"format": kind})
    with _open(path, kind) as workbook:
        _read_sheets(workbook, limits, facts)


def _open(path: Path, kind: str) -> python_calamine.CalamineWorkbook:
    """Open by path where the extension is true: calamine believes it. Otherwise let it look at the content."""
    if path.suffix.lower() == f".{kind}":
        return python_calamine.CalamineWorkbook.from_path(path)
    with path.open("rb") as file:
        return python_calamine.CalamineWorkbook.from_filelike(file)


def _read_text(path: Path, limits: Limits) -> None:
    dialect = find_dialect(path)
    _send({"format": "csv"})
    _send({"note": ["encoding", dialect.encoding]})
    _send({"note": ["delimiter", dialect.delimiter]})
    if dialect.has_separator_line:
        _send({"note": ["separator_line", f"sep={dialect.delimiter}"]})
    _send({"sheet": path.stem, "hidden": False, "hidden_rows": [], "hidden_columns": [], "merged": []})
    _Budget(limits).send_rows(read_rows(path, dialect), SheetFacts())


def _read_sheets(workbook: python_calamine.CalamineWorkbook, limits: Limits, facts: dict[int, SheetFacts]) -> None:
    sheets, budget = workbook.sheets_metadata, _Budget(limits)
    if len(sheets) > limits.sheets:
        raise Fault("too_many_sheets")
    if len({about.name for about in sheets}) < len(sheets):
        raise Fault("damaged")  # calamine finds sheets by name
    for index, about in enumerate(sheets):
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet, seen = workbook.get_sheet_by_index(index), facts.get(index, SheetFacts())
        is_hidden = about.visible is not python_calamine.SheetVisibleEnum.Visible
        _send({"sheet": about.name, "hidden": is_hidden} | _shape(sheet, seen))
        budget.send_rows(_absolute_rows(sheet), seen)


def _shape(sheet: python_calamine.CalamineSheet, seen: SheetFacts) -> dict[str, Any]:
    """What of the used cells is hidden or merged."""
    row, column = sheet.end or (-1, -1)
    joined = sheet.merged_cell_ranges or []
    if len(joined) > _MOST_MERGED:
        raise Fault("too_large")
    return {
        "hidden_rows": sorted(hidden for hidden in seen.hidden_rows if hidden <= row + 1),
        "hidden_columns": sorted(hidden for hidden in seen.hidden_columns if hidden <= column),
        "merged": [(first, last) for first, last in joined if first[0] <= row and first[1] <= column],
    }


def _absolute_rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[Any]]:
    """Yield rows from row 1, column A on; calamine leaves out the empty columns in front."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield before + row


def _reaching(source: Iterable[list[Any]], last: int) -> Iterator[list[Any]]:
    """The rows of a sheet, blank ones added up to `last`: calamine ends with the last value it sees."""
    number = -1
    for number, row in enumerate(source):  # noqa: B007  # how many there were matters afterwards
        yield row
    for _ in range(number + 1, last + 1):
        yield []


class _Budget:
    """Sends rows and keeps account of how many cells, and how much text, all sheets together hold."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._cells = self._text = 0

    def send_rows(self, source: Iterable[list[Any]], facts: SheetFacts) -> None:
        """Send the rows of one sheet in chunks, without trailing blank cells and rows."""
        errors: dict[int, list[tuple[int, str]]] = {}
        for (at, column), text in facts.errors.items():
            errors.setdefault(at, []).append((column, text))
        chunk = _Chunk()
        blank = count = width = 0
        for number, row in enumerate(_reaching(source, max(errors, default=-1))):
            plain = chunk.plain(row, errors.get(number, ()))
            if not plain:
                blank += 1
                continue
            count, width = number + 1, max(width, len(plain))
            self._check(count, width)
            chunk.rows.extend([] for _ in range(blank))
            chunk.rows.append(plain)
            blank = 0
            if len(chunk.rows) >= _CHUNK:
                chunk = self._send(chunk)
        self._send(chunk)
        self._cells += count * width

    def _send(self, chunk: _Chunk) -> _Chunk:
        """Send the rows, if any, and return a chunk for the next ones."""
        if chunk.rows:
            self._text += _send({"rows": chunk.rows, "tagged": sorted(chunk.tagged)})
        if self._text > self._limits.text_bytes:
            raise Fault("too_large")
        return _Chunk()

    def _check(self, count: int, width: int) -> None:
        if count > self._limits.rows:
            raise Fault("too_many_rows")
        if width > self._limits.columns:
            raise Fault("too_many_columns")
        if self._cells + count * width > self._limits.cells:
            raise Fault("too_many_cells")


class _Chunk:
    """Rows on their way as plain JSON values, and the columns that hold tagged pairs."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.tagged: set[int] = set()

    def plain(self, row: list[Any], errors: Iterable[tuple[int, str]]) -> list[Any]:
        """Turn a row into JSON values in place. This loop sees every cell: it is kept flat."""
        for column, value in enumerate(row):
            kind = type(value)
            if kind is str:
                if not value or value[0] in _SUSPECT:
                    row[column] = self._text(value, column)
            elif kind is float:
                if value.is_integer() and abs(value) <= _EXACT:
                    row[column] = int(value)
            elif kind is not bool and kind is not int:
                row[column] = self._moment(value, column)
        for column, text in errors:
            row.extend([None] * (column + 1 - len(row)))
            plain = unwrapped(text)  # ="0123" needs no calculation
            row[column] = self._tag("error", text, column) if plain == text else plain or None
        while row and row[-1] is None:
            row.pop()
        return row

    def _text(self, value: str, column: int) -> Any:
        if not value or value.isspace():
            return None
        if value[0] == "=":
            return unwrapped(value) or None
        return self._tag("error", value, column) if _ERROR_TEXT.fullmatch(value) else value

    def _moment(self, value: Any, column: int) -> Any:
        if isinstance(value, date):
            return self._tag("date", value.isoformat(), column)
        return str(value)  # times and durations

    def _tag(self, tag: str, text: str, column: int) -> list[str]:
        self.tagged.add(column)
        return [tag, text]
