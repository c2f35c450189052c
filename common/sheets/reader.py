"""Reading a workbook of unknown origin without trusting it.

    book = read_workbook(path)
    for sheet in book.sheets: ...

The file is checked and read in a process of its own (`common.sheets.child`) with limits of
memory and time. It may crash there; here that becomes a `SheetError` with a clear sentence.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from threading import Event, Timer
from typing import Any

from common.sheets.messages import fault_message
from common.sheets.workbook import CellError, CellValue, Fault, Limits, Note, Row, Sheet, Workbook

_ROOT = str(Path(__file__).resolve().parents[2])
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from common.sheets.child import main; main()"
_DEATHS = {-signal.SIGABRT: "too_large", -signal.SIGKILL: "too_large"}
_DEATHS |= {-getattr(signal, "SIGXCPU", 24): "too_slow"}
_MEGABYTE = 1_000_000
_NULL = b"\\u0000"  # as JSON writes it


@lru_cache(10_000)
def _moment(text: str) -> date:
    return date.fromisoformat(text) if len(text) == len("2025-12-31") else datetime.fromisoformat(text)


_TAGS: dict[str, Callable[[str], CellValue]] = {"date": _moment, "error": CellError}


def _nobody(_done: int, _total: int) -> None:
    """Told of progress that nobody watches."""


class SheetError(Exception):
    """A file cannot be used. `code` and `params` say why, `message` says it to a person."""

    def __init__(self, code: str, params: dict[str, Any]) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    @property
    def message(self) -> str:
        """The sentence in the language that is active now."""
        return fault_message(self.code, self.params)

    def __str__(self) -> str:
        return self.message


def read_workbook(
    path: str | Path,
    *,
    name: str | None = None,
    limits: Limits | None = None,
    step: Callable[[int, int], object] = _nobody,
) -> Workbook:
    """Read all sheets of a workbook or text table; its format is told by its content.

    `name` is what messages call the file. `step` is told how many rows are read, of how many (0: nobody knows); what
    it raises ends the reading. Raises SheetError.
    """
    path, limits = Path(path).resolve(), limits or Limits()
    shown = name or path.name
    try:
        _check_size(path, limits)
        return _read_in_child(path, Workbook(name=shown, format=""), limits, step)
    except Fault as fault:
        raise SheetError(fault.code, {"name": shown} | fault.params) from fault


def _check_size(path: Path, limits: Limits) -> None:
    if not path.is_file():
        raise Fault("missing")
    size = path.stat().st_size
    if size == 0:
        raise Fault("empty")
    if size > limits.file_bytes:
        raise Fault("file_too_large", size=-(-size // _MEGABYTE), limit=limits.file_bytes // _MEGABYTE)


def _read_in_child(path: Path, book: Workbook, limits: Limits, step: Callable[[int, int], object]) -> Workbook:
    is_done, known = False, dict[str, str]()
    with _child(path, limits) as (process, is_late):
        assert process.stdout is not None
        for line in process.stdout:
            is_done = _take(book, _message(line), known) if line.endswith(b"\n") else False
            step(sum(len(sheet.rows) for sheet in book.sheets), 0)
        status = process.wait()
    if is_late.is_set():
        raise Fault("too_slow", limit=limits.seconds)
    if not is_done:
        raise Fault(_DEATHS.get(status, "damaged"), limit=limits.seconds)
    for sheet in book.sheets:
        _square(sheet.rows)
    if not any(sheet.rows for sheet in book.sheets):
        raise Fault("empty")
    if book.format == "csv":
        book.sheets[0].name = Path(book.name).stem
    return book


@contextmanager
def _child(path: Path, limits: Limits) -> Iterator[tuple[subprocess.Popen[bytes], Event]]:
    """Start the reading process; whatever happens, it has ended when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT, str(path), json.dumps(asdict(limits))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    is_late = Event()

    def stop() -> None:
        is_late.set()
        process.kill()

    timer = Timer(limits.seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        with process:
            try:
                yield process, is_late
            finally:
                process.kill()
    finally:
        timer.cancel()


def _message(line: bytes) -> dict[str, Any]:
    """What one line of the child says. A null character, which no database keeps in a text, is passed over."""
    if _NULL not in line:
        return json.loads(line)
    return json.loads(line, object_pairs_hook=lambda pairs: {name: _without_null(value) for name, value in pairs})


def _without_null(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "") or None
    return [_without_null(one) for one in value] if isinstance(value, list) else value


def _take(book: Workbook, message: dict[str, Any], known: dict[str, str]) -> bool:
    """Add what one line of the child says to the workbook; return whether it was the last. `known`: texts so far."""
    if "rows" in message:
        book.sheets[-1].rows.extend(_restore(message, known))
    elif "sheet" in message:
        book.sheets.append(
            Sheet(
                name=message["sheet"] or "",
                hidden=message["hidden"],
                hidden_rows=frozenset(message["hidden_rows"]),
                hidden_columns=frozenset(message["hidden_columns"]),
                merged=[(*first, *last) for first, last in message["merged"]],
            )
        )
    elif "note" in message:
        book.notes.append(Note(*message["note"]))
    elif "format" in message:
        book.format = message["format"]
    elif "fault" in message:
        raise Fault(message["fault"], **message["params"])
    return "done" in message


def _restore(message: dict[str, Any], known: dict[str, str]) -> list[Row]:
    """Put dates and errors, which JSON cannot carry, back into their cells; equal texts are kept once."""
    rows: list[Row] = [
        [known.setdefault(cell, cell) if type(cell) is str else cell for cell in row] for row in message["rows"]
    ]
    for column in message["tagged"]:
        for row in rows:
            if column < len(row) and isinstance(pair := row[column], list):
                row[column] = _TAGS[pair[0]](pair[1])
    return rows


def _square(rows: list[Row]) -> None:
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([None] * (width - len(row)))
