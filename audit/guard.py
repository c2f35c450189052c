"""What makes the database refuse to change or delete lines of the audit trail.

Whoever owns the database can take the guard away; that shows in ``manage.py verify``, and so does what was done then.
SQLite loses triggers when Django makes a table anew: a migration that alters one of these tables calls ``install``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLES = ("audit_act", "audit_entry", "audit_link")
_REFUSED = "the audit trail is append-only"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation';
END $$
"""


def install() -> None:
    """Put the guard up; one that stands already stays."""
    with connection.cursor() as cursor:
        for statement in _LOST_RIGHTS if connection.vendor == "postgresql" else ():
            cursor.execute(statement)
        for name, table, action in _triggers():
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {action} ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
                )
            else:
                refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {action} ON {table} {refuse}")


def remove() -> None:
    """Take the guard away: for tests, which empty their tables, and for migrations that change what was written."""
    if connection.vendor == "postgresql":
        connection.check_constraints()  # it alters no table with checks still to be made
    with connection.cursor() as cursor:
        for name, table, _action in _triggers():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute(f"GRANT DELETE, TRUNCATE ON {', '.join(TABLES)} TO CURRENT_USER")


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
                "SELECT tgname FROM pg_trigger WHERE tgrelid = ANY(%s::regclass[]) AND tgenabled IN ('O', 'A') "
                "AND tgfoid = 'audit_refuse'::regproc AND pg_get_functiondef(tgfoid) LIKE '%%RAISE EXCEPTION%%'",
                [list(TABLES)],
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
        found = {row[0] for row in cursor.fetchall()}
    return [name for name, _table, _action in _triggers() if name not in found]


#: A foreign key locks the row it points at, for which PostgreSQL asks for the right to update: that one stays.
_LOST_RIGHTS = (_FUNCTION, f"REVOKE DELETE, TRUNCATE ON {', '.join(TABLES)} FROM PUBLIC, CURRENT_USER")


def _triggers() -> Iterator[tuple[str, str, str]]:
    """Name, table and action of each."""
    actions = ("UPDATE", "DELETE", "TRUNCATE") if connection.vendor == "postgresql" else ("UPDATE", "DELETE")
    for table in TABLES:
        for action in actions:
            yield f"{table}_no_{action.lower()}", table, action
