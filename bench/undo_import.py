"""Undo of 15,000 devices against the import that made them, within one run.

Three cases: new devices, which are revoked; changed ones, which go back to what was believed before; and the preview
of the first. The best of several attempts counts: other work on the machine only ever slows one down.

Run: ``python -m bench.undo_import [rows]``. SQLite in a temporary file, or a scratch database beside the one of
``DATABASE_URL``. Nothing of the installation is touched.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.import_files import HEADINGS, MODELS, ROOMS, SCHOOLS, device_rows, write_workbook

ROWS = 15_000
ATTEMPTS = 3


def measure(rows: int = ROWS) -> dict[str, float]:
    """Seconds and ratios. Needs Django set up and an empty database."""
    from bench.import_scratch import prepare_inventory  # noqa: PLC0415  # models need Django

    with tempfile.TemporaryDirectory() as folder:
        new, changed = Path(folder) / "new.xlsx", Path(folder) / "changed.xlsx"
        write_workbook(new, rows)
        _write_changes(changed, rows)
        prepare_inventory(SCHOOLS, ROOMS, MODELS)
        seconds: dict[str, float] = {}
        for _attempt in range(ATTEMPTS):
            for name, took in _attempted(new, changed).items():
                seconds[name] = min(took, seconds.get(name, took))
    return seconds | {
        "undo_ratio": seconds["undo_s"] / seconds["import_s"],
        "back_ratio": seconds["back_s"] / seconds["change_s"],
    }


def _attempted(new: Path, changed: Path) -> dict[str, float]:
    from imports.undo import preview_undo  # noqa: PLC0415

    seconds, made = _taken("import_s", new)
    more, batch = _taken("change_s", changed)
    seconds |= more
    seconds["back_s"] = timed(lambda: _undo(batch))
    seconds["preview_s"] = timed(lambda: preview_undo(made))
    seconds["undo_s"] = timed(lambda: _undo(made))
    return seconds


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _taken(name: str, path: Path) -> tuple[dict[str, float], Any]:
    from audit.actor import Actor  # noqa: PLC0415
    from audit.enums import Channel  # noqa: PLC0415
    from imports.services import take_batch, upload_batch  # noqa: PLC0415

    found: list[Any] = []

    def take() -> None:
        by = Actor(None, Channel.COMMAND)
        with path.open("rb") as file:
            batch = upload_batch(file, name=path.name, by=by, kind="devices")
        found.append(take_batch(batch, by=by))

    return {name: timed(take)}, found[0]


def _undo(batch: Any) -> None:
    from audit.actor import Actor  # noqa: PLC0415
    from audit.enums import Channel  # noqa: PLC0415
    from imports.undo import undo_batch  # noqa: PLC0415

    result = undo_batch(batch, by=Actor(None, Channel.COMMAND)).undo
    if result["kept"] or result["failed"] or not result["reversed"]:
        raise SystemExit(f"unexpected result: {result}")


def _write_changes(path: Path, rows: int) -> None:
    """The same devices a while later: half of them elsewhere in their work, all with another price."""
    import xlsxwriter  # noqa: PLC0415  # not needed where only the file is read

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet("Geräte")
        columns = ("Inventarnummer", "Status", "Seit", "Preis")
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(device_rows(range(rows)), 1):
            status = "in Reparatur" if row[HEADINGS.index("Status")] == "im Einsatz" else "im Lager"
            sheet.write_string(number, 0, row[0])
            sheet.write_string(number, 1, status)
            sheet.write_datetime(number, 2, date(2024, 2, 1), day)
            sheet.write_number(number, 3, 99.5)


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
