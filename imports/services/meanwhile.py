"""Whether somebody wrote between the checks of an import and its writing.

Rows are checked without any lock. Every write opens an act, and acts are never changed: the newest of
them say whether the world is still the one that was checked.

SQLite has one writer at a time: what is true at the beginning of our transaction stays true. On
PostgreSQL others write beside us: the records that change are locked first, then the acts are looked at. What
is new is guarded by the unique numbers of the database.
"""

from collections import deque

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError, connection

from audit.models import Act
from common.bulk import ids
from imports.enums import Outcome
from imports.kinds import Kind
from imports.preview import Plan

#: So many acts tell two moments apart: far more than can be open at once.
_NEWEST = 200
#: Number of the lock that imports, and what takes them back, hold while they write.
_LOCK = 0x1_4B0_17

Mark = frozenset[int]


class Overtaken(Exception):
    """Somebody has written meanwhile: what was checked may no longer be so."""


def mark_now() -> Mark:
    """The newest acts that are committed, or our own."""
    return frozenset(Act.objects.order_by("-pk").values_list("pk", flat=True)[:_NEWEST])


def wait_for_turn() -> None:
    """One import writes at a time, until its transaction ends. SQLite sees to that by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def lock_records(kind: Kind, plan: Plan) -> None:
    """Lock the records that ``plan`` changes, in the order of their keys, so that nobody else writes them before us."""
    rows = zip(plan.records, plan.outcomes, strict=True)
    keys = {record for record, outcome in rows if record and outcome is Outcome.CHANGED}
    if kind.record and keys and connection.features.has_select_for_update:
        records = kind.record._default_manager.filter(pk__in=ids(keys)).order_by("pk")
        deque(records.select_for_update(of=("self",)).values_list("pk").iterator(), maxlen=0)


def is_overtaken(error: Exception) -> bool:
    """Whether an error of the writing is the doing of somebody else, so that checking again helps."""
    if isinstance(error, ValidationError):
        return getattr(error, "code", "") == "changed_meanwhile"
    if isinstance(error, IntegrityError):
        return _is_taken(error)
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "sqlstate", "") == "40P01"  # each waited for the other
    return isinstance(error, Overtaken)


def _is_taken(error: DatabaseError) -> bool:
    """Whether a unique constraint was violated, as PostgreSQL and SQLite say it."""
    cause = error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    return getattr(cause, "sqlstate", "") == "23505" or name in (
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
    )
