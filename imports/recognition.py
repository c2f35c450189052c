"""Which table of a workbook is meant, and what it is about: decided by its headings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.columns import Column, match_headings
from common.sheets.workbook import Sheet, Workbook
from imports.examples import is_example
from imports.guessing import guess_area
from imports.headings import NOTHING, Learned, notes_on, similar_headings, taught
from imports.kinds import KINDS, Kind
from imports.shape_notes import note_shape
from imports.shapes import SEARCH, Area, find_areas
from imports.shapes_codes import expand_rows
from imports.shapes_places import SheetNames, name_schools, split_places
from imports.tables import Table, build_table

#: Sheets that are read together differ in so many columns at most.
_OTHER_COLUMNS = 2


class UnusableTable(Exception):
    """No table in the file can be taken. ``message`` says to a person why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ColumnsWanted(UnusableTable):
    """There is a table, but somebody must say what its columns mean, or where its headings stand.

    ``table``: as it probably is, with all its rows; ``wanted``: what the person has to say.
    """

    def __init__(self, code: str, message: str, table: Table, wanted: str) -> None:
        super().__init__(code, message)
        self.table = table
        self.wanted = wanted


class _Candidate(NamedTuple):
    """Tables of a sheet that might be meant; the greatest is. ``rank``: kinds that say more come first."""

    is_complete: bool
    rank: int
    matched: int
    rows: int
    position: int
    kind: Kind
    areas: list[Area]
    keys: frozenset[str]

    @property
    def sheet(self) -> Sheet:
        return self.areas[0].sheet

    @property
    def is_hidden(self) -> bool:
        return self.sheet.hidden


@dataclass(slots=True)
class _Search:
    """Where tables are looked for. ``is_auto``: the headings must say what kind it is. ``at``: index of the row with
    the headings, where that was said.
    """

    sheets: Sequence[Sheet]
    kinds: Sequence[Kind]
    learned: Mapping[str, Learned]
    names: SheetNames
    is_auto: bool
    at: int | None = None

    def best(self) -> tuple[_Candidate | None, list[_Candidate]]:
        """The greatest of all candidates; only where the headings are not known, similar ones count."""
        found: list[_Candidate] = []
        for is_similar_enough in (False, True):
            found = list(self.candidates(is_similar_enough=is_similar_enough))
            best = max(found, key=lambda c: c[:5], default=None)
            if best and best.is_complete and not (self.is_auto and self._may_be_more(best)):
                break
        return best, found

    def _may_be_more(self, best: _Candidate) -> bool:
        """Whether a heading that is only similar tells of a kind that says more: a misspelt serial number in a list
        that could else be one of models.
        """
        names = best.areas[0].names
        for kind in self.kinds[: list(self.kinds).index(best.kind)]:
            unknown = [name for at, name in enumerate(names) if at not in match_headings(names, kind.columns)]
            similar = set(similar_headings(unknown, kind.columns).values())
            if any(column.key in similar for column in kind.columns if column.identifies):
                return True
        return False

    def candidates(self, *, is_similar_enough: bool = False) -> Iterable[_Candidate]:
        for position, sheet in enumerate(self.sheets):
            top = [cell for row in sheet.rows[:SEARCH] for cell in row]
            for rank, kind in enumerate(reversed(self.kinds)):
                columns = taught(kind.columns, *self.learned.get(kind.name, NOTHING)[:3])
                if is_similar_enough:
                    columns = taught(columns, similar_headings(top, kind.columns))
                areas = find_areas(sheet, columns, kind.missing, self.at)
                if areas:
                    yield self._candidate(kind, areas, columns, rank, -position)

    def _candidate(
        self, kind: Kind, areas: list[Area], columns: Sequence[Column], rank: int, position: int
    ) -> _Candidate:
        keys = areas[0].keys(columns)
        needs = (*kind.needs, *kind.marks) if self.is_auto else kind.needs
        if self.names.are_needed(keys, kind.columns) and self.names.school_of(areas[0]):
            keys |= {"school"}
        is_complete = all(not keys.isdisjoint(group) for group in needs)
        if self.is_auto and match_headings(areas[0].names, kind.foreign):
            is_complete = False
        return _Candidate(is_complete, rank, len(keys), len(areas[0].sheet.rows), position, kind, areas, keys)

    def likely(self, best: _Candidate | None) -> Area | None:
        """Where the table probably is when its headings say too little, or nothing."""
        if best:
            return best.areas[0]
        every = (taught(kind.columns, *self.learned.get(kind.name, NOTHING)) for kind in self.kinds)
        return guess_area(self.sheets, {name for columns in every for column in columns for name in column.names})

    @property
    def is_chosen(self) -> bool:
        """Whether somebody has said something about the headings, which can be said otherwise."""
        return self.at is not None or any(learned.chosen for learned in self.learned.values())


