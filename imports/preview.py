"""What an import would do, row by row: outcomes, problems at their cells, unknown values."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.sheets.workbook import cell_name
from imports.options import Context
from imports.reader import Table

#: Similar names are looked up for so many unknown values; nobody decides about more by hand.
_MOST_SUGGESTIONS = 200


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    SKIPPED = "skipped"


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
    """A reference that nothing answers to, listed once however many rows name it."""

    kind: str
    text: str
    key: str
    first: int
    rows: int = 0
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
        self.notes: list[str] = []
        self.unknown: dict[tuple[str, str], Unknown] = {}
        self.work: Any = None

    def reject(self, i: int, key: str | None, code: str, message: str, value: Any = "") -> None:
        """Row ``i`` is not taken because of the cell in the column of ``key``."""
        self.outcomes[i] = Outcome.REJECTED
        self.problems.append(self._problem(i, key, code, message, value, "error"))

    def skip(self, i: int, key: str | None, code: str, message: str, value: Any = "") -> None:
        """Row ``i`` is none of our business; no reason to worry."""
        if self.outcomes[i] is not Outcome.REJECTED:
            self.outcomes[i] = Outcome.SKIPPED
            self.problems.append(self._problem(i, key, code, message, value, "note"))

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
        """Row ``i`` waits for a decision about ``text``; ``obstacle``: why it cannot be created."""
        entry = self.unknown.get((kind, text))
        if entry is None:
            decision = self.context.decision(kind, text)
            is_left_out = decision is not None and decision.action == "reject"
            entry = self.unknown[kind, text] = Unknown(kind, text, key, i, 0, obstacle, is_left_out, find)
        entry.rows += 1
        if not entry.is_left_out:
            self.outcomes[i] = Outcome.REJECTED
        elif self.is_open(i):
            self.outcomes[i] = Outcome.SKIPPED

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(self.outcomes)
        counted[Outcome.SKIPPED] += len(self.table.left_out)
        return {str(outcome): counted[outcome] for outcome in Outcome}

    def summary(self) -> dict[str, Any]:
        """The JSON of ``import_workbook`` and of the page (without the batch)."""
        problems = sorted(
            [*self.problems, *self._left_out(), *self._undecided()], key=lambda p: (p.row or 0, p.cell or "")
        )
        return {
            "kind": self.table.kind,
            "sheet": self.table.sheet,
            "header_row": self.table.header_row,
            **self.counts,
            "mapping": self.table.mapping,
            "problems": [problem._asdict() for problem in problems],
            "unknown": [self._described(entry, n) for n, entry in enumerate(self.unknown.values())],
            "notes": [*self.table.notes, *self.notes],
        }

    def _problem(self, i: int, key: str | None, code: str, message: str, value: Any, severity: str) -> Problem:
        table = self.table
        index = table.index.get(key) if key else None
        column = table.headings[index] if index is not None else None
        cell = cell_name(table.numbers[i] - 1, index) if index is not None else None
        if value == "" and index is not None:
            value = "" if table.rows[i][index] is None else table.rows[i][index]
        return Problem(table.sheet, table.numbers[i], column, cell, str(value), code, str(message), severity)

    def _left_out(self) -> list[Problem]:
        message = _("Neither a number nor a name to go by: taken for a total or a remark and left out.")
        return [
            Problem(self.table.sheet, number, None, None, text, "no_record", message, "note")
            for number, text in self.table.left_out
        ]

    def _undecided(self) -> list[Problem]:
        labels = {
            "model": _("The model “%(text)s” is not in the catalogue (%(rows)d rows)."),
            "school": _("The school “%(text)s” is not known (%(rows)d rows)."),
            "room": _("The room “%(text)s” is not known (%(rows)d rows)."),
            "category": _("The category “%(text)s” is not known (%(rows)d rows)."),
        }
        return [
            self._problem(
                entry.first,
                entry.key,
                f"unknown_{entry.kind}",
                " ".join([labels[entry.kind] % {"text": entry.text, "rows": entry.rows}, entry.obstacle]).strip(),
                entry.text,
                "note" if entry.is_left_out else "error",
            )
            for entry in self.unknown.values()
        ]

    def _described(self, entry: Unknown, position: int) -> dict[str, Any]:
        found = entry.find(entry.text) if position < _MOST_SUGGESTIONS else ()
        return {
            "kind": entry.kind,
            "text": entry.text,
            "rows": entry.rows,
            "row": self.table.numbers[entry.first],
            "can_create": not entry.obstacle,
            "obstacle": entry.obstacle,
            "suggestions": [choice._asdict() for choice in found],
        }
