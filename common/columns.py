"""The spreadsheet face of a record: one declaration for import, template and export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import get_language

from common.parsing import Parser, clean_text, normalise_heading
from common.sheets.workbook import CellError, CellValue

Kind = Literal["text", "date", "instant", "number", "money", "bool"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a record type. `width` is in characters, `parse` takes a cell of a workbook.

    `identifies` marks what tells one record from another, such as a serial number. `is_hidden` is what
    our own exports carry for the way back. `help` says what goes in, `example` is what a template shows of it;
    a column without `help` is understood where it is met, but no template offers it.
    """

    key: str
    heading_de: str
    heading_en: str
    synonyms: tuple[str, ...] = ()
    parse: Parser = clean_text
    width: int = 14
    required: bool = False
    identifies: bool = False
    kind: Kind = "text"
    is_hidden: bool = False
    help: str | Promise = ""
    example: Any = None

    @property
    def names(self) -> frozenset[str]:
        """All normalised headings under which the column is recognised."""
        return frozenset(map(normalise_heading, (self.key, self.heading_de, self.heading_en, *self.synonyms)))

    def heading(self, language: str | None = None) -> str:
        """Return the heading in a language, the active one unless told; German if it is not English."""
        return self.heading_en if (language or get_language() or "de").startswith("en") else self.heading_de


def match_headings(headings: Iterable[CellValue], columns: Sequence[Column]) -> dict[int, Column]:
    """Return the column at each index, matched exactly after normalising; of two equal ones the first wins."""
    return {index: column for index, column, is_first in _matches(headings, columns) if is_first}


def repeated_headings(headings: Iterable[CellValue], columns: Sequence[Column]) -> dict[int, Column]:
    """Return the columns left out because an earlier heading already means the same."""
    return {index: column for index, column, is_first in _matches(headings, columns) if not is_first}


def _matches(headings: Iterable[CellValue], columns: Sequence[Column]) -> Iterator[tuple[int, Column, bool]]:
    by_name = {name: column for column in reversed(columns) for name in column.names}
    seen: set[str] = set()
    for index, heading in enumerate(headings):
        if column := by_name.get(_name(heading)):
            yield index, column, column.key not in seen
            seen.add(column.key)


def find_header_row(rows: Sequence[Sequence[CellValue]], columns: Sequence[Column], search: int = 30) -> int | None:
    """Return the index of the row with most headings: at least two, one of them identifying.

    Only the first `search` rows are looked at; of equal rows the first wins.
    """
    identifying = {name for column in columns if column.identifies for name in column.names}
    known = {name for column in columns for name in column.names}
    best, best_count = None, 1
    for index, row in enumerate(rows[:search]):
        names = {name for name in map(_name, row) if name in known}
        count = len(match_headings(row, columns)) if names & identifying else 0
        if count > best_count:
            best, best_count = index, count
    return best


def _name(heading: CellValue) -> str:
    return "" if isinstance(heading, CellError) else normalise_heading(heading)
