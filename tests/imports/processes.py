"""Work in processes of its own, on a database that several of them can open."""

import os
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections

#: Connections of others that were there before the test.
_others: set[int] = set()


def copy_database(path: Path) -> None:
    """SQLite's test database, as the migrations made it, as a file for another process."""
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()


@contextmanager
def shared_database(folder: Path) -> Iterator[None]:
    """SQLite's test database lies in memory, where no other process sees it: a copy in a file takes its place."""
    if connection.vendor != "sqlite":
        _others.clear()
        _others.update(_sessions())  # of a test server, perhaps: it stays connected
        yield
        return
    kept = connections[DEFAULT_DB_ALIAS]
    own = kept.copy()
    own.settings_dict["NAME"] = str(folder / "shared.sqlite3")
    copy_database(Path(own.settings_dict["NAME"]))
    # Another connection, not another name for this one: a thread of a test server may share it, and closes it any time.
    usual = connections.settings[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS], connections.settings[DEFAULT_DB_ALIAS] = own, own.settings_dict
    try:
        yield
    finally:
        own.close()
        connections[DEFAULT_DB_ALIAS], connections.settings[DEFAULT_DB_ALIAS] = kept, usual


def start(work: Callable[[], object]) -> int:
    """Begin ``work`` in a child; its number. The child takes over no connection and ends without any ado."""
    connections.close_all()
    ours = connections[DEFAULT_DB_ALIAS]
    pid = os.fork()
    if pid:
        return pid
    # After a test in a browser an event loop is running, but not in the child: there another storage would count, and
    # in it lies whichever connection this process had before the browser came.
    connections[DEFAULT_DB_ALIAS] = ours
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def end(pid: int) -> int:
    """Wait for a child; 0 where it did its work, else its code, or minus the signal that ended it."""
    _pid, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def settle(patience: float = 20) -> None:
    """PostgreSQL may still be about to carry out the last word of a killed process: wait until that is over."""
    until = time.monotonic() + patience
    while connection.vendor == "postgresql" and not _sessions() <= _others:
        if time.monotonic() > until:
            raise TimeoutError(_sessions() - _others)
        time.sleep(0.01)


def _sessions() -> set[int]:
    """Process ids of the other connections to our database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


def wait_for(path: Path, patience: float = 20) -> None:
    """Until another process has made this file."""
    until = time.monotonic() + patience
    while not path.exists():
        if time.monotonic() > until:
            raise TimeoutError(path)
        time.sleep(0.002)
