"""Long lists: 1,000, 10,000 and 100,000 new devices in 25 columns, previewed and taken as page and worker do it.

Per length seconds, milliseconds per row, the most memory that all processes of the import held together, and
how long the server takes for the pages of the preview (best of five).
Each in a process of its own with a database of its own. Run: ``python -m bench.import_large [rows …]``.
"""

import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.import_files import MODELS, OTHERS, ROOMS, SCHOOLS, write_workbook

LENGTHS = (1_000, 10_000, 100_000)


class Measured(NamedTuple):
    """Seconds of preview and taking, of the preview's page and its list of rows; MiB of all processes together."""

    preview: float
    taking: float
    page: float
    rows: float
    memory: float


def measured(rows: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "devices.xlsx"
        write_workbook(path, rows, others=OTHERS)
        command = [sys.executable, "-m", "bench.import_large", "--import", str(path), str(rows)]
        environment = os.environ | {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            most = 0.0
            while process.poll() is None:
                most = max(most, _memory(process.pid))
                time.sleep(0.05)
            assert process.stdout is not None
            said = process.stdout.read().split()
    if process.returncode:
        raise SystemExit(process.returncode)
    preview, page, listed, taking = map(float, said[-4:])
    return Measured(preview, taking, page, listed, most)


def _memory(pid: int) -> float:
    """MiB of a process and all that it has started; what they share counts once (Linux)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        children = " ".join(one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/children")).split()
    except (OSError, StopIteration):  # it has just ended, or this is another system
        return 0.0
    return own + sum(_memory(int(child)) for child in children)


def run_import(path: Path, rows: int) -> None:
    """In the process of its own: prints the seconds of preview, its page, its list of rows, and the taking."""
    from bench.import_scratch import prepare_inventory, previewed, scratch_database, taken  # noqa: PLC0415

    with scratch_database():
        prepare_inventory(SCHOOLS, ROOMS, MODELS)
        started = time.perf_counter()
        batch = previewed(path)
        print(time.perf_counter() - started)
        gc.collect()  # as the worker does after each task
        pages = [_answer(f"/imports/{batch.pk}/"), _answer(f"/imports/{batch.pk}/rows/")]
        started = time.perf_counter()
        taken(batch, "new", rows)
        print(*pages, time.perf_counter() - started)


def _answer(path: str) -> float:
    """Seconds that the server takes for a page."""
    from django.test import Client  # noqa: PLC0415  # models need Django

    from accounts.models import User  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get_or_create(username="bench", is_superuser=True)[0])
    took = []
    for _attempt in range(6):
        started = time.perf_counter()
        status = client.get(path).status_code
        took.append(time.perf_counter() - started)
        if status != 200:
            raise SystemExit(f"{path}: status {status}")
    return min(took)


def main() -> None:
    if "--import" in sys.argv:
        run_import(Path(sys.argv[-2]), int(sys.argv[-1]))
        return
    for rows in [int(number) for number in sys.argv[1:]] or LENGTHS:
        one = measured(rows)
        each = (one.preview + one.taking) / rows * 1000
        print(
            f"{rows:8,} rows: preview {one.preview:6.2f} s, taking {one.taking:6.2f} s, {each:5.3f} ms a row, "
            f"{one.memory:5.0f} MiB; page of the preview {one.page * 1000:4.0f} ms, its rows {one.rows * 1000:4.0f} ms"
        )


if __name__ == "__main__":
    main()
