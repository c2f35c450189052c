"""What makes the database refuse to change or delete a published report, whoever asks.

SQLite loses triggers when Django makes a table anew: a migration that alters this table calls ``install``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_TABLE = "reports_publication"
_REFUSED = "a published report never changes"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION reports_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation';
END $$
"""
_NAMES = {action: f"{_TABLE}_no_{action.lower()}" for action in ("UPDATE", "DELETE")}


def install() -> None:
    """Put the guard up; one that stands already stays."""
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute(_FUNCTION)
        for action, name in _NAMES.items():
            when = "WHEN (OLD.published_at IS NOT NULL)"
            if is_postgresql:
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {action} ON {_TABLE} "
                    f"FOR EACH ROW {when} EXECUTE FUNCTION reports_refuse()"
                )
            else:
                refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {action} ON {_TABLE} FOR EACH ROW {when} {refuse}"
                )


def remove() -> None:
    """Take the guard away: for tests, which empty their tables, and for migrations."""
    on = f" ON {_TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _NAMES.values():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextmanager
def lifted() -> Iterator[None]:
    remove()
    yield
    install()


def missing() -> list[str]:
    """Names of triggers that are not there, or do not fire."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')", [_TABLE]
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
        found = {row[0] for row in cursor.fetchall()}
    return [name for name in _NAMES.values() if name not in found]
