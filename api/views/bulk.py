"""Operations on many records: all or nothing, with a trial run that says of each record what would be."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.settings import api_settings

from common.bulk import ids
from common.diff import Diff, Outcome, RowDiff, RowsRefused
from schools.models import School

#: An entry of a history in an address.
STATE = "(?P<state_pk>[0-9]{1,18})"
#: Where in the body the rows of a diff stand: ``(field, position of the row in it)``.
Places = Callable[[int, RowDiff], tuple[str, int]]


def carried_out(act: Callable[[], Diff], *, dry_run: bool, places: Places) -> Diff:
    """What ``act`` did; with ``dry_run`` what it would do, and nothing is written.

    Raises ``ValidationError`` with the problems of all rows, each at its place in the body.
    """
    try:
        with transaction.atomic():
            diff = act()
            if dry_run:
                transaction.set_rollback(True)
    except RowsRefused as error:
        if not dry_run:
            raise _refusal(error.diff, places) from error
        diff = error.diff
    return diff


def named(rows: QuerySet[Any], keys: Sequence[int]) -> list[Any]:
    """The visible records of these keys in their order. Raises ``Http404``, without telling which is not."""
    found = {record.pk: record for record in rows.filter(pk__in=ids(set(keys)))}
    if len(found) < len(set(keys)):
        raise Http404
    return [found[key] for key in dict.fromkeys(keys)]


def at_ids(keys: Sequence[int]) -> Places:
    """Rows stand where their record is named first in ``ids``."""
    first = {key: i for i, key in reversed(list(enumerate(keys)))}
    return lambda _i, row: ("ids", first[row.id or 0])


def diff_data(diff: Diff, *, dry_run: bool, user: Any, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """For ``DiffSerializer``; schools by the numbers that ``user`` may know. One query at most."""
    counts = {str(outcome): diff.count(outcome) for outcome in Outcome}
    numbers = _numbers(diff, user)
    rows = [row._replace(changes=_shown(row, numbers)) for row in diff.rows]
    return {"dry_run": dry_run, "selected": len(rows), **counts, "warnings": warnings, "rows": rows}


def refused_fields(row: RowDiff) -> dict[str, list[ErrorDetail]]:
    """Field of the body → what is wrong with it."""
    found: dict[str, list[ErrorDetail]] = {}
    for problem in row.problems:
        name = problem.field or api_settings.NON_FIELD_ERRORS_KEY
        found.setdefault(name, []).append(ErrorDetail(problem.message, problem.code))
    return found


def _refusal(diff: Diff, places: Places) -> ValidationError:
    detail: dict[str, dict[str, Any]] = {}
    for i, row in enumerate(diff.rows):
        if row.outcome is Outcome.REJECTED:
            field, at = places(i, row)
            detail.setdefault(field, {})[str(at)] = refused_fields(row)
    return ValidationError(detail)


def _numbers(diff: Diff, user: Any) -> dict[int, str]:
    keys = {key for row in diff.rows for key in row.changes.get("school", ()) if key is not None}
    schools = School.objects.visible_to(user).filter(pk__in=ids(keys)) if keys else ()
    return {school.pk: school.number for school in schools}


def _shown(row: RowDiff, numbers: dict[int, str]) -> dict[str, Any]:
    changes = {name: [_plain(value) for value in pair] for name, pair in row.changes.items()}
    if "school" in changes:
        changes["school"] = [numbers.get(key) for key in row.changes["school"]]
    return changes


def _plain(value: Any) -> Any:
    """As JSON shows it: days and amounts as text."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)
