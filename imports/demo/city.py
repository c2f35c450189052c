"""The schools of the demo city: where they are, their rooms and their headcounts over the years."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from imports.demo.names import ADDITIONS, AREA_CODE, DISTRICTS, MAIL_DOMAIN, NAMES, POSTCODES, STREETS
from imports.demo.rooms import RoomPlan, plan_rooms
from schools.enums import TYPE_SHORT, SchoolType

STATISTICS_DAYS = tuple(date(year, 10, 15) for year in range(2019, 2026))
#: Growth of the city's schools from one statistics day to the next.
_GROWTH = 1.012
_CENTRE = (412_000, 5_715_000)


class Profile(NamedTuple):
    """Pupils of a school on average; pupils per class and per teacher; specialist rooms."""

    pupils: int
    per_class: float
    per_teacher: float
    specialist_rooms: int


PROFILES = {
    SchoolType.PRIMARY: Profile(268, 23.5, 16.5, 3),
    SchoolType.SPECIAL_NEEDS: Profile(150, 11.5, 7.0, 4),
    SchoolType.REALSCHULE: Profile(620, 26.5, 17.5, 9),
    SchoolType.COMPREHENSIVE: Profile(1150, 26.5, 13.5, 14),
    SchoolType.GYMNASIUM: Profile(910, 27.0, 14.5, 12),
    SchoolType.VOCATIONAL: Profile(2760, 21.0, 21.0, 18),
}


@dataclass(frozen=True, slots=True)
class CitySize:
    """How many schools of which type, and which share of the full number of pupils and devices."""

    schools: Mapping[str, int]
    share: float = 1.0

    @property
    def number(self) -> int:
        return sum(self.schools.values())

    def part(self, of_full_city: int) -> int:
        """``of_full_city`` schools or sites, scaled to this city's number of schools."""
        return max(1, round(of_full_city * self.number / _FULL_NUMBER))

    def money(self, euro: int) -> Decimal:
        """An amount of the full city, scaled to this city's number of schools, in whole euro."""
        return Decimal(round(euro * self.number / _FULL_NUMBER))

    def scaled(self, number: int) -> int:
        """A number of devices of the full city, scaled to this one."""
        return max(1, round(number * self.share))


_FULL_NUMBER = 46
FULL = CitySize(
    {
        SchoolType.PRIMARY: 29,
        SchoolType.SPECIAL_NEEDS: 2,
        SchoolType.REALSCHULE: 3,
        SchoolType.COMPREHENSIVE: 4,
        SchoolType.GYMNASIUM: 5,
        SchoolType.VOCATIONAL: 3,
    }
)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """``opened_on``: first day of works there; main sites have always been there."""

    street: str
    postcode: str
    easting: int
    northing: int
    opened_on: date | None = None


class Heads(NamedTuple):
    on: date
    pupils: int
    teachers: int
    classes: int


@dataclass(slots=True)
class SchoolPlan:
    """One school. The first of ``sites`` is the main one; it may be another school's as well."""

    number: str
    name: str
    short_name: str
    district: str
    school_type: SchoolType
    phone: str
    opened_on: date
    sites: list[SitePlan]
    heads: list[Heads] = field(default_factory=list)
    rooms: list[RoomPlan] = field(default_factory=list)

    @property
    def addition(self) -> str:
        return ADDITIONS[self.school_type]

    @property
    def email(self) -> str:
        return f"{self.number}@{MAIL_DOMAIN}"

    @property
    def latest(self) -> Heads:
        return self.heads[-1]

    @property
    def teaching_rooms(self) -> list[RoomPlan]:
        return [room for room in self.rooms if room.is_teaching]


@dataclass(slots=True)
class City:
    schools: list[SchoolPlan]

    @property
    def sites(self) -> list[SitePlan]:
        """Each site once, in the order of the schools."""
        return list(dict.fromkeys(site for school in self.schools for site in school.sites))

    @property
    def shared(self) -> list[SchoolPlan]:
        """Schools that share their main site."""
        mains = [school.sites[0] for school in self.schools]
        return [school for school in self.schools if mains.count(school.sites[0]) > 1]


