"""When a school is complete: what is missing against what is ordered, planned for hand-over and being built.

Nothing is guessed: what no record names a day for has no date, and the sentence says what is lacking.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Sum
from django.utils.formats import date_format, number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from common.bulk import ids
from inventory.enums import ON_THE_WAY, DeviceStatus
from inventory.models import DeviceState, PlannedHandOver
from rollout.completion.measures import Result, Rule
from rollout.completion.report import CompletionReport, SchoolCompletion
from rollout.enums import DEVICE_MEASURES, FINISHED, Coming, Level, Measure, Outcome, ProjectStatus, Readiness
from rollout.models import ConstructionProject
from rollout.progress import WorksOnDay, works_on
from schools.models import School, SiteUse

_OPEN = (Outcome.PARTLY, Outcome.NOT_MET, Outcome.NOT_DUE)
_TRADES = (Measure.TRADE_ACCEPTED, Measure.TRADE_LIVE)


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
    """What comes to each school (key), as of ``day``."""

    day: date
    devices: Mapping[int, Sequence[_Devices]]
    works: Mapping[int, Mapping[str, Sequence[WorksOnDay]]]

    def of(self, school: int, rule: Rule) -> list[Arrival]:
        """For one requirement, the earliest first, what has no day last."""
        if rule.measure in DEVICE_MEASURES:
            found = [
                one.arrival
                for one in self.devices.get(school, ())
                if one.category in rule.categories and (not rule.use or one.use in (None, rule.use))
            ]
        elif rule.measure in _TRADES:
            found = list(_sites(self.works.get(school, {}).get(rule.trade, ()), rule, self.day))
        else:
            found = []
        return sorted(found, key=lambda one: (one.expected_on is None, one.expected_on or date.max))


def read_arrivals(schools: Iterable[School], day: date, known_at: datetime | None = None) -> Arrivals:
    """As of ``day``, as known at ``known_at``; expected days of orders as known now. A constant number of queries."""
    keys = {school.pk for school in schools}
    devices: dict[int, list[_Devices]] = defaultdict(list)
    for school, one in (*_on_the_way(keys, day, known_at), *_planned(keys, day, known_at)):
        devices[school].append(one)
    return Arrivals(day, devices, _works(keys, day, known_at))


@dataclass(frozen=True)
class RequirementForecast:
    """When one requirement is met at one school."""

    result: Result
    arrivals: Sequence[Arrival]

    @cached_property
    def state(self) -> Readiness:
        if self.result.state == Outcome.UNKNOWN:
            return Readiness.UNKNOWN
        if self.result.state not in _OPEN:
            return Readiness.READY
        return Readiness.UNKNOWN if self.on is None else Readiness.EXPECTED

    @cached_property
    def on(self) -> date | None:
        """The day on which enough has come; ``None`` where nothing is missing, or it is not known."""
        missing = self.result.gap
        if self.result.state not in _OPEN or missing is None:
            return None
        for one in self.arrivals:
            if one.expected_on is None:
                break
            missing -= one.number
            if missing <= 0:
                return one.expected_on
        return None

    @property
    def rest(self) -> int:
        """What nothing that is on its way or planned will fill."""
        return max(int(self.result.gap or 0) - sum(one.number for one in self.arrivals), 0)

    @property
    def is_counted(self) -> bool:
        return self.result.rule.measure in (*DEVICE_MEASURES, *_TRADES)

    def explanation(self) -> str:
        """One sentence in the active language."""
        if self.state == Readiness.READY:
            return gettext("Nothing is missing.")
        if self.result.state == Outcome.UNKNOWN:
            return gettext("No date: it is not known what is missing.")
        if not self.is_counted:
            return gettext("No date: no record names a day by which it will be fulfilled.")
        parts = [*map(_told, self.arrivals), *([self._lacking()] if self.rest else [])]
        if self.on:
            head = gettext("Expected on %(day)s: %(parts)s.")
            return head % {"day": _day(self.on), "parts": "; ".join(parts)}
        return gettext("No date: %(parts)s.") % {"parts": "; ".join(parts)}

    def _lacking(self) -> str:
        if self.result.rule.measure in _TRADES:
            text = ngettext("%(n)s site has no works", "%(n)s sites have no works", self.rest)
        else:
            text = ngettext("%(n)s is not ordered", "%(n)s are not ordered", self.rest)
        return text % {"n": number_format(self.rest, force_grouping=True)}


@dataclass(frozen=True)
class SchoolForecast:
    """``requirements``: all of the school, in the order of the standard."""

    school: School
    requirements: Sequence[RequirementForecast]

    def at(self, level: str) -> "LevelForecast":
        """Of the basis alone, or of basis and target."""
        asked = [one for one in self.requirements if level == Level.TARGET or one.result.rule.level == Level.BASIS]
        return LevelForecast([one for one in asked if one.result.state != Outcome.NOT_APPLICABLE])


@dataclass(frozen=True)
class LevelForecast:
    requirements: Sequence[RequirementForecast]

    @property
    def state(self) -> Readiness:
        states = {one.state for one in self.requirements}
        if not states or Readiness.UNKNOWN in states:
            return Readiness.UNKNOWN
        return Readiness.EXPECTED if Readiness.EXPECTED in states else Readiness.READY

    @property
    def on(self) -> date | None:
        """The last of all days; ``None`` where the school is complete, or one day is not known."""
        if self.state != Readiness.EXPECTED:
            return None
        return max(one.on for one in self.requirements if one.on)

    @property
    def waiting(self) -> list[RequirementForecast]:
        return [one for one in self.requirements if one.state == Readiness.EXPECTED]

    @property
    def without_date(self) -> list[RequirementForecast]:
        return [one for one in self.requirements if one.state == Readiness.UNKNOWN]


def forecast(report: CompletionReport, arrivals: Arrivals) -> list[SchoolForecast]:
    """In the order of the report, which is one of the day of ``arrivals``."""
    return [
        SchoolForecast(one.school, [RequirementForecast(r, arrivals.of(one.school.pk, r.rule)) for r in one.results])
        for one in report.schools
    ]


def expected(report: CompletionReport, arrivals: Arrivals) -> CompletionReport:
    """A report of a day to come with what has arrived by then, where all comes as it is expected."""
    if report.day <= arrivals.day:
        return report
    return replace(report, schools=tuple(_expected(one, arrivals, report.day) for one in report.schools))


def _expected(school: SchoolCompletion, arrivals: Arrivals, day: date) -> SchoolCompletion:
    results = []
    for result in school.results:
        coming = arrivals.of(school.school.pk, result.rule) if result.state in _OPEN else []
        number = sum(one.number for one in coming if one.expected_on and one.expected_on <= day)
        results.append(_grown(result, number) if number else result)
    return SchoolCompletion(school.school, tuple(results), school.facts)


def _grown(result: Result, number: int) -> Result:
    actual = (result.actual or 0) + number
    is_met = result.required is not None and actual >= result.required
    state = Outcome.MET if is_met else Outcome.NOT_DUE if result.state == Outcome.NOT_DUE else Outcome.PARTLY
    on_the_way = max(result.on_the_way - number, 0)
    inputs = {**result.inputs, "actual": actual, "on_the_way": on_the_way}
    if "missing" in inputs:
        inputs["missing"] = max(int(result.required or 0) - int(actual), 0)
    due_on = None if is_met else result.due_on
    return replace(result, state=state, actual=actual, on_the_way=on_the_way, inputs=inputs, due_on=due_on)


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
            arrival = Arrival(number, Coming.DELIVERED, reference=reference or "")
        yield school, _Devices(category, use, arrival)


def _planned(schools: Container[int], day: date, known_at: datetime | None) -> Iterator[tuple[int, _Devices]]:
    """Hand-overs that are still to come, by their last day."""
    plans = PlannedHandOver.objects.as_of(day, known_at).filter(due_until__gt=day, school__isnull=False).order_by()
    for school, category, until, number in plans.values_list("school", "category", "due_until").annotate(
        number=Sum("quantity")
    ):
        if school in schools:
            yield school, _Devices(category, None, Arrival(number, Coming.PLANNED, until - timedelta(1)))


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


def _told(arrival: Arrival) -> str:
    words = {
        "n": number_format(arrival.number, force_grouping=True),
        "day": _day(arrival.on) if arrival.on else "",
        "what": arrival.reference,
    }
    return _sentence(arrival) % words


def _sentence(arrival: Arrival) -> str:
    match arrival.source:
        case Coming.WORKS if arrival.is_late:
            return gettext("%(what)s: the forecast of %(day)s has passed")
        case Coming.WORKS if arrival.on:
            return gettext("%(what)s by forecast on %(day)s")
        case Coming.WORKS:
            return gettext("%(what)s has no forecast")
        case Coming.PLANNED:
            return gettext("%(n)s planned for hand-over by %(day)s")
        case Coming.DELIVERED:
            return gettext("%(n)s delivered, without a day for their use")
        case Coming.ORDERED if not arrival.reference:
            return gettext("%(n)s on the way without an order")
        case Coming.ORDERED if arrival.is_late:
            return gettext("%(n)s of order %(what)s, expected on %(day)s and not here")
    if arrival.on:
        return gettext("%(n)s of order %(what)s on %(day)s")
    return gettext("%(n)s of order %(what)s without a day")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
