"""What an import would do, row by row: outcomes, problems at their cells, unknown values."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.sheets.workbook import cell_name
from imports.enums import Outcome
from imports.options import Context
from imports.reader import Table, cut

#: A plan keeps so many problems and counts the others: a file can have one in each of its cells.
_MOST_PROBLEMS = 20_000
#: Of a cell with a problem so many characters are kept.
_LONGEST_VALUE = 120
#: Similar names are looked up for so many unknown values; nobody decides about more by hand.
_MOST_SUGGESTIONS = 200


class Problem(NamedTuple):
    """``row``: Excel row; ``column``: heading; ``severity``: ``error`` rejects the row, ``note`` does not."""

    sheet: str
    row: int | None
    column: str | None
    cell: str | None
    value: str
    code: str
    message: str
    severity: str = "error"


class Choice(NamedTuple):
    """A record that an unknown value may mean."""

    id: int
    label: str


@dataclass(slots=True)
class Unknown:
    """A reference that nothing answers to, listed once however many rows name it (``at``)."""

    kind: str
    text: str
    key: str
    at: list[int] = field(default_factory=list)
    obstacle: str = ""
    is_left_out: bool = False
    find: Callable[[str], Sequence[Choice]] = field(default=lambda text: ())


class Plan:
    """Outcome per row of a table. ``work`` is what the kind's ``write`` carries out."""

    def __init__(self, table: Table, context: Context) -> None:
        self.table = table
        self.context = context
        self.outcomes: list[Outcome | None] = [None] * len(table.rows)
        self.problems: list[Problem] = []
        self.problems_left_out = 0
        self.notes: list[str] = []
        self.unknown: dict[tuple[str, str], Unknown] = {}
        self.work: Any = None

    def reject(self, i: int, key: str | None, code: str, message: str, value: Any = "") -> None:
        """Row ``i`` is not taken because of the cell in the column of ``key``; of a row left out nothing is asked."""
        if self.outcomes[i] is Outcome.SKIPPED:
            return
        self.outcomes[i] = Outcome.REJECTED
        self._note(i, key, code, message, value, "error")

    def skip(self, i: int, key: str | None, code: str, message: str, value: Any = "") -> None:
        """Row ``i`` is none of our business; no reason to worry."""
        if self.outcomes[i] is not Outcome.REJECTED:
            self.outcomes[i] = Outcome.SKIPPED
            self._note(i, key, code, message, value, "note")

    def is_open(self, i: int) -> bool:
        """Neither rejected nor skipped."""
        return self.outcomes[i] is not Outcome.REJECTED and self.outcomes[i] is not Outcome.SKIPPED

    def has_value(self, i: int, key: str) -> bool:
        """Whether the cell holds anything, usable or not: blank and unusable are told apart."""
        index = self.table.index.get(key)
        return index is not None and self.table.rows[i][index] is not None

    def wonder(
        self, i: int, key: str, kind: str, text: str, find: Callable[[str], Sequence[Choice]], obstacle: str = ""
    ) -> None:
        """Row ``i`` waits for a decision about ``text``; ``obstacle``: why it cannot be created.

        A row that was decided to be left out is left out whatever else is wrong with it.
        """
        entry = self.unknown.get((kind, text))
        if entry is None:
            decision = self.context.decision(kind, text)
            is_left_out = decision is not None and decision.action == "reject"
            entry = self.unknown[kind, text] = Unknown(kind, text, key, [], obstacle, is_left_out, find)
        entry.at.append(i)
        if entry.is_left_out:
            self.outcomes[i] = Outcome.SKIPPED
        elif self.outcomes[i] is not Outcome.SKIPPED:
            self.outcomes[i] = Outcome.REJECTED

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(self.outcomes)
        counted[Outcome.SKIPPED] += len(self.table.left_out)
        return {str(outcome): counted[outcome] for outcome in Outcome}

    def summary(self) -> dict[str, Any]:
        """The JSON of ``import_workbook`` and of the page (without the batch)."""
        asked = [entry for entry in self.unknown.values() if entry.is_left_out or self._open_rows(entry)]
        asked.sort(key=lambda entry: entry.is_left_out)  # what still waits for an answer comes first
        problems = [*self._standing(), *self._left_out(), *self._undecided(asked[:_MOST_PROBLEMS])]
        unlisted = max(len(self.table.left_out) - _MOST_PROBLEMS, 0) + max(len(asked) - _MOST_PROBLEMS, 0)
        return {
            "kind": self.table.kind,
            "sheet": self.table.sheet,
            "header_row": self.table.header_row,
            **self.counts,
            "mapping": self.table.mapping,
            "problems": [p._asdict() for p in sorted(problems, key=lambda p: (p.row or 0, p.cell or ""))],
            "problems_left_out": self.problems_left_out + unlisted,
            "unknown": [self._described(entry, n) for n, entry in enumerate(asked)],
            "notes": [*self.table.notes, *self.notes],
        }

    def _note(self, i: int, key: str | None, code: str, message: str, value: Any, severity: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(self._problem(i, key, code, message, value, severity))
        else:
            self.problems_left_out += 1

    def _problem(self, i: int, key: str | None, code: str, message: str, value: Any, severity: str) -> Problem:
        table = self.table
        index = table.index.get(key) if key else None
        column = table.headings[index] if index is not None else None
        cell = cell_name(table.numbers[i] - 1, index) if index is not None else None
        if value == "" and index is not None:
            value = "" if table.rows[i][index] is None else table.rows[i][index]
        shown = cut(str(value), _LONGEST_VALUE)
        return Problem(table.sheet, table.numbers[i], column, cell, shown, code, str(message), severity)

    def _left_out(self) -> list[Problem]:
        message = _("Neither a number nor a name to go by: taken for a total or a remark and left out.")
        return [
            Problem(self.table.sheet, number, None, None, text, "no_record", message, "note")
            for number, text in self.table.left_out[:_MOST_PROBLEMS]
        ]

    def _standing(self) -> list[Problem]:
        """Problems of single rows, but those of rows that were left out afterwards."""
        gone = {self.table.numbers[i] for i, outcome in enumerate(self.outcomes) if outcome is Outcome.SKIPPED}
        return [p for p in self.problems if p.severity != "error" or p.row not in gone]

    def _open_rows(self, entry: Unknown) -> list[int]:
        """The rows for which ``entry`` matters: all that are not left out, or all that it leaves out."""
        return [i for i in entry.at if entry.is_left_out or self.outcomes[i] is not Outcome.SKIPPED]

    def _undecided(self, entries: Sequence[Unknown]) -> list[Problem]:
        found = []
        for entry in entries:
            rows = self._open_rows(entry)
            message = f"{_unknown_message(entry, len(rows))} {entry.obstacle}".strip()
            severity = "note" if entry.is_left_out else "error"
            found.append(self._problem(rows[0], entry.key, f"unknown_{entry.kind}", message, entry.text, severity))
        return found

    def _described(self, entry: Unknown, position: int) -> dict[str, Any]:
        found = entry.find(entry.text) if position < _MOST_SUGGESTIONS else ()
        rows = self._open_rows(entry)
        return {
            "kind": entry.kind,
            "text": entry.text,
            "rows": len(rows),
            "row": self.table.numbers[rows[0]],
            "can_create": not entry.obstacle,
            "obstacle": entry.obstacle,
            "suggestions": [choice._asdict() for choice in found],
        }


def _unknown_message(entry: Unknown, rows: int) -> str:
    params = {"text": entry.text, "rows": rows}
    messages = {
        "model": ngettext(
            "The model “%(text)s” is not in the catalogue (%(rows)d row).",
            "The model “%(text)s” is not in the catalogue (%(rows)d rows).",
            rows,
        ),
        "school": ngettext(
            "The school “%(text)s” is not known (%(rows)d row).",
            "The school “%(text)s” is not known (%(rows)d rows).",
            rows,
        ),
        "room": ngettext(
            "The room “%(text)s” is not known (%(rows)d row).",
            "The room “%(text)s” is not known (%(rows)d rows).",
            rows,
        ),
        "category": ngettext(
            "The category “%(text)s” is not known (%(rows)d row).",
            "The category “%(text)s” is not known (%(rows)d rows).",
            rows,
        ),
    }
    return messages[entry.kind] % params