def plan_city(size: CitySize, seed: int) -> City:
    """The same city for the same size and seed."""
    rng = Random(f"{seed}/city")
    schools = _schools(size, rng)
    _share_a_site(schools)
    _add_second_sites(schools, size, rng)
    for school in schools:
        profile = PROFILES[school.school_type]
        school.heads = _headcounts(profile, size.share, rng)
        is_second = school.sites[0] in [other.sites[0] for other in schools[: schools.index(school)]]
        school.rooms = plan_rooms(school.latest.classes, profile.specialist_rooms, school.sites, is_second, rng)
    return City(schools)


def _schools(size: CitySize, rng: Random) -> list[SchoolPlan]:
    wanted = [
        (school_type, NAMES[SchoolType(school_type)][n])
        for school_type, number in size.schools.items()
        for n in range(number)
    ]
    schools = []
    for n, (school_type, name) in enumerate(wanted):
        kind = SchoolType(school_type)
        schools.append(
            SchoolPlan(
                number=f"199{n * 7 + 11:03}",
                name=name,
                short_name=f"{TYPE_SHORT[kind]} {_place(name)}",
                district=DISTRICTS[n % len(DISTRICTS)],
                school_type=kind,
                phone=f"{AREA_CODE} 4710-{n * 10 + 100}",
                opened_on=date(rng.randrange(1955, 2009), 8, 1),
                sites=[_site(n, rng)],
            )
        )
    return schools


def _place(name: str) -> str:
    """The name without the word that the type already says: “GS Ulmenhain”."""
    words = [
        word
        for word in name.replace("-", " ").split()
        if word not in {"am", "an", "der", "für", "und", "Schule", "Grundschule", "Förderschule", "Realschule"}
        and word not in {"Gesamtschule", "Gymnasium", "Berufskolleg", "Lindenfurt"}
    ]
    return " ".join(words).replace("schule", "")


def _site(n: int, rng: Random, opened_on: date | None = None) -> SitePlan:
    angle, distance = rng.uniform(0, 2 * math.pi), 5500 * math.sqrt(rng.random())
    return SitePlan(
        street=f"{STREETS[n % len(STREETS)]} {rng.randrange(2, 120)}",
        postcode=POSTCODES[n % len(POSTCODES)],
        easting=_CENTRE[0] + round(distance * math.cos(angle)),
        northing=_CENTRE[1] + round(distance * math.sin(angle)),
        opened_on=opened_on,
    )


def _share_a_site(schools: Sequence[SchoolPlan]) -> None:
    """A primary school and the first special needs school are neighbours in one building complex."""
    special = next((school for school in schools if school.school_type == SchoolType.SPECIAL_NEEDS), None)
    if special is not None and special is not schools[0]:
        special.sites[0] = schools[0].sites[0]


def _add_second_sites(schools: Sequence[SchoolPlan], size: CitySize, rng: Random) -> None:
    """The largest schools outgrew their main sites; two of the annexes opened only lately."""
    large = sorted(schools, key=lambda school: -PROFILES[school.school_type].pupils)
    chosen = large[: size.part(5)]
    for n, school in enumerate(chosen):
        opened_on = date(2024, 3, 1) if n % 3 == 1 else None
        school.sites.append(_site(len(schools) + n, rng, opened_on))


def _headcounts(profile: Profile, share: float, rng: Random) -> list[Heads]:
    latest = profile.pupils * share * rng.uniform(0.72, 1.3)
    heads = []
    for years_ago, on in enumerate(reversed(STATISTICS_DAYS)):
        pupils = max(20, round(latest / _GROWTH**years_ago * rng.uniform(0.985, 1.015)))
        classes = math.ceil(pupils / profile.per_class)
        teachers = math.ceil(pupils / profile.per_teacher * rng.uniform(0.96, 1.04)) + 1
        heads.append(Heads(on, pupils, teachers, classes))
    return heads[::-1]
