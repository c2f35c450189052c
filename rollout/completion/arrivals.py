"""What comes to a school that has not arrived yet: devices and works, each with the day that a record names for it."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count

from common.bulk import ids
from inventory.coming import PlannedDevices, free_devices, planned_devices
from inventory.enums import ON_THE_WAY, DeviceStatus
from inventory.models import DeviceState
from rollout.completion.measures import Rule
from rollout.enums import DEVICE_MEASURES, FINISHED, Coming, Measure, ProjectStatus
from rollout.models import ConstructionProject
from rollout.progress import WorksOnDay, works_on
from schools.models import School, SiteUse

#: Ask for works.
TRADES = (Measure.TRADE_ACCEPTED, Measure.TRADE_LIVE)


class Arrival(NamedTuple):
    """So many devices, or sites, that come to a school. ``on``: the day by which, ``None``: nobody has said.

    ``is_late``: the day has passed, so it is none. ``reference``: order number or name of the site.
    """

    number: int
    source: Coming
    on: date | None = None
    reference: str = ""
    is_late: bool = False

    @property
    def expected_on(self) -> date | None:
        return None if self.is_late else self.on


class _Devices(NamedTuple):
    """``use`` is ``None`` where nobody has said yet for whom they are."""

    category: int
    use: str | None
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What comes to each school (key), as of ``day``. ``free``: categories of what comes and is nobody's."""

    day: date
    devices: Mapping[int, Sequence[_Devices]]
    works: Mapping[int, Mapping[str, Sequence[WorksOnDay]]]
    free: frozenset[int]

    def of(self, school: int, rule: Rule, uses: Mapping[int, str]) -> list[Arrival]:
        """For one requirement, the earliest first, what has no day last.

        ``uses``: for whom devices of a category are where nobody has said; of other categories they are for all.
        """
        if rule.measure in DEVICE_MEASURES:
            found = [
                one.arrival
                for one in self.devices.get(school, ())
                if one.category in rule.categories and (not rule.use or _use(one, uses) in (None, rule.use))
            ]
        elif rule.measure in TRADES:
            found = list(_sites(self.works.get(school, {}).get(rule.trade, ()), rule, self.day))
        else:
            found = []
        return sorted(_joined(found), key=lambda one: (one.expected_on is None, one.expected_on or date.max))


def _use(one: _Devices, uses: Mapping[int, str]) -> str | None:
    return uses.get(one.category) if one.use is None else one.use


def read_arrivals(schools: Iterable[School], day: date, known_at: datetime | None = None) -> Arrivals:
    """As of ``day``, as known at ``known_at``; expected days of orders as known now. A constant number of queries."""
    keys = {school.pk for school in schools}
    plans = planned_devices(day, known_at)
    devices: dict[int, list[_Devices]] = defaultdict(list)
    for school, one in (*_on_the_way(keys, day, known_at), *_planned(keys, plans)):
        devices[school].append(one)
    free = frozenset(one.category for one in free_devices(plans, day, known_at))
    return Arrivals(day, devices, _works(keys, day, known_at), free)


def _joined(arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """What comes from the same place on the same day as one."""
    numbers: Counter[Arrival] = Counter()
    for one in arrivals:
        numbers[one._replace(number=0)] += one.number
    return (one._replace(number=number) for one, number in numbers.items())


def _on_the_way(schools: Container[int], day: date, known_at: datetime | None) -> Iterator[tuple[int, _Devices]]:
    """Devices that are ordered or delivered for a school; what is delivered has no day on which it begins to work."""
    order = "device__order_line__order__"
    names = ("school", "device__model__category", "use", "status", f"{order}expected_on", f"{order}number")
    states = DeviceState.objects.as_of(day, known_at).filter(status__in=ON_THE_WAY, school__isnull=False).order_by()
    for school, category, use, status, on, reference, number in states.values_list(*names).annotate(n=Count("pk")):
        if school not in schools:
            continue
        if status == DeviceStatus.ORDERED:
            arrival = Arrival(number, Coming.ORDERED, on, reference or "", on is not None and on < day)
        else:
            arrival = Arrival(number, Coming.DELIVERED)
        yield school, _Devices(category, use, arrival)


def _planned(schools: Container[int], plans: Iterable[PlannedDevices]) -> Iterator[tuple[int, _Devices]]:
    """Hand-overs that are still to come, by their last day."""
    for plan in plans:
        if plan.school in schools:
            yield plan.school, _Devices(plan.category, None, Arrival(plan.number, Coming.PLANNED, plan.on))


def _works(schools: Container[int], day: date, known_at: datetime | None) -> dict[int, dict[str, list[WorksOnDay]]]:
    users: dict[int, list[int]] = defaultdict(list)
    for school, site in SiteUse.objects.values_list("school", "site"):
        if school in schools:
            users[site].append(school)
    projects = ConstructionProject.objects.existing().filter(site__in=ids(users)).select_related("site", "building")
    found: dict[int, dict[str, list[WorksOnDay]]] = defaultdict(lambda: defaultdict(list))
    for works in works_on(projects.order_by("pk"), day, known_at):
        if works.status != ProjectStatus.CANCELLED:
            for school in users[works.project.site_id]:
                found[school][works.project.trade].append(works)
    return found


def _sites(works: Iterable[WorksOnDay], rule: Rule, day: date) -> Iterator[Arrival]:
    """Sites whose works are not in the wanted state; ready with the last of their projects."""
    phase = ProjectStatus.LIVE if rule.measure == Measure.TRADE_LIVE else ProjectStatus.ACCEPTED
    wanted = (ProjectStatus.LIVE,) if phase == ProjectStatus.LIVE else FINISHED
    waiting: dict[int, list[WorksOnDay]] = defaultdict(list)
    for one in works:
        if one.status not in wanted:
            waiting[one.project.site_id].append(one)
    for there in waiting.values():
        days = [one.milestones[phase].forecast_on if phase in one.milestones else None for one in there]
        on = None if None in days else max(day for day in days if day)
        yield Arrival(1, Coming.WORKS, on, there[0].project.site.name, on is not None and on < day)
