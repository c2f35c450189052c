"""A database for measurements that leaves no trace, and an inventory to import into."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction


@contextmanager
def scratch_database() -> Iterator[None]:
    """Migrate a fresh database and drop it afterwards; SQLite lies in a file, as in real use."""
    django.setup()
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(settings.DATA_DIR) / "bench.sqlite3")
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def prepare_inventory(schools: int, rooms: int, models: Sequence[tuple[str, str, str]]) -> None:
    """Schools 100000, 100001 … with ``rooms`` rooms each, and a catalogue (maker, model, category)."""
    from audit.actor import Actor  # noqa: PLC0415  # models need Django
    from audit.enums import Channel  # noqa: PLC0415
    from audit.services import open_act  # noqa: PLC0415
    from inventory.models import Category  # noqa: PLC0415
    from inventory.services import create_models  # noqa: PLC0415
    from inventory.services.reference import NewModel  # noqa: PLC0415
    from schools.models import School, Site  # noqa: PLC0415
    from schools.services import Address, NewRoom, create_rooms, create_schools  # noqa: PLC0415

    categories = {category.key: category for category in Category.objects.all()}
    with transaction.atomic():
        act = open_act(Actor(None, Channel.COMMAND), "bench.prepare")
        new = [
            (School(number=str(100000 + n), name=f"Schule {n}", school_type="02"), Address(f"Weg {n}", "46000", "Ort"))
            for n in range(schools)
        ]
        created = create_schools(new, act)
        sites = {use.schools.get().pk: use for use in Site.objects.all()}
        create_rooms(
            [
                NewRoom(school, sites[school.pk], "Hauptgebäude", f"R{n:03d}", "classroom")
                for school in created
                for n in range(rooms)
            ],
            act,
        )
        create_models([NewModel(maker, name, categories[key]) for maker, name, key in models], act)


def take(path: Path, outcome: str, rows: int) -> None:
    """What the command does: read behind the checks, keep the file, plan, write, commit."""
    from imports.services import take_batch  # noqa: PLC0415

    _expect(take_batch(_uploaded(path), by=_command()), outcome, rows)


def take_previewed(path: Path, outcome: str, rows: int) -> None:
    """What page and worker do: the preview with all its rows, then everything once more to write it."""
    taken(previewed(path), outcome, rows)


def previewed(path: Path) -> Any:
    from imports.services import preview_batch  # noqa: PLC0415

    return preview_batch(_uploaded(path))


def taken(batch: Any, outcome: str, rows: int) -> None:
    from imports.services import begin_taking, take_batch  # noqa: PLC0415

    _expect(take_batch(begin_taking(batch, by=_command(), mode="all"), by=_command()), outcome, rows)


def best_of_rounds(rounds: int, works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of the fastest run of each, all in turns; those whose name begins with ``_`` only clear up."""
    best: dict[str, float] = {}
    for _round in range(rounds):
        for name, work in works.items():
            gc.collect()
            started = perf_counter()
            work()
            best[name] = min(best.get(name, inf), perf_counter() - started)
    return best


def _uploaded(path: Path) -> Any:
    from imports.services import upload_batch  # noqa: PLC0415

    with path.open("rb") as file:
        return upload_batch(file, name=path.name, by=_command(), kind="devices")


def _command() -> Any:
    from audit.actor import Actor  # noqa: PLC0415
    from audit.enums import Channel  # noqa: PLC0415

    return Actor(None, Channel.COMMAND)


def _expect(batch: Any, outcome: str, rows: int) -> None:
    if batch.summary[outcome] != rows:
        raise SystemExit(f"unexpected result: {batch.summary}")
