"""A database to measure on: 46 schools, 15,000 devices with five states each, made by the services.

``prepare()`` uses the installation that DATA_DIR or DATABASE_URL names and fills it where it has no school yet;
without either it keeps one in ``build/bench`` for the next run. It comes before any model is imported.
"""

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import django
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def prepare() -> None:
    """Set up Django on a migrated, filled database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("DATABASE_URL"):
        os.environ.setdefault("DATA_DIR", str(ROOT / "build" / "bench"))
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from bench import city  # noqa: PLC0415 - its models need django.setup()

    started = perf_counter()
    if city.fill():
        print(f"scratch city made in {perf_counter() - started:.1f} s")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of ``times`` runs: the one that others disturbed least."""
    return min(_seconds(work) for _ in range(times))


def best_in_turns(times: int, *works: Callable[[], object]) -> list[float]:
    """The same for several, one after the other in turns: what else the machine does disturbs all alike."""
    rounds = [[_seconds(work) for work in works] for _ in range(times)]
    return [min(seconds) for seconds in zip(*rounds, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
