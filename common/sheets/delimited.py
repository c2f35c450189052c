"""Text tables: csv and its relatives, whatever program and whatever decade wrote them."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from common.sheets.workbook import MIB, Fault

_DELIMITERS = ";\t,|"
_SAMPLE_ROWS = 50
_LONGEST_LINE = MIB
_SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?\s*", re.I)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_WRAPPED = re.compile(r'="(.*)"', re.S)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text table is written, as found out from the file itself."""

    encoding: str
    delimiter: str
    has_separator_line: bool


def find_dialect(path: Path) -> Dialect:
    """Find encoding and delimiter. Raises Fault `encoding` for bytes that are no known text."""
    encoding = _find_encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = list(islice(_lines(file), _SAMPLE_ROWS))
    separator = _SEPARATOR_LINE.fullmatch(sample[0]) if sample else None
    if separator:
        return Dialect(encoding, separator[1], True)
    return Dialect(encoding, _find_delimiter(sample), False)


def read_rows(path: Path, dialect: Dialect) -> Iterator[list[str]]:
    """Yield the rows as text. Raises Fault `open_quote` for a quotation that never ends, `long_field`, `long_line`."""
    record: list[str] = []  # the lines of the row at hand
    number = 0
    with path.open(encoding=dialect.encoding, newline="") as file:
        lines = _lines(file)
        if dialect.has_separator_line:
            next(lines)
        try:
            for row in csv.reader(_noted(lines, record), delimiter=dialect.delimiter):
                number += 1
                if len(record) > 1:
                    _check_closed(record, dialect.delimiter)
                record.clear()
                yield row
        except csv.Error as error:
            is_long = "field larger" in str(error)
            if is_long and len(record) == 1:  # over several lines it is a forgotten quotation mark
                raise Fault("long_field", row=number + 1, limit=csv.field_size_limit()) from error
            raise Fault("open_quote", row=number + is_long) from error


def _find_encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"]
    for encoding in candidates:
        if _is_text(path, encoding):
            return encoding
    raise Fault("encoding")


def _is_text(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while block := file.read(MIB):
                if "\x00" in block:
                    return False
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: Iterable[str]) -> Iterator[str]:
    for line in file:
        if len(line) > _LONGEST_LINE:
            raise Fault("long_line", limit=_LONGEST_LINE)
        yield line


def _noted(lines: Iterable[str], record: list[str]) -> Iterator[str]:
    for line in lines:
        record.append(line)
        yield line


def _check_closed(record: list[str], delimiter: str) -> None:
    """Let the strict parser judge a row of several lines: was its quotation ever closed?"""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise


def _find_delimiter(sample: list[str]) -> str:
    """Choose what splits most rows into the same number of cells; first without decimal commas."""
    without_decimals = [_DECIMAL_COMMA.sub(".", line) for line in sample]
    for lines in (without_decimals, sample):
        ratings = {delimiter: _fitness(lines, delimiter) for delimiter in _DELIMITERS}
        if any(ratings.values()):
            return max(ratings, key=ratings.__getitem__)
    return _DELIMITERS[0]


def _fitness(lines: list[str], delimiter: str) -> int:
    """Rate a delimiter: cells gained, weighted by the rows that agree on their number."""
    try:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        return 0
    return max(((cells - 1) * rows * rows for cells, rows in counts.items()), default=0)


def unwrapped(cell: str) -> str:
    """The text in `="0123"`, by which some programs keep leading zeros in Excel; any other text as it is."""
    match = _WRAPPED.fullmatch(cell)
    return match[1].replace('""', '"') if match else cell
