"""What an import would do, row by row: outcomes, problems at their cells, unknown values."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from common.sheets.workbook import cell_name
from imports.enums import Blank, Outcome
from imports.examples import is_example
from imports.findings import Ambiguity, Choice, Conflict, Place, Problem, Unknown
from imports.options import Context, Decision
from imports.reader import Table, cut

#: A plan keeps so many problems and counts the others: a file can have one in each of its cells.
_MOST_PROBLEMS = 20_000
#: Of a cell with a problem so many characters are kept.
_LONGEST_VALUE = 120
#: Similar names are looked up for so many unknown values; nobody decides about more by hand.
_MOST_SUGGESTIONS = 200
#: So many records that the file does not name are listed, and so many rows asked about; all are counted.
MOST_LISTED = 2_000
#: A note names so many things.
_MOST_NAMED = 20
#: Kind of the decisions about a row that may mean several records.
_ROW = "row"

__all__ = ["Choice", "Plan", "Problem"]


class Plan:
    """Outcome per row of a table. ``work`` is what the kind's ``write`` carries out.

    ``labels``, ``matched_by``, ``records``: what each row is about, by which key that was found, and the
    key of the record if there is one. ``changes``: of changed rows, old and new text per column.
    ``absent``: records of which the file speaks as a whole without naming them; ``absent_count`` counts
    those that are not listed, too. ``edited``: of rows of our own lists, the columns edited since they
    went out. ``conflicts``: of these, what somebody else changed meanwhile.
    """

    def __init__(self, table: Table, context: Context) -> None:
        self.table = table
        self.context = context
        count = len(table.rows)
        self.outcomes: list[Outcome | None] = [None] * count
        self.labels: list[str] = [""] * count
        self.matched_by: list[str] = [""] * count
        self.records: list[int | None] = [None] * count
        self.changes: dict[int, dict[str, tuple[str | None, str | None]]] = {}
        self.unclear: dict[int, Ambiguity] = {}
        self.absent: list[Choice] = []
        self.absent_count = 0
        self.edited: dict[int, frozenset[str]] = {}
        self.conflicts: list[Conflict] = []
        self.problems: list[Problem] = []
        self.problem_rows: list[int] = []
        self.problems_left_out = 0
        self.notes: list[str] = []
        self.unknown: dict[tuple[str, str], Unknown] = {}
        self.work: Any = None
        self.touched: dict[int, set[int | None]] = {}
        for i, reason in context.refused.items():
            self.reject(i, None, "forbidden", reason)

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

    def note(self, i: int, key: str | None, code: str, message: str, value: Any = "") -> None:
        """Something to know about row ``i``, which is taken all the same."""
        self._note(i, key, code, message, value, "note")

    def tell_of_new(self, message: str, names: Sequence[str]) -> None:
        """What comes into being besides the records of the rows; ``message`` takes ``names``."""
        if names:
            shown = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
            self.notes.append(message % {"names": shown})

    def is_open(self, i: int) -> bool:
        """Neither rejected nor skipped, and not waiting for somebody to say which record it means."""
        outcome = self.outcomes[i]
        return outcome is not Outcome.REJECTED and outcome is not Outcome.SKIPPED and outcome is not Outcome.AMBIGUOUS

    @property
    def is_complete(self) -> bool:
        """Whether no row is rejected or waits for an answer."""
        return Outcome.REJECTED not in self.outcomes and Outcome.AMBIGUOUS not in self.outcomes

    def place(self, i: int, key: str | None = None) -> Place:
        """Where row ``i`` stands, and its cell in the column of ``key`` if the file has that column."""
        table = self.table
        at = table.column_of(i, key) if key else None
        heading = table.headings[table.index[key]] if key in table.index else None
        if at is None:
            return Place(table.sheet_of(i), table.numbers[i], None, heading)
        return Place(table.sheet_of(i), table.numbers[i], cell_name(table.numbers[i] - 1, at), heading)

    def matched(self, i: int, by: str, record: int | None, label: str) -> None:
        """Row ``i`` is about ``record`` (``None``: a new one), which people know as ``label``.

        ``by``: what told so: ``number``, ``serial``, ``asset_tag``, ``name``, ``alias``, ``mapped``, ``id`` …
        """
        self.matched_by[i], self.records[i], self.labels[i] = by, record, label

    def touches(self, i: int, *schools: int | None) -> None:
        """Row ``i`` writes to these schools, by key (``None``: what belongs to no school); see ``imports.rights``."""
        if self.context.user is not None:
            self.touched.setdefault(i, set()).update(schools)

    def change(self, i: int, key: str, old: str | None, new: str | None) -> None:
        """Row ``i`` changes the column of ``key``; texts as people read them, ``None`` is blank."""
        if old != new:
            self.changes.setdefault(i, {})[key] = old, new

    def is_skipped_column(self, key: str) -> bool:
        """Whether known records keep what they have in this column; new ones take it all the same."""
        return key in self.context.options.skip

    @property
    def is_clearing(self) -> bool:
        return self.context.options.blank == Blank.CLEAR

    def clears(self, i: int, key: str) -> bool:
        """Whether row ``i`` takes a known value away: its cell is blank, and blank cells are to clear."""
        if not self.is_clearing or self.is_skipped_column(key):
            return False
        return key in self.table.index and self.says(i, key) and not self.has_value(i, key)

    def says(self, i: int, key: str) -> bool:
        """Whether the cell is anybody's word: in a list of our own only what was edited since it went out is."""
        edited = self.edited.get(i)
        return edited is None or key in edited

    def ambiguous(
        self,
        i: int,
        key: str | None,
        candidates: Sequence[Choice],
        message: str,
        *,
        can_create: bool = False,
        code: str = "ambiguous",
    ) -> Decision | None:
        """Row ``i`` may mean several records: what somebody decided about it, ``map`` or ``create``.

        ``None``: the row waits for an answer, or is left out.
        """
        answer = self._answer(i)
        if answer and answer.action == "reject":
            self.outcomes[i] = Outcome.SKIPPED
            return None
        if answer and (can_create if answer.action == "create" else answer.to in {c.id for c in candidates}):
            return answer
        if self.outcomes[i] is not Outcome.SKIPPED:
            self.unclear[i] = Ambiguity(key, candidates, can_create, message)
            self.doubt(i, key, code, message)
        return None

    def doubt(self, i: int, key: str | None, code: str, message: str) -> None:
        """Row ``i`` waits for somebody to say what is meant."""
        if self.outcomes[i] is not Outcome.REJECTED:
            self.outcomes[i] = Outcome.AMBIGUOUS
        self._note(i, key, code, message, "", "error")

    def miss(self, records: Iterable[Choice], count: int) -> None:
        """``count`` records, the first of them in ``records``, are not in a file that speaks of all of them."""
        self.absent += islice(records, MOST_LISTED - len(self.absent))
        self.absent_count += count

    def has_value(self, i: int, key: str) -> bool:
        """Whether the cell holds anything, usable or not: blank and unusable are told apart."""
        return self.table.has_value(i, key) and self.says(i, key)

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
        standing = [problem for _i, problem in self.standing_problems()]
        problems = [*standing, *self._left_out(), *self._undecided(asked[:_MOST_PROBLEMS])]
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
            "questions": self._questions(),
            "conflicts": [conflict._asdict() for conflict in self.conflicts[:MOST_LISTED]],
            "absent": [choice._asdict() for choice in self.absent],
            "absent_count": self.absent_count,
        }

    def row_text(self, i: int) -> str:
        """How a decision names row ``i``; of several records in one row of the file all but the first are numbered."""
        place = self.table.sheet_of(i), self.table.numbers[i]
        nth = self._sharing[place].index(i)
        return f"{place[0]}!{place[1]}" + (f"/{nth + 1}" if nth else "")

    @cached_property
    def _sharing(self) -> dict[tuple[str, int], list[int]]:
        """Place in the file → rows: tables stand side by side, and a row for several pieces becomes several."""
        found: dict[tuple[str, int], list[int]] = {}
        for i, number in enumerate(self.table.numbers):
            found.setdefault((self.table.sheet_of(i), number), []).append(i)
        return found

    def _answer(self, i: int) -> Decision | None:
        """What somebody decided about the row itself; that unknown values are to be created is no answer."""
        given = self.context.decisions.get(_ROW, {}).get(self.row_text(i))
        return Decision(given["action"], given.get("to"), given) if given else None

    def _questions(self) -> list[dict[str, Any]]:
        rows = (i for i in self.unclear if self.outcomes[i] is not Outcome.SKIPPED)
        return [
            self.unclear[i].as_json(self.place(i, self.unclear[i].key), self.row_text(i))
            for i in islice(rows, MOST_LISTED)
        ]

    def _note(self, i: int, key: str | None, code: str, message: str, value: Any, severity: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(self._problem(i, key, code, message, value, severity))
            self.problem_rows.append(i)
        else:
            self.problems_left_out += 1

    def _problem(self, i: int, key: str | None, code: str, message: str, value: Any, severity: str) -> Problem:
        index = self.table.index.get(key) if key else None
        if value == "" and index is not None:
            cell = self.table.rows[i][index]
            value = "" if cell is None else cell
        place = self.place(i, key)
        shown = cut(str(value), _LONGEST_VALUE)
        return Problem(place.sheet, place.row, place.heading, place.cell, shown, code, str(message), severity)

    def _left_out(self) -> list[Problem]:
        remark = _("Neither a number nor a name to go by: taken for a total or a remark and left out.")
        example = _("The example of the template: left out.")
        found = []
        for row in self.table.left_out[:_MOST_PROBLEMS]:
            code, message = ("example", example) if is_example(row.text) else ("no_record", remark)
            found.append(Problem(row.sheet, row.number, None, None, row.text, code, message, "note"))
        return found

    def standing_problems(self) -> Iterator[tuple[int, Problem]]:
        """Problems of single rows with their positions, but those of rows that were left out afterwards."""
        for i, problem in zip(self.problem_rows, self.problems, strict=True):
            if problem.severity != "error" or self.outcomes[i] is not Outcome.SKIPPED:
                yield i, problem

    def open_unknowns(self) -> list[tuple[Unknown, list[int]]]:
        """Unknown values that matter, each with its rows: all that are not left out, or all that it leaves out."""
        found = [(entry, self._open_rows(entry)) for entry in self.unknown.values()]
        return [(entry, rows) for entry, rows in found if rows]

    def _open_rows(self, entry: Unknown) -> list[int]:
        return [i for i in entry.at if entry.is_left_out or self.outcomes[i] is not Outcome.SKIPPED]

    def _undecided(self, entries: Sequence[Unknown]) -> list[Problem]:
        found = []
        for entry in entries:
            rows = self._open_rows(entry)
            message = entry.message(len(rows))
            severity = "note" if entry.is_left_out else "error"
            found.append(self._problem(rows[0], entry.key, entry.code, message, entry.text, severity))
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
