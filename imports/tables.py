"""The one table that the tables of a workbook make together: its rows, and where each of them stands."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from common.columns import Column, match_headings
from common.parsing import ParseError, clean_text, normalise_heading
from common.sheets.workbook import CellError, Row, Sheet
from imports.examples import is_example
from imports.headings import NOTHING, Learned, Match, by_hand, index_of, map_headings, prefer_filled, taught, without
from imports.personal import persons_in
from imports.shapes import Area, cut

#: What is written into a cell to say that there is nothing.
DASHES = frozenset({"-", "--", "---", "–", "—", "?", "??", "???", "."})
#: How a column is known that came from other cells: from the name of a sheet, from a cell that said two things.
SHAPE = "shape"
_TOTAL = re.compile(r"\s*(gesamt|summe|insgesamt|zwischensumme|total|sum|legende|stand|quelle|hinweis)\b", re.I)
_LEGEND = re.compile(r"\s*(legende|erläuterung(en)?|erklärung(en)?|abkürzung(en)?|hinweise?|key)\b[^\w]*", re.I)
#: Below the word “Legende” a row that has at most so many cells explains something.
_CELLS_OF_A_LEGEND = 2


class Part(NamedTuple):
    """The rows of the table from ``start`` on come from ``area``; ``columns``: its sheet column per column."""

    start: int
    area: Area
    columns: list[int | None]

    @property
    def sheet(self) -> Sheet:
        return self.area.sheet


class LeftOut(NamedTuple):
    """A row that is no record. ``number``: as Excel numbers it; ``text``: its first, which stands in column ``at``."""

    sheet: str
    number: int
    text: str
    at: int


@dataclass(slots=True)
class Table:
    """The rows of records in a workbook. ``numbers``: Excel row of each; ``index``: column of a key.

    ``parts``: the tables of which it is made, in one sheet or several. ``matches``: what each heading was taken
    for; ``persons``: columns that are left out because they may be about persons, ``persons_used``: those that are used
    because somebody decided so. ``left_out``: rows that are no
    records (totals, remarks). ``faults``: cells by key and row that no converter needs to see.
    """

    kind: str
    sheet: str
    header_row: int
    headings: list[str]
    index: dict[str, int]
    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    persons: frozenset[int] = frozenset()
    persons_used: frozenset[int] = frozenset()
    faults: dict[str, dict[int, ParseError]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def mapping(self) -> dict[str, str | None]:
        """Heading → key, or ``None`` where the column is not used."""
        return {match.heading: match.key for match in self.matches}

    @property
    def personal(self) -> list[str]:
        """Headings, as in ``mapping``, of columns that are left out because they may be about persons."""
        return [match.heading for match in self.matches if match.position in self.persons]

    @property
    def personal_used(self) -> list[str]:
        """Headings of columns that are used though they may be about persons."""
        return [match.heading for match in self.matches if match.position in self.persons_used]

    @property
    def file_headings(self) -> list[str]:
        """The headings as the file has them, without the columns that came from other cells."""
        ours = {match.position for match in self.matches if match.how == SHAPE}
        return [heading for at, heading in enumerate(self.headings) if at not in ours]

    def sheet_of(self, i: int) -> str:
        """Name of the sheet in which row ``i`` stands."""
        return self.part_of(i).sheet.name

    def has_value(self, i: int, key: str) -> bool:
        """Whether the cell holds anything but a dash, usable or not."""
        at = self.index.get(key)
        return at is not None and (cell := self.rows[i][at]) is not None and cell not in DASHES

    def column_of(self, i: int, key: str) -> int | None:
        """Zero-based column of its sheet in which row ``i`` has ``key``."""
        at = self.index.get(key)
        return None if at is None else self.part_of(i).columns[at]

    def part_of(self, i: int) -> Part:
        return self.parts[0 if len(self.parts) == 1 else bisect_right(self.parts, i, key=_start) - 1]

    def text(self, i: int, key: str) -> str:
        """The cell as text, for messages."""
        position = self.index.get(key)
        value = self.rows[i][position] if position is not None else None
        return str(value) if isinstance(value, CellError) else clean_text(value) or ""

    def put(self, key: str, heading: str, texts: Mapping[int, str]) -> None:
        """Write texts into rows, in a column of ``heading`` of their own where the file has none for ``key``.

        The cells of the workbook stay as they are; a column of our own stands in none of them.
        """
        if key not in self.index:
            self.index[key] = at = len(self.headings)
            self.headings.append(heading)
            self.matches.append(Match(at, heading, key, SHAPE, 100))
            self.rows = [[*row, None] for row in self.rows]
            for part in self.parts:
                part.columns.append(None)
        at = self.index[key]
        for i, text in texts.items():
            self.rows[i] = row = [*self.rows[i]]
            row[at] = text

    def blank(self, key: str, rows: Iterable[int]) -> None:
        """Take the cells of a column out of some rows; the workbook keeps them."""
        at = self.index[key]
        for i in rows:
            self.rows[i] = row = [*self.rows[i]]
            row[at] = None


def _start(part: Part) -> int:
    return part.start


def build_table(
    kind: str,
    areas: Sequence[Area],
    columns: Sequence[Column],
    learned: Learned = NOTHING,
    *,
    is_understood: bool = True,
) -> Table:
    """All areas as one table; blank rows are passed over, rows of totals left out.

    ``learned``: what is known about its headings beside the names of ``columns``. Where these are not
    ``is_understood``, every row in which anything stands is taken for a record.
    """
    layout = _Layout(areas, taught(columns, *learned))
    matches = map_headings(layout.headings, columns, **learned._asdict(), meant=layout.names)
    matches = prefer_filled(matches, lambda match: _is_blank(match.position, areas, layout.places))
    table = Table(kind, areas[0].sheet.name, areas[0].header + 1, layout.headings, index_of(matches), matches=matches)
    identifying = {c.key for c in columns if c.identifies} if is_understood else None
    for area, places in zip(areas, layout.places, strict=True):
        table.parts.append(Part(len(table.rows), area, places))
        _fill_merged(area, frozenset(table.index.values()), places)
        _read_area(table, area, places, identifying)
    found, decided = persons_in(table.matches, table.rows), by_hand(table.matches)
    table.persons, table.persons_used = found - decided, found & decided
    table.matches = without(table.matches, table.persons)
    table.left_out = [row._replace(text="") if row.at in table.persons else row for row in table.left_out]
    table.index = index_of(table.matches)
    return table


class _Layout:
    """The columns of the areas side by side: those of one heading, or of one meaning, are the same."""

    def __init__(self, areas: Sequence[Area], columns: Sequence[Column]) -> None:
        self.headings, self.names = list(areas[0].headings), list(areas[0].names)
        self.places: list[list[int | None]] = [list(areas[0].columns)]
        for area in areas[1:]:
            self._join(area, columns)
        for places in self.places:
            places.extend([None] * (len(self.headings) - len(places)))

    def _join(self, area: Area, columns: Sequence[Column]) -> None:
        here = {column.key: at for at, column in match_headings(self.names, columns).items()}
        there = match_headings(area.names, columns)
        free: dict[str, list[int]] = {}
        for at, name in reversed(list(enumerate(self.names))):
            free.setdefault(normalise_heading(name), []).append(at)
        places: list[int | None] = [None] * len(self.headings)
        for at, name in enumerate(area.names):
            same = free.get(normalise_heading(name))
            target = same.pop() if same else None
            if target is None and at in there:
                target = here.get(there[at].key)
            if target is None or places[target] is not None:
                target = len(self.headings)
                self.headings.append(area.headings[at])
                self.names.append(name)
                places.append(None)
            places[target] = area.columns[at]
        self.places.append(places)


def _fill_merged(area: Area, mapped: frozenset[int], places: Sequence[int | None]) -> None:
    """A value in cells merged over several rows is the value of each of them, as everybody sees it."""
    rows, wanted = area.sheet.rows, {places[at] for at in mapped}
    budget = len(rows) * max(len(wanted), 1)  # honest ranges do not overlap
    for first, column, last, last_column in area.sheet.merged:
        if first <= area.header or column not in wanted or column != last_column:
            continue
        last = min(last, len(rows) - 1)
        budget -= max(last - first, 0)
        if budget < 0:
            return
        for row in rows[first + 1 : last + 1]:
            if row[column] is None:  # not one that somebody has corrected
                row[column] = rows[first][column]


def _is_blank(at: int, areas: Sequence[Area], places: Sequence[Sequence[int | None]]) -> bool:
    """Whether nothing but dashes stands in a column of the table."""
    return not any(
        (cell := row[column]) is not None and cell not in DASHES
        for area, columns in zip(areas, places, strict=True)
        if (column := columns[at]) is not None
        for row in area.sheet.rows[area.header + 1 :]
    )


def _read_area(table: Table, area: Area, places: Sequence[int | None], identifying: set[str] | None) -> None:
    """``identifying``: keys of columns that make a row a record; ``None``: all do, and those that nobody knows."""
    own = [at for at, column in enumerate(places) if column in area.own]
    known = own if identifying is None else [at for key, at in table.index.items() if key in identifying and at in own]
    judge = _Judge(known, [at for at in table.index.values() if at in own], own)
    rows = area.sheet.rows
    header = rows[area.header]
    is_as_it_is = list(places) == list(range(len(header)))
    for number, cells in enumerate(rows[area.header + 1 :], area.header + 2):
        row = cells if is_as_it_is else [None if at is None else cells[at] for at in places]
        if cells != header and judge.is_record(row):
            table.rows.append(row)
            table.numbers.append(number)
        elif (at := judge.first_at(row)) is not None:
            table.left_out.append(LeftOut(area.sheet.name, number, cut(str(row[at])), at))


class _Judge:
    """Tells records from totals, remarks and what stands below “Legende”."""

    def __init__(self, identifying: Sequence[int], mapped: Sequence[int], own: Sequence[int]) -> None:
        self._identifying, self._mapped, self._own = identifying, mapped, own
        self._is_in_legend = False

    def first_at(self, row: Row) -> int | None:
        return next((at for at in self._own if row[at] is not None), None)

    def is_record(self, row: Row) -> bool:
        at = self.first_at(row)
        first = None if at is None else row[at]
        if type(first) is str and first[:1] in "GgSsIiZzTtLlQqHhEeAaKkBb" and self._is_remark(first, row):
            return False
        if self._is_in_legend:
            self._is_in_legend = self._count(row) <= _CELLS_OF_A_LEGEND < len(self._mapped)
            if self._is_in_legend:
                return False
        if any(row[at] is not None for at in self._identifying):
            return True
        return self._count(row) >= _CELLS_OF_A_LEGEND and any(
            not isinstance(row[at], (int, float, type(None))) for at in self._mapped
        )

    def _is_remark(self, first: str, row: Row) -> bool:
        if is_example(first):
            return True
        if _LEGEND.fullmatch(first) and self._count(row) <= _CELLS_OF_A_LEGEND:
            self._is_in_legend = True
            return True
        return bool(_TOTAL.match(first)) and self._count(row) <= len(self._mapped) / 2 + 1

    def _count(self, row: Row) -> int:
        return sum(row[at] is not None for at in self._mapped)
