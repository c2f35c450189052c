"""The scratch city of the measurements. Its records are made by the services, in bulk."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import open_act
from inventory.models import Category
from inventory.services import (
    NewDevice,
    PlacementChange,
    create_devices,
    create_models,
    record_placements,
    record_tests,
)
from inventory.services.reference import NewModel
from inventory.services.states import Placed
from rollout.services import (
    AttainmentFact,
    NewProject,
    ProjectChange,
    create_projects,
    record_attainments,
    record_project_states,
)
from schools.models import School
from schools.services import Address, HeadcountRow, NewRoom, create_rooms, create_schools, record_headcounts

TYPES = ["02"] * 29 + ["08"] * 2 + ["10"] * 3 + ["15"] * 4 + ["20"] * 5 + ["30"] * 3
DEVICES = 15_000
KINDS = ["tablet"] * 12 + ["laptop"] * 4 + ["convertible"] * 3 + ["access_point"]
TRADES = ["fibre", "lan", "wlan", "presentation", "electrical"]
FIRST_DAY = date(2020, 8, 1)
#: A past day on which most devices are in use.
PAST = date(2023, 3, 31)


def fill() -> bool:
    """Fill an installation that has no school; ``False`` where it has one."""
    if School.objects.exists():
        return False
    with transaction.atomic():
        act = open_act(Actor(None, Channel.SETUP), "bench")
        schools = _make_schools(act)
        devices = _make_devices(schools, act)
        for changes in _lives(devices):
            record_placements(changes, act)
        for year in (2021, 2022):
            record_tests({pk: date(year, 10, 1) for pk, n in devices if _has_test(n)}, act)
        _make_works(schools, act)
        attained = [
            AttainmentFact(s, "bandwidth", date(2021, 5, 1), Decimal(250 + 50 * (n % 20)))
            for n, s in enumerate(schools)
        ]
        concepts = [
            AttainmentFact(s, "media_concept", date(2021, 6, 1), is_met=bool(n % 4)) for n, s in enumerate(schools)
        ]
        record_attainments([*attained, *concepts], act)
    return True


def _make_schools(act: Act) -> list[School]:
    new = [
        (
            School(number=f"{190000 + n}", name=f"Schule am Lindenplatz {n}", school_type=kind),
            Address(f"Lindenweg {n}", "46001", "Lindenfurt"),
        )
        for n, kind in enumerate(TYPES, 1)
    ]
    schools = create_schools(new, act)
    for year in range(2019, 2025):
        day = date(year, 10, 15)
        record_headcounts(
            [HeadcountRow(s, day, 300 + 9 * n + year % 7, 20 + n, 12 + n % 20) for n, s in enumerate(schools)], act
        )
    rooms = [
        NewRoom(school, school.sites.get(), "Haus A", f"{room:03}", "classroom" if room % 6 else "specialist")
        for school in schools
        for room in range(1, 31)
    ]
    create_rooms(rooms, act)
    return schools


def _make_devices(schools: list[School], act: Act) -> list[tuple[int, int]]:
    """``(key, running number)`` per device; all of them begin as *ordered*."""
    categories = {c.key: c for c in Category.objects.all()}
    models = {
        key: create_models([NewModel("Nordlicht", f"Modell {key}", categories[key])], act)[0] for key in set(KINDS)
    }
    new = [
        NewDevice(
            model=models[KINDS[n % len(KINDS)]],
            on=_begin(n),
            placed=Placed("ordered", schools[n % len(schools)].pk, None, "pupils" if n % 5 else "teachers", None),
            serial=f"NL{n:07}",
            asset_tag=f"LF-{n:06}",
        )
        for n in range(DEVICES)
    ]
    return list(zip(create_devices(new, act), range(DEVICES), strict=True))


def _begin(n: int) -> date:
    return FIRST_DAY + timedelta(days=n % 700)


def _lives(devices: list[tuple[int, int]]) -> Iterator[list[PlacementChange]]:
    """Four further states per device; access points take the steps of installed devices."""
    portable = ["delivered", "configured", "in_service", "in_repair"]
    installed = ["delivered", "mounted", "accepted", "in_service"]
    for step, days in enumerate((20, 35, 50, 900)):
        yield [
            PlacementChange(
                pk,
                _begin(n) + timedelta(days=days),
                (installed if _is_installed(n) else portable)[step],
                is_managed=None if step < 2 or _is_installed(n) else True,
            )
            for pk, n in devices
        ]


def _is_installed(n: int) -> bool:
    return KINDS[n % len(KINDS)] == "access_point"


def _has_test(n: int) -> bool:
    return KINDS[n % len(KINDS)] in ("laptop", "convertible") and bool(n % 9)


def _make_works(schools: list[School], act: Act) -> None:
    first = date(2020, 1, 15)
    new = [NewProject(school.sites.get(), trade, "planned", first) for school in schools for trade in TRADES]
    keys = create_projects(new, act)
    for number, status in enumerate(["designed", "tendered", "under_construction", "accepted"], 1):
        changes = [
            ProjectChange(pk, first + timedelta(days=200 * number + 7 * (n % 40)), status)
            for n, pk in enumerate(keys)
            if all((n + n // len(TRADES)) % (step + 1) for step in range(3, number + 1))
        ]
        record_project_states(changes, act)
