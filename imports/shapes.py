"""Where the tables of a sheet are: headings over one row or two, and tables side by side."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from common.columns import Column, find_header_row, match_headings
from common.parsing import clean_text, normalise_heading
from common.sheets.workbook import CellError, CellValue, Row, Sheet

#: Headings are looked for in so many rows.
SEARCH = 30
#: Of a heading, and of a text that is only shown, so many characters are kept.
LONGEST_TEXT = 200
#: A table beside another has at least so many columns that are known.
_LEAST_OF_A_BLOCK = 2


def cut(text: str, length: int = LONGEST_TEXT) -> str:
    """What is kept of a text that is only shown: one cell can hold a whole book."""
    return text if len(text) <= length else f"{text[:length]}…"


@dataclass(slots=True)
class Area:
    """One table in a sheet.

    ``header``: zero-based index of the row with the headings, the lower one of two (``has_two_rows``);
    ``headings``: as they are shown; ``names``: as they are understood; ``columns``: sheet column of each;
    ``own``: columns of this table alone, where others stand beside it; ``title``: what stands above it.
    """

    sheet: Sheet
    header: int
    has_two_rows: bool
    headings: list[str]
    names: list[str]
    columns: list[int]
    own: frozenset[int]
    title: str = ""

    def keys(self, columns: Sequence[Column]) -> frozenset[str]:
        return frozenset(column.key for column in match_headings(self.names, columns).values())


class _Header(NamedTuple):
    """``at``: index of the (lower) row; ``texts``: of each column, of the row above where it is blank there."""

    at: int
    has_two_rows: bool
    texts: list[str]


def find_areas(
    sheet: Sheet, columns: Sequence[Column], missing: Callable[[set[str]], Sequence[Any]], at: int | None = None
) -> list[Area]:
    """The tables of a sheet whose headings mean ``columns``: one, several side by side, or none.

    ``at``: index of the row in which the headings stand, known or not; ``None``: wherever most of them are known.
    Tables side by side repeat their headings, one that identifies among them, and each has all that the kind needs:
    of its keys ``missing`` is nothing.
    """
    header = _find_header(sheet, columns) if at is None else _header_at(sheet, at)
    if header is None:
        return []
    blocks = _blocks(header.texts, columns)
    areas = [_block(sheet, header, at, block) for at, block in enumerate(blocks)]
    if len(areas) > 1 and not any(missing(set(area.keys(columns))) for area in areas):
        return areas
    return [_whole(sheet, header)]


def area_at(sheet: Sheet, at: int) -> Area | None:
    """The whole sheet as one table below the row ``at``; ``None`` where nothing stands in that."""
    header = _header_at(sheet, at)
    return header and _whole(sheet, header)


def _header_at(sheet: Sheet, at: int) -> _Header | None:
    texts = [_text(cell) for cell in sheet.rows[at]] if at < len(sheet.rows) else []
    return _Header(at, False, texts) if any(texts) else None


def _find_header(sheet: Sheet, columns: Sequence[Column]) -> _Header | None:
    """The row with most headings; together with the row above it only where that makes more of them known."""
    rows = sheet.rows[:SEARCH]
    single = find_header_row(rows, columns)
    joined: list[list[CellValue]] = [
        [low if _text(low) else up for up, low in zip(*both, strict=True)] for both in pairwise(rows)
    ]
    double = find_header_row(joined, columns)
    if double is not None:
        count = 0 if single is None else len(match_headings(rows[single], columns))
        if len(match_headings(joined[double], columns)) > count:
            return _Header(double + 1, True, [_text(cell) for cell in joined[double]])
    return None if single is None else _Header(single, False, [_text(cell) for cell in rows[single]])


def _text(cell: CellValue) -> str:
    return "" if isinstance(cell, CellError) else cut(clean_text(cell) or "")


# --- one table --------------------------------------------------------------------------------------------------------


def _whole(sheet: Sheet, header: _Header) -> Area:
    headings, names = _told_apart(header.texts, _groups(sheet, header.at - 1))
    every = list(range(len(headings)))
    return Area(sheet, header.at, header.has_two_rows, headings, names, every, frozenset(every))


def _told_apart(texts: list[str], groups: list[str]) -> tuple[list[str], list[str]]:
    """Repeated headings with the group above them, if that tells them apart: as shown, and as understood.

    The first of them is understood without its group, unless one of them stands below no group.
    """
    plain = [normalise_heading(text) for text in texts]
    counts = Counter(filter(None, plain))
    repeated = [at for at, name in enumerate(plain) if counts[name] > 1]
    shown = list(texts)
    for at in repeated:
        if groups[at] and normalise_heading(groups[at]) != plain[at]:
            shown[at] = cut(f"{groups[at]} {texts[at]}")
    if len({shown[at] for at in repeated}) <= len({plain[at] for at in repeated}):
        return texts, texts
    understood = list(shown)
    for name in {plain[at] for at in repeated}:
        same = [at for at in repeated if plain[at] == name]
        if all(shown[at] != texts[at] for at in same):
            understood[same[0]] = texts[same[0]]
    return shown, understood


def _groups(sheet: Sheet, at: int) -> list[str]:
    """The text above each column: merged over several, or standing above the first of them."""
    width = len(sheet.rows[0]) if sheet.rows else 0
    if at < 0:
        return [""] * width
    joined = {first: last for row, first, _last_row, last in sheet.merged if row == at}
    groups: list[str] = []
    current, until = "", 0
    for position, cell in enumerate(sheet.rows[at]):
        if text := _text(cell):
            current, until = text, joined.get(position, width if not joined else position)
        groups.append(current if position <= until else "")
    return groups


# --- tables side by side ----------------------------------------------------------------------------------------------


class _Block(NamedTuple):
    columns: list[int]
    own: frozenset[int]


def _blocks(texts: Sequence[str], columns: Sequence[Column]) -> list[_Block]:
    """Columns of each table side by side; columns before and after them belong to all. None: there is only one."""
    starts = _starts(texts, columns)
    if not starts:
        return []
    width = min(after - before for before, after in pairwise(starts))
    end = min(starts[-1] + width, len(texts))
    shared = [at for at in (*range(starts[0]), *range(end, len(texts))) if texts[at]]
    blocks = []
    for start, after in zip(starts, [*starts[1:], end], strict=True):
        own = list(range(start, after))
        known = match_headings([texts[at] for at in own], columns)
        if len(known) < _LEAST_OF_A_BLOCK:
            return []
        before = [at for at in shared if at < start]
        blocks.append(_Block([*before, *own, *(at for at in shared if at > start)], frozenset(own)))
    return blocks


def _starts(texts: Sequence[str], columns: Sequence[Column]) -> list[int]:
    """Where each table begins: at the first of the headings that are repeated as often as one that identifies."""
    identifying = {name for column in columns if column.identifies for name in column.names}
    places: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        if text:
            places.setdefault(normalise_heading(text), []).append(at)
    count = max((len(found) for name, found in places.items() if name in identifying), default=1)
    if count < _LEAST_OF_A_BLOCK:
        return []
    return min(found for found in places.values() if len(found) == count)


def _block(sheet: Sheet, header: _Header, number: int, block: _Block) -> Area:
    texts = [header.texts[at] for at in block.columns]
    own = block.own if number else frozenset(block.columns)  # the first speaks for what all share
    title = next(filter(None, (_text(sheet.rows[header.at - 1][at]) for at in sorted(block.own))), "")
    is_title = header.at > 0 and not header.has_two_rows
    return Area(sheet, header.at, header.has_two_rows, texts, texts, block.columns, own, title if is_title else "")


def row_of(cells: Row, columns: Sequence[int | None]) -> Row:
    """The cells of a row in other columns; ``None`` has no column in this sheet."""
    return [None if at is None else cells[at] for at in columns]
