"""Which table of a workbook is meant, and what it is about: decided by its headings."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.columns import Column, find_header_row, match_headings
from common.sheets.workbook import Sheet, Workbook
from imports.kinds import KINDS, Kind
from imports.reader import Table, build_table


class UnusableTable(Exception):
    """No table in the file can be taken. ``message`` says to a person why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class _Candidate(NamedTuple):
    """A table that might be meant; the greatest is. ``rank``: kinds that say more come first."""

    is_complete: bool
    is_visible: bool
    rank: int
    matched: int
    rows: int
    position: int
    kind: Kind
    sheet: Sheet
    header: int
    keys: frozenset[str]


def find_table(book: Workbook, kind: str = "", sheet: str = "") -> tuple[Kind, Table]:
    """The table of ``kind`` (empty: whichever the headings say) in ``sheet`` (empty: the best one).

    Raises ``UnusableTable`` when no sheet has the headings that the kind needs.
    """
    sheets = [s for s in book.sheets if not sheet or s.name == sheet]
    if not sheets:
        names = ", ".join(s.name for s in book.sheets)
        raise UnusableTable(
            "no_sheet", _("There is no sheet “%(sheet)s”, only: %(names)s.") % {"sheet": sheet, "names": names}
        )
    found = list(_candidates(sheets, [KINDS[kind]] if kind else list(KINDS.values()), is_auto=not kind))
    best = max(found, key=lambda c: c[:6], default=None)
    if best is None or not best.is_complete:
        raise UnusableTable(*_why_not(sheets, kind, best))
    table = build_table(best.kind.name, best.sheet, best.header, best.kind.columns)
    if not table.rows:
        raise UnusableTable(
            "no_rows", _("Below the headings in row %(row)d there is nothing to take.") % {"row": table.header_row}
        )
    _note_other_sheets(table, best, found)
    return best.kind, table


def _candidates(sheets: Sequence[Sheet], kinds: Sequence[Kind], *, is_auto: bool) -> Iterable[_Candidate]:
    for position, sheet in enumerate(sheets):
        for rank, kind in enumerate(reversed(kinds)):
            header = find_header_row(sheet.rows, kind.columns)
            if header is None:
                continue
            matched = match_headings(sheet.rows[header], kind.columns)
            keys = frozenset(column.key for column in matched.values())
            needs = (*kind.needs, *kind.marks) if is_auto else kind.needs
            is_complete = all(not keys.isdisjoint(group) for group in needs)
            yield _Candidate(
                is_complete, not sheet.hidden, rank, len(keys), len(sheet.rows), -position, kind, sheet, header, keys
            )


def _why_not(sheets: Sequence[Sheet], kind: str, best: _Candidate | None) -> tuple[str, str]:
    if kind and best is not None:
        missing = "; ".join(_headings(group, best.kind.columns) for group in best.kind.missing(set(best.keys)))
        message = _("This is not a list of %(kind)s: in row %(row)d these columns are missing: %(missing)s.")
        params = {"kind": best.kind.name.label, "row": best.header + 1, "missing": missing}
        return "wrong_kind", " ".join([message % params, _other_kind(sheets)]).strip()
    if kind:
        message = _("No row with headings was found that belongs to a list of %(kind)s.")
        other = _other_kind(sheets)
        text = " ".join([message % {"kind": KINDS[kind].name.label}, other]).strip()
        return "wrong_kind" if other else "no_header", text
    return "no_header", _(
        "No row with known headings was found. Please say what kind of list it is, or use a template."
    )


def _other_kind(sheets: Sequence[Sheet]) -> str:
    other = max(_candidates(sheets, list(KINDS.values()), is_auto=True), key=lambda c: c[:6], default=None)
    if other is None or not other.is_complete:
        return ""
    return _("By its headings it is a list of %(kind)s.") % {"kind": other.kind.name.label}


def _headings(keys: Sequence[str], columns: Sequence[Column]) -> str:
    names = {column.key: column.heading() for column in columns}
    return _(" or ").join(_("“%(heading)s”") % {"heading": names[key]} for key in keys if key in names)


def _note_other_sheets(table: Table, best: _Candidate, found: Sequence[_Candidate]) -> None:
    others = [c.sheet.name for c in found if c.kind is best.kind and c.is_complete and c.sheet is not best.sheet]
    if others:
        message = _("Only the sheet “%(sheet)s” is read; these look the same: %(others)s.")
        table.notes.append(message % {"sheet": best.sheet.name, "others": ", ".join(others)})
