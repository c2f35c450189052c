"""Somebody else who writes meanwhile: how long SQLite's one lock keeps them waiting."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_PROBE = """
import select, sqlite3, sys, time
database, longest = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None), 0.0
print(flush=True)
while not select.select([sys.stdin], [], [], 0.01)[0]:
    started = time.perf_counter()
    database.execute("BEGIN IMMEDIATE")
    database.execute("ROLLBACK")
    longest = max(longest, time.perf_counter() - started)
print(longest)
"""


@contextmanager
def longest_wait() -> Iterator[list[float]]:
    """The seconds that another process waited at most, in the list once the block has ended; PostgreSQL: none."""
    from django.db import connection  # noqa: PLC0415  # Django is set up by now

    waited: list[float] = []
    if connection.vendor != "sqlite":
        yield waited
        return
    command = [sys.executable, "-c", _PROBE, str(connection.settings_dict["NAME"])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as probe:
        assert probe.stdout is not None
        probe.stdout.readline()
        yield waited
        last, _errors = probe.communicate("\n")
        waited.append(float(last))