def find_table(
    book: Workbook,
    kind: str = "",
    sheet: str = "",
    learned: Mapping[str, Learned] | None = None,
    header_row: int = 0,
) -> tuple[Kind, Table]:
    """The table of ``kind`` (empty: whichever the headings say) in ``sheet`` (empty: the best ones).

    Sheets with the same headings are read together, hidden ones only where they are asked for. ``learned``: by
    kind, what is known about headings. Only where none are known, similar ones count. ``header_row``: in which the
    headings stand, as Excel numbers it; 0: where most are known. Raises ``UnusableTable`` when no sheet has the
    headings that the kind needs, ``ColumnsWanted`` where a person can say what they mean.
    """
    kinds = [KINDS[kind]] if kind else list(KINDS.values())
    at = header_row - 1 if header_row else None
    search = _Search(_sheets(book, sheet), kinds, learned or {}, SheetNames(book), is_auto=not kind, at=at)
    best, found = search.best()
    is_found = best is not None and best.is_complete
    if at is None and search.is_chosen and not is_found and (area := search.likely(best)):
        best, found = replace(search, at=area.header).best()  # what was chosen may be too little to find the row again
    if best is None or not best.is_complete:
        raise _not_understood(book, search, kind, best)
    together = sorted((c for c in found if _is_alike(c, best)), key=lambda c: -c.position)
    areas = [area for candidate in together for area in candidate.areas]
    table = build_table(best.kind.name, areas, best.kind.columns, search.learned.get(best.kind.name, NOTHING))
    if not table.rows:
        nothing = _why_nothing(table)
        if search.is_chosen:
            raise ColumnsWanted("no_rows", nothing, _shown(search, areas[0], best.kind.name), nothing)
        raise UnusableTable("no_rows", nothing)
    table.notes += notes_on(table.matches, best.kind.columns)
    note_shape(table, book, is_chosen=bool(sheet))
    name_schools(table, best.kind.columns, search.names)
    expand_rows(table, best.kind.columns)
    split_places(table, best.kind.columns, search.names)
    return best.kind, table


def _sheets(book: Workbook, name: str) -> list[Sheet]:
    """The sheet that is called so, hidden or not; all that are shown where no name is given."""
    if not name:
        return [sheet for sheet in book.sheets if not sheet.hidden]
    found = [sheet for sheet in book.sheets if sheet.name == name]
    if not found:
        params = {"sheet": name, "names": ", ".join(sheet.name for sheet in book.sheets)}
        raise UnusableTable("no_sheet", _("There is no sheet “%(sheet)s”, only: %(names)s.") % params)
    return found


def _is_alike(one: _Candidate, best: _Candidate) -> bool:
    """Whether its sheet is read together with the best: the same kind with nearly the same columns."""
    return one.kind is best.kind and one.is_complete and len(one.keys ^ best.keys) <= _OTHER_COLUMNS


def _why_nothing(table: Table) -> str:
    if any(is_example(row.text) for row in table.left_out):
        return _("Only the example is filled in: write your own rows below it.")
    return _("Below the headings in row %(row)d there is nothing to take.") % {"row": table.header_row}


def _not_understood(book: Workbook, search: _Search, kind: str, best: _Candidate | None) -> UnusableTable:
    """With the table of which the kind or its columns can be chosen, if there is any."""
    code, message = _why_not(book, search, kind, best)
    area = search.likely(best)
    if area is None or code == "hidden_sheet":
        return UnusableTable(code, message)
    table = _shown(search, area, kind)
    return ColumnsWanted(code, message, table, _wanted(search, table, kind, is_row_blank=best is None))


def _shown(search: _Search, area: Area, kind: str) -> Table:
    columns = KINDS[kind].columns if kind else ()
    table = build_table(kind, [area], columns, search.learned.get(kind, NOTHING), is_understood=False)
    table.left_out = []
    return table


def _wanted(search: _Search, table: Table, kind: str, *, is_row_blank: bool) -> str:
    if search.at is not None and is_row_blank:
        return _no_cell(search.at)
    if not kind:
        return _("The headings do not say what is in this list. Please say it below under “Read it differently”.")
    missing = [_headings(group, KINDS[kind].columns) for group in KINDS[kind].missing(set(table.index))]
    message = _("Please say which column is %(columns)s.")
    sentences = [message % {"columns": names} for names in missing]
    more = sentences or [_("Please say of at least one more column what it is.")]
    return " ".join([_other_kind(search), *more]).strip()


def _no_cell(at: int) -> str:
    return _("In row %(row)d there is no cell in which anything stands: no headings can be there.") % {"row": at + 1}


def _why_not(book: Workbook, search: _Search, kind: str, best: _Candidate | None) -> tuple[str, str]:
    hidden = [sheet for sheet in book.sheets if sheet.hidden and not any(sheet is seen for seen in search.sheets)]
    concealed, _found = replace(search, sheets=hidden).best()
    if concealed and concealed.is_complete:
        message = _("The list is in the sheet “%(sheet)s”, which is hidden and so not read. Show it and save the file.")
        return "hidden_sheet", message % {"sheet": concealed.sheet.name}
    if search.at is not None and best is None:
        return "no_header", _no_cell(search.at)
    if kind and best is not None:
        missing = "; ".join(_headings(group, best.kind.columns) for group in best.kind.missing(set(best.keys)))
        message = _("This is not a list of %(kind)s: in row %(row)d these columns are missing: %(missing)s.")
        params = {"kind": best.kind.name.label, "row": best.areas[0].header + 1, "missing": missing}
        return "wrong_kind", " ".join([message % params, _other_kind(search)]).strip()
    if kind:
        message = _("No row with headings was found that belongs to a list of %(kind)s.")
        other = _other_kind(search)
        text = " ".join([message % {"kind": KINDS[kind].name.label}, other]).strip()
        return "wrong_kind" if other else "no_header", text
    return "no_header", _(
        "No row with known headings was found. Please say what kind of list it is, or use a template."
    )


def _other_kind(search: _Search) -> str:
    everything = replace(search, kinds=list(KINDS.values()), learned={}, is_auto=True)
    other = max(everything.candidates(), key=lambda c: c[:5], default=None)
    if other is None or not other.is_complete:
        return ""
    return _("By its headings it is a list of %(kind)s.") % {"kind": other.kind.name.label}


def _headings(keys: Sequence[str], columns: Sequence[Column]) -> str:
    names = {column.key: column.heading() for column in columns}
    return _(" or ").join(_("“%(heading)s”") % {"heading": names[key]} for key in keys if key in names)
