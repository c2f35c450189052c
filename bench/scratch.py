"""A database to measure on: 46 schools, 15,000 devices with five states each, made by the services.

``prepare()`` uses the installation that DATA_DIR or DATABASE_URL names and fills it where it has no school yet;
without either it keeps one in ``build/bench`` for the next run. It comes before any model is imported.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def set_up() -> None:
    """Set up Django on a migrated database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("DATABASE_URL"):
        os.environ.setdefault("DATA_DIR", str(ROOT / "build" / "bench"))
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def prepare() -> None:
    """The same on one that is filled."""
    set_up()
    from bench import city  # noqa: PLC0415 - its models need django.setup()

    started = perf_counter()
    if city.fill():
        print(f"scratch city made in {perf_counter() - started:.1f} s")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def clear() -> None:
    """Forget what a rollback left: PostgreSQL keeps its rows, and the next run steps over them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")


def check_references() -> None:
    """PostgreSQL checks foreign keys at the end of a transaction; one that is rolled back would never pay for them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of ``times`` runs: the one that others disturbed least."""
    return min(_seconds(work) for _ in range(times))


def best_in_turns(times: int, *works: Callable[[], object]) -> list[float]:
    """The same for several, one after the other in turns: what else the machine does disturbs all alike."""
    rounds = [[_seconds(work) for work in works] for _ in range(times)]
    return [min(seconds) for seconds in zip(*rounds, strict=True)]


@contextmanager
def stopwatch(module: ModuleType, *names: str) -> Iterator[list[float]]:
    """Seconds of each call of functions that ``module`` knows by these names, with the checks of what they wrote.

    A part of a run measured within the run: what else the machine does disturbs the part and the rest alike.
    """
    took: list[float] = []
    functions = {name: vars(module)[name] for name in names}
    for name, function in functions.items():
        vars(module)[name] = _timed(function, took)
    try:
        yield took
    finally:
        vars(module).update(functions)


def _timed(function: Callable[..., Any], took: list[float]) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        check_references()
        started = perf_counter()
        answer = function(*args, **options)
        check_references()
        took.append(perf_counter() - started)
        return answer

    return call


def _seconds(work: Callable[[], object]) -> float:
    clear()
    started = perf_counter()
    work()
    return perf_counter() - started
