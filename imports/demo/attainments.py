"""What schools of the demo city fulfil that no device and no building site shows."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from imports.demo.city import City, SchoolPlan
from imports.demo.works import WorksPlan
from rollout.enums import ProjectStatus
from schools.enums import SchoolType, Trade

_FIRST_DAY = date(2019, 8, 1)
_SMALL = (SchoolType.PRIMARY, SchoolType.SPECIAL_NEEDS)


#: Where it can be read that something is in place.
_EVIDENCE = {
    "learning_platform": "Nutzungsvereinbarung mit dem Medienzentrum",
    "company_link": "Abnahmeprotokoll der Videotechnik",
    "coworking_space": "Raumbuch der Schule",
    "online_counselling": "Beratungskonzept der Schule",
}


class AttainmentPlan(NamedTuple):
    school: SchoolPlan
    key: str
    on: date
    value: Decimal | None = None
    is_met: bool | None = None
    evidence: str = ""


def plan_attainments(city: City, works: WorksPlan, seed: int, until: date) -> list[AttainmentPlan]:
    """In the order of their days. Of some schools nothing is recorded about some requirements."""
    rng = Random(f"{seed}/attainments")
    facts: list[AttainmentPlan] = []
    for school in city.schools:
        if rng.random() < 0.94:
            facts += _bandwidth(school, works, rng)
        facts += _media_concept(school, rng)
        facts += _wider_concept(school, rng)
    return sorted(
        (fact for fact in facts if fact.on <= until), key=lambda fact: (fact.on, fact.school.number, fact.key)
    )


def rounds(facts: Sequence[AttainmentPlan]) -> Iterable[list[AttainmentPlan]]:
    """Parts in which each school and requirement occurs once: first facts, second facts …"""
    parts: list[list[AttainmentPlan]] = []
    seen: dict[tuple[str, str], int] = {}
    for fact in facts:
        key = (fact.school.number, fact.key)
        position = seen[key] = seen.get(key, -1) + 1
        if position == len(parts):
            parts.append([])
        parts[position].append(fact)
    return parts


def line_speeds(facts: Iterable[AttainmentPlan]) -> dict[str, tuple[int, int]]:
    """Mbit/s before and after the fibre was lit, per number of a school where both are known."""
    known: dict[str, list[int]] = {}
    for fact in facts:
        if fact.key == "bandwidth" and fact.value is not None:
            known.setdefault(fact.school.number, []).append(int(fact.value))
    return {number: (speeds[-2], speeds[-1]) for number, speeds in known.items() if len(speeds) > 2}


def _bandwidth(school: SchoolPlan, works: WorksPlan, rng: Random) -> Iterable[AttainmentPlan]:
    """Copper first; a line that is worth the name from the day on which the fibre is lit."""
    yield AttainmentPlan(school, "bandwidth", _FIRST_DAY, Decimal(rng.choice((16, 25, 50, 50, 100))))
    yield AttainmentPlan(school, "bandwidth", date(2021, 2, 1), Decimal(rng.choice((100, 100, 175, 250))))
    main = next((p for p in works.of(school, Trade.FIBRE) if p.site == school.sites[0]), None)
    lit = main.since(ProjectStatus.LIVE) if main else None
    if lit and lit > date(2021, 2, 1):
        speeds = (300, 500, 600, 600, 1000) if school.school_type in _SMALL else (500, 1000, 1000, 1000, 2500)
        yield AttainmentPlan(school, "bandwidth", lit + timedelta(10), Decimal(rng.choice(speeds)))


def _media_concept(school: SchoolPlan, rng: Random) -> Iterable[AttainmentPlan]:
    if rng.random() < 0.6:
        yield AttainmentPlan(school, "media_concept", _FIRST_DAY, is_met=False)
    if rng.random() < 0.85:
        approved = date(2020, 6, 1) + timedelta(rng.randrange(760))
        evidence = f"Medienkonzept vom {approved:%d.%m.%Y}, Az. 40-2/{school.number[-3:]}"
        yield AttainmentPlan(school, "media_concept", approved, is_met=True, evidence=evidence)
        if rng.random() < 0.25:
            yield AttainmentPlan(
                school, "media_concept", date(2025, 8, 1) + timedelta(rng.randrange(200)), is_met=False
            )


def _wider_concept(school: SchoolPlan, rng: Random) -> Iterable[AttainmentPlan]:
    small = school.school_type in _SMALL
    #: requirement: chance that it is met, chance that it is recorded as not met, first day
    chances = {
        "learning_platform": (0.9, 0.05, date(2020, 4, 20)),
        "company_link": (0.05, 0.2, date(2022, 2, 1)) if small else (0.6, 0.3, date(2021, 9, 1)),
        "coworking_space": (0.1, 0.6, date(2023, 3, 1)),
        "online_counselling": (0.25, 0.5, date(2021, 3, 1)),
    }
    for key, (met, not_met, first) in chances.items():
        chance = rng.random()
        on = first + timedelta(rng.randrange(420))
        if chance < met + not_met:
            yield AttainmentPlan(school, key, on, is_met=chance < met, evidence=_EVIDENCE[key] if chance < met else "")
