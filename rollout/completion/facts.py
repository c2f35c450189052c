"""What completion needs to know on a day, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from inventory.enums import COUNTS, ON_THE_WAY
from inventory.models import DeviceState, DeviceTest
from rollout.models import Attainment, ConstructionProject, ProjectState
from schools.models import Headcount, Room, School, SiteUse

_RELEVANT = frozenset((*COUNTS, *ON_THE_WAY))


class Heads(NamedTuple):
    on: date
    pupils: int | None
    teachers: int | None
    classes: int | None


class Tally(NamedTuple):
    """So many devices of one kind in one state: the grain at which devices are counted."""

    category: int
    status: str
    use: str
    is_managed: bool | None
    number: int


class DeviceCount(NamedTuple):
    """Devices at a school (``None``: central store), with or without a valid electrical test."""

    school: int | None
    is_tested: bool
    tally: Tally


class Work(NamedTuple):
    """A construction project on a site of the school, with its status of the day (or none yet)."""

    site: int
    trade: str
    status: str | None


@dataclass(slots=True)
class SchoolFacts:
    """Everything about one school on one day."""

    heads: Heads | None = None
    devices: list[Tally] = field(default_factory=list)
    tested: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    rooms: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sites: set[int] = field(default_factory=set)
    works: list[Work] = field(default_factory=list)
    attained: dict[str, tuple[Decimal | None, bool | None]] = field(default_factory=dict)

    def count(self, categories: Iterable[int], statuses: Sequence[str], use: str = "") -> int:
        """Devices of these categories in these states; ``use`` empty for any."""
        wanted = set(categories)
        return sum(
            t.number
            for t in self.devices
            if t.category in wanted and t.status in statuses and (not use or t.use == use)
        )


def count_devices(day: date, known_at: datetime | None = None, school: int | None = None) -> list[DeviceCount]:
    """All devices of the day, those in the central store and those that are gone included, in one pass.

    ``school``: only those at the school of this key.
    """
    tested = DeviceTest.objects.as_of(day, known_at).values("device")
    states = DeviceState.objects.as_of(day, known_at)
    rows = (
        (states if school is None else states.filter(school=school))
        .annotate(is_tested=ExpressionWrapper(Q(device__in=tested), BooleanField()))
        .order_by()
        .values_list("school", "is_tested", "device__model__category", "status", "use", "is_managed")
        .annotate(number=Count("pk"))
    )
    return [DeviceCount(school_id, bool(is_tested), Tally(*tally)) for school_id, is_tested, *tally in rows]


def gather(
    schools: Sequence[School],
    day: date,
    known_at: datetime | None = None,
    counts: Iterable[DeviceCount] | None = None,
) -> dict[int, SchoolFacts]:
    """Facts per school key. Seven queries, however many schools and devices there are.

    ``counts``: what ``count_devices`` says, where the caller has asked it already.
    """
    facts = {school.pk: SchoolFacts() for school in schools}
    if counts is None:
        counts = count_devices(day, known_at, schools[0].pk if len(schools) == 1 else None)
    _add_heads(facts, day, known_at)
    _add_devices(facts, counts)
    _add_rooms(facts)
    _add_works(facts, day, known_at)
    _add_attainments(facts, day, known_at)
    return facts


def _add_heads(facts: dict[int, SchoolFacts], day: date, known_at: datetime | None) -> None:
    rows = Headcount.objects.as_of(day, known_at).values_list("school", "valid_from", "pupils", "teachers", "classes")
    for school, *heads in rows:
        if school in facts:
            facts[school].heads = Heads(*heads)


def _add_devices(facts: dict[int, SchoolFacts], counts: Iterable[DeviceCount]) -> None:
    """Devices that count or are on the way, and of those in service how many have a valid electrical test."""
    for school, is_tested, tally in counts:
        if school not in facts or tally.status not in _RELEVANT:
            continue
        facts[school].devices.append(tally)
        if is_tested and tally.status in COUNTS:
            facts[school].tested[tally.category] += tally.number


def _add_rooms(facts: dict[int, SchoolFacts]) -> None:
    rows = Room.objects.order_by().values_list("school", "kind").annotate(number=Count("pk"))
    for school, kind, number in rows:
        if school in facts:
            facts[school].rooms[kind] += number


def _add_works(facts: dict[int, SchoolFacts], day: date, known_at: datetime | None) -> None:
    statuses = dict(ProjectState.objects.as_of(day, known_at).order_by().values_list("project", "status"))
    works: dict[int, list[Work]] = defaultdict(list)
    for pk, site, trade in ConstructionProject.objects.order_by().values_list("pk", "site", "trade"):
        works[site].append(Work(site, trade, statuses.get(pk)))
    for school, site in SiteUse.objects.values_list("school", "site"):
        if school in facts:
            facts[school].sites.add(site)
            facts[school].works.extend(works[site])


def _add_attainments(facts: dict[int, SchoolFacts], day: date, known_at: datetime | None) -> None:
    rows = Attainment.objects.as_of(day, known_at).values_list("school", "key", "value", "is_met")
    for school, key, value, is_met in rows:
        if school in facts:
            facts[school].attained[key] = (value, is_met)
