"""Import of 15,000 new devices against two floors.

``floor``: calamine reads the file, the driver's own bulk insert (``executemany``, ``COPY``) writes the
same rows: devices, states and audit entries. ``sheet_only``: the cells alone, into a bare table.

Run: ``python -m bench.import_devices [rows]``. SQLite in a temporary file, or a scratch database
beside the one of ``DATABASE_URL``. Nothing of the installation is touched.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROWS = 15_000
#: The best of so many runs counts: other work on the machine only ever slows one down.
ATTEMPTS = 3
SCHOOLS, ROOMS = 46, 40
HEADINGS = (
    "Inventarnummer",
    "Seriennummer",
    "Hersteller",
    "Modell",
    "Status",
    "Seit",
    "Schulnummer",
    "Gebäude",
    "Raum",
    "Verwendung",
    "MDM",
    "Kaufdatum",
    "Preis",
    "Bemerkung",
)
MODELS = (
    ("Apple", "iPad 9", "tablet"),
    ("Lenovo", "ThinkPad L13", "laptop"),
    ("Microsoft", "Surface Go 3", "convertible"),
)


def measure(rows: int = ROWS) -> dict[str, float]:
    """Seconds, ratios and MiB of one run. Needs Django set up and an empty database."""
    from bench.import_scratch import prepare_inventory  # noqa: PLC0415  # models need Django
    from imports import services  # noqa: F401, PLC0415  # loading the code is not part of an import

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "devices.xlsx"
        write_workbook(path, rows)
        prepare_inventory(SCHOOLS, ROOMS, MODELS)
        first = timed(lambda: run_import(path, "new", rows))
        memory = peak_memory()
        for _attempt in range(ATTEMPTS - 1):
            written_rows()
            first = min(first, timed(lambda: run_import(path, "new", rows)))
        again = min(timed(lambda: run_import(path, "unchanged", rows)) for _attempt in range(ATTEMPTS))
        read = min(timed(lambda: read_bare(path)) for _attempt in range(ATTEMPTS))
        cells = read_bare(path)
        sheet_only = read + min(timed(lambda: insert_cells(cells)) for _attempt in range(ATTEMPTS))
        tables = written_rows()
        writing = timed(lambda: insert_written(tables))
        for _attempt in range(ATTEMPTS - 1):
            written_rows()
            writing = min(writing, timed(lambda: insert_written(tables)))
        floor = read + writing
    return {
        "import_s": first,
        "again_s": again,
        "floor_s": floor,
        "sheet_only_s": sheet_only,
        "import_ratio": first / floor,
        "sheet_only_ratio": first / sheet_only,
        "again_ratio": again / first,
        "peak_mib": memory,
    }


def write_workbook(path: Path, rows: int) -> None:
    import xlsxwriter  # noqa: PLC0415  # not needed where only the file is read

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet("Geräte")
        sheet.write_row(0, 0, HEADINGS)
        for number, row in enumerate(device_rows(rows), 1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number, column, value)
                else:
                    sheet.write_number(number, column, value)


def device_rows(rows: int) -> Iterable[tuple[Any, ...]]:
    for n in range(rows):
        maker, model, _category = MODELS[n % len(MODELS)]
        yield (
            f"OB-{n:06d}",
            f"SN{n:08d}X",
            maker,
            model,
            "im Einsatz" if n % 10 else "im Lager",
            date(2020, 7, 1) + timedelta(days=n % 900),
            f"{100000 + n % SCHOOLS}",
            "Hauptgebäude",
            f"R{n % ROOMS:03d}",
            "Schülerinnen und Schüler" if n % 4 else "Lehrkräfte",
            "ja" if n % 20 else "nein",
            date(2020, 5, 1) + timedelta(days=n % 900),
            379.5,
            "aus Los 3" if n % 50 == 0 else "",
        )


def run_import(path: Path, outcome: str, rows: int) -> None:
    """What the command does: read behind the checks, keep the file, plan, write, commit."""
    from audit.actor import Actor  # noqa: PLC0415
    from audit.enums import Channel  # noqa: PLC0415
    from imports.services import take_batch, upload_batch  # noqa: PLC0415

    by = Actor(None, Channel.COMMAND)
    with path.open("rb") as file:
        batch = upload_batch(file, name=path.name, by=by, kind="devices")
    batch = take_batch(batch, by=by)
    if batch.summary[outcome] != rows:
        raise SystemExit(f"unexpected result: {batch.summary}")


def read_bare(path: Path) -> list[list[Any]]:
    import python_calamine  # noqa: PLC0415  # the import itself must not profit from it

    with python_calamine.CalamineWorkbook.from_path(path) as book:
        return book.get_sheet_by_index(0).to_python()[1:]


def insert_cells(rows: list[list[Any]]) -> None:
    """The cells as they are, one row each, into a bare table without any constraint."""
    from django.db import connection, transaction  # noqa: PLC0415

    plain = [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]
    columns = [f"c{n}" for n in range(len(HEADINGS))]
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
        for table in ("inventory_device", "inventory_devicestate", "audit_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in cursor.description]
            rows = [tuple(map(_as_stored, row)) for row in cursor.fetchall()]
            tables.append((table, columns, rows))
        for table, _columns, _rows in reversed(tables):
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


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_memory() -> float:
    """MiB of this process and of the largest of its children, at their peaks."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + children) / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        from bench.import_scratch import scratch_database  # noqa: PLC0415

        with scratch_database():
            for key, value in measure(rows).items():
                print(f"{key:18} {value:8.2f}")


if __name__ == "__main__":
    main()
