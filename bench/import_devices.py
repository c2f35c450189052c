"""Import of 15,000 new devices against two floors.

``floor``: calamine reads the file, the driver's own bulk insert (``executemany``, ``COPY``) writes the
same rows: devices, states and audit entries. ``cells``: the cells alone, into a bare table.

``import``: what the command does, checks and writes in one go. ``page``: what page and worker do, which
read and check twice: the preview with its rows kept, then the taking. ``again``: the same file once more.
``lock``: the longest that another process which wants to write waited for SQLite's one lock meanwhile.

Run: ``python -m bench.import_devices [rows]``. SQLite in a temporary file, or a scratch database
beside the one of ``DATABASE_URL``. Nothing of the installation is touched. All run in turns, so that other
work on the machine disturbs them alike; the best of each counts.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from bench.import_files import MODELS, ROOMS, SCHOOLS, write_workbook
from bench.writers import longest_wait

ROWS = 15_000
ROUNDS = 3
TABLES = ("inventory_device", "inventory_devicestate", "audit_entry")


def measure(rows: int = ROWS) -> dict[str, float]:
    """Seconds and ratios. Needs Django set up and an empty database."""
    from bench.import_scratch import best_of_rounds, prepare_inventory, take, take_previewed  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "devices.xlsx"
        write_workbook(path, rows)
        prepare_inventory(SCHOOLS, ROOMS, MODELS)
        take(path, "new", rows)
        tables = written_rows()
        cells = read_bare(path)
        best = best_of_rounds(
            ROUNDS,
            {
                "read": lambda: read_bare(path),
                "cells": lambda: insert_cells(cells),
                "write": lambda: insert_written(tables),
                "_empty": written_rows,
                "page": lambda: take_previewed(path, "new", rows),
                "_empty_again": written_rows,
                "import": lambda: take(path, "new", rows),
                "again": lambda: take(path, "unchanged", rows),
                "_emptied": written_rows,
            },
        )
        with longest_wait() as wait:
            take(path, "new", rows)
    waited = {"lock_s": wait[0], "lock_per_bare_write": wait[0] / best["write"]} if wait else {}
    return described(best) | waited


def described(best: dict[str, float]) -> dict[str, float]:
    floor = best["read"] + best["write"]
    return {
        "floor_s": floor,
        "floor_cells_s": best["read"] + best["cells"],
        "import_s": best["import"],
        "page_s": best["page"],
        "again_s": best["again"],
        "import_per_floor": best["import"] / floor,
        "page_per_floor": best["page"] / floor,
        "import_per_floor_cells": best["import"] / (best["read"] + best["cells"]),
        "again_per_import": best["again"] / best["import"],
    }


def read_bare(path: Path) -> list[list[Any]]:
    import python_calamine  # noqa: PLC0415  # the import itself must not profit from it

    with python_calamine.CalamineWorkbook.from_path(path) as book:
        return book.get_sheet_by_index(0).to_python()[1:]


def insert_cells(rows: list[list[Any]]) -> None:
    """The cells as they are, one row each, into a bare table without any constraint."""
    from django.db import connection, transaction  # noqa: PLC0415

    plain = [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]
    columns = [f"c{n}" for n in range(len(rows[0]))]
    key = "integer PRIMARY KEY" + (" GENERATED ALWAYS AS IDENTITY" if connection.vendor == "postgresql" else "")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(f"CREATE TABLE bench_floor (id {key}, {', '.join(f'{name} text' for name in columns)})")
        insert_bare("bench_floor", columns, plain)


def written_rows() -> list[tuple[str, list[str], list[tuple[Any, ...]]]]:
    """Take out what the import has written: devices, their states and their audit entries."""
    from django.db import connection  # noqa: PLC0415

    tables = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
            rows = [tuple(map(_as_stored, row)) for row in cursor.fetchall()]
            tables.append((table, columns, rows))
        for table in reversed(TABLES):
            cursor.execute(f"DELETE FROM {table}")
    return tables


def _as_stored(value: Any) -> Any:
    import json  # noqa: PLC0415

    return json.dumps(value) if isinstance(value, dict) else value


def insert_written(tables: list[tuple[str, list[str], list[tuple[Any, ...]]]]) -> None:
    """The same rows into the same tables with the driver's own bulk insert."""
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        for table, columns, rows in tables:
            insert_bare(table, columns, rows)


def insert_bare(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    from django.db import connection  # noqa: PLC0415

    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        from bench.import_scratch import scratch_database  # noqa: PLC0415

        with scratch_database():
            for key, value in measure(rows).items():
                print(f"{key:34} {value:8.2f}")


if __name__ == "__main__":
    main()
