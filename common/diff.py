"""What one act does to each of many records, said with the words of the preview of an import."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


class RowProblem(NamedTuple):
    """Why a row is rejected; ``field`` is empty where the row as a whole is meant."""

    field: str
    code: str
    message: str


class RowDiff(NamedTuple):
    """One record: ``changes`` are ``{field: [old, new]}``, related records by their keys."""

    id: int | None
    label: str
    outcome: Outcome
    changes: Mapping[str, Sequence[Any]] = {}
    problems: Sequence[RowProblem] = ()


class Diff(NamedTuple):
    """The rows in the order in which they were given."""

    rows: Sequence[RowDiff]

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def changed(self) -> int:
        return self.count(Outcome.CHANGED)


class RowsRefused(ValidationError):
    """All or nothing, and nothing it is: ``diff`` says of every row what would be and what is wrong with it."""

    def __init__(self, diff: Diff) -> None:
        rows = enumerate(diff.rows, 1)
        super().__init__([_refusal(row, place) for place, row in rows if row.outcome is Outcome.REJECTED])
        self.diff = diff

    def of_one(self) -> ValidationError:
        """What speaks against the first refused record, by field: for a caller who has but one."""
        row = next(row for row in self.diff.rows if row.outcome is Outcome.REJECTED)
        by_field: dict[str, list[ValidationError]] = {}
        for field, code, message in row.problems:
            by_field.setdefault(field or NON_FIELD_ERRORS, []).append(ValidationError(message, code))
        return ValidationError(by_field)


def _refusal(row: RowDiff, place: int) -> ValidationError:
    """What is wrong with a record, with its name; with its ``place`` where it has none."""
    params = {"record": row.label or place, "problem": " ".join(problem.message for problem in row.problems)}
    return ValidationError("%(record)s: %(problem)s", row.problems[0].code, params)


def told(pk: int, label: str, changes: Mapping[str, Sequence[Any]]) -> RowDiff:
    """A known record that changes, or without ``changes`` stays as it is."""
    return RowDiff(pk, label, Outcome.CHANGED if changes else Outcome.UNCHANGED, changes)


def rejected(pk: int | None, label: str, error: ValidationError) -> RowDiff:
    """A row with what speaks against it."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    problems = [
        RowProblem("" if field == NON_FIELD_ERRORS else field, problem.code or "invalid", problem.messages[0])
        for field, of_field in by_field.items()
        for problem in of_field
    ]
    return RowDiff(pk, label, Outcome.REJECTED, {}, problems)
