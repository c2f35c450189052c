"""What completion needs to know on a day, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q

from common.bulk import ids
from inventory.enums import COUNTS, ON_THE_WAY
from inventory.holdings import holdings_on, told_since
from inventory.models import DeviceModel, DeviceState, DeviceTest
from inventory.querysets import DeviceStateQuerySet
from rollout.models import Attainment, ProjectState, Waiver
from schools.models import Headcount, Room, School, SiteUse

_IN_SERVICE, _RELEVANT = frozenset(COUNTS), frozenset((*COUNTS, *ON_THE_WAY))
#: Up to so many devices the holdings are corrected; beyond that, counting all of the facts is quicker.
MOST_TOLD = 1000


class Waived(NamedTuple):
    """A waiver of one requirement; ``last_day`` is ``None`` while nobody has ended it."""

    since: date
    last_day: date | None
    reason: str


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
    """Devices at a school (``None``: central store); ``tested``: those in service with a valid electrical test."""

    school: int | None
    tested: int
    tally: Tally


class Work(NamedTuple):
    """A construction project on a site of the school, with its status of the day."""

    site: int
    trade: str
    status: str


@dataclass(slots=True)
class SchoolFacts:
    """Everything about one school on one day; of ``devices`` those that count or are on the way."""

    heads: Heads | None = None
    devices: list[Tally] = field(default_factory=list)
    tested: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    rooms: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sites: set[int] = field(default_factory=set)
    works: list[Work] = field(default_factory=list)
    attained: dict[str, tuple[Decimal | None, bool | None]] = field(default_factory=dict)
    waived: dict[str, Waived] = field(default_factory=dict)

    def count(self, categories: Container[int], use: str = "") -> tuple[int, int]:
        """Devices of these categories in service, and on the way; ``use`` empty for any."""
        in_service = on_the_way = 0
        for category, status, used, _is_managed, number in self.devices:
            if category in categories and (not use or used == use):
                if status in _IN_SERVICE:
                    in_service += number
                else:
                    on_the_way += number
        return in_service, on_the_way


def count_devices(
    day: date, known_at: datetime | None = None, schools: Collection[int] | None = None
) -> list[DeviceCount]:
    """All devices of the day, those in the central store and those that are gone included, in two or three queries.

    ``schools``: only those at the schools of these keys.
    """
    return list(map(DeviceCount._make, _read_devices(day, known_at, schools)))


def _read_devices(day: date, known_at: datetime | None, schools: Collection[int] | None) -> Iterator[tuple[Any, ...]]:
    """The cells of ``DeviceCount``."""
    # By model, whose category is looked up here: a second join for each of thousands of rows costs more.
    categories = dict(DeviceModel.objects.order_by().values_list("pk", "category"))
    if known_at:
        for place, model, status, use, is_managed, number, tested in _known(day, known_at, schools):
            yield place, tested, Tally(categories[model], status, use, is_managed, number)
        return
    for place, counts in holdings_on(day, schools, with_store=schools is None):
        for model, status, use, is_managed, number, tested in counts:
            yield place, tested, Tally(categories[model], status, use, is_managed, number)


def _known(day: date, known_at: datetime, schools: Collection[int] | None) -> Iterable[Sequence[Any]]:
    """As known at an instant: from the holdings, with the devices of which more was learned since counted anew."""
    devices = told_since(known_at)
    if len(devices) > MOST_TOLD:
        return _counted(DeviceState.objects.all(), day, known_at, schools)
    numbers: dict[tuple[Any, ...], list[int]] = {
        (place, *kind): [number, tested]
        for place, counts in holdings_on(day, schools, with_store=schools is None)
        for *kind, number, tested in counts
    }
    states = DeviceState.objects.filter(device__in=ids(devices))
    for sign, instant in ((-1, None), (1, known_at)):
        for *kind, number, tested in _counted(states, day, instant, schools) if devices else ():
            held = numbers.setdefault(tuple(kind), [0, 0])
            held[0] += sign * number
            held[1] += sign * tested
    return [(*kind, number, tested) for kind, (number, tested) in numbers.items() if number]


def _counted(
    states: DeviceStateQuerySet, day: date, known_at: datetime | None, schools: Collection[int] | None
) -> Iterator[Sequence[Any]]:
    """From the facts themselves."""
    has_test = Q(device__in=DeviceTest.objects.as_of(day, known_at).values("device"))
    if schools and len(schools) == 1:
        states = states.filter(school__in=schools)
    rows = (
        states.as_of(day, known_at)
        .order_by()
        .values_list("school", "device__model", "status", "use", "is_managed")
        .annotate(number=Count("*"), tested=Count("device", filter=Q(status__in=COUNTS) & has_test))
    )
    return (row for row in rows if schools is None or row[0] in schools)


def gather(
    schools: Sequence[School],
    day: date,
    known_at: datetime | None = None,
    counts: Iterable[tuple[Any, ...]] | None = None,
) -> dict[int, SchoolFacts]:
    """Facts per school key. Eight queries, however many schools and devices there are.

    ``counts``: what ``count_devices`` says, where the caller has asked it already.
    """
    facts = {school.pk: SchoolFacts() for school in schools}
    if counts is None:
        counts = _read_devices(day, known_at, facts.keys())
    _add_heads(facts, day, known_at)
    _add_devices(facts, counts)
    add_rooms(facts)
    _add_works(facts, day, known_at)
    _add_attainments(facts, day, known_at)
    _add_waivers(facts, day, known_at)
    return facts


def _add_heads(facts: dict[int, SchoolFacts], day: date, known_at: datetime | None) -> None:
    rows = Headcount.objects.as_of(day, known_at).values_list("school", "valid_from", "pupils", "teachers", "classes")
    for school, *heads in rows:
        if school in facts:
            facts[school].heads = Heads(*heads)


def _add_devices(facts: dict[int, SchoolFacts], counts: Iterable[tuple[Any, ...]]) -> None:
    """Devices that count or are on the way, and of those in service how many have a valid electrical test."""
    for school, tested, tally in counts:
        if tally[1] in _RELEVANT and school in facts:
            one = facts[school]
            one.devices.append(tally)
            if tested:
                one.tested[tally[0]] += tested


def add_rooms(facts: dict[int, SchoolFacts]) -> None:
    rows = Room.objects.order_by().values_list("school", "kind").annotate(number=Count("pk"))
    for school, kind, number in rows:
        if school in facts:
            facts[school].rooms[kind] += number


def _add_works(facts: dict[int, SchoolFacts], day: date, known_at: datetime | None) -> None:
    works: dict[int, list[Work]] = defaultdict(list)
    states = ProjectState.objects.as_of(day, known_at).order_by()
    for work in states.values_list("project__site", "project__trade", "status"):
        works[work[0]].append(Work(*work))
    for school, site in SiteUse.objects.values_list("school", "site"):
        if school in facts:
            facts[school].sites.add(site)
            facts[school].works.extend(works[site])


def _add_attainments(facts: dict[int, SchoolFacts], day: date, known_at: datetime | None) -> None:
    rows = Attainment.objects.as_of(day, known_at).values_list("school", "key", "value", "is_met")
    for school, key, value, is_met in rows:
        if school in facts:
            facts[school].attained[key] = (value, is_met)


def _add_waivers(facts: dict[int, SchoolFacts], day: date, known_at: datetime | None) -> None:
    rows = Waiver.objects.as_of(day, known_at).order_by()
    for school, key, since, until, reason in rows.values_list("school", "key", "valid_from", "valid_until", "reason"):
        if school in facts:
            facts[school].waived[key] = Waived(since, until and until - timedelta(1), reason)
