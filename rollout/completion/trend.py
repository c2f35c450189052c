"""Completion month by month, from the dated facts themselves: every change is read once, then the months are swept.

Nothing is stored for it, so a late booking moves the line as it moves the completion of the day.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from common.dated import join_period, known_q, overlap
from inventory.enums import COUNTS, ON_THE_WAY
from inventory.models import DeviceModel, DeviceState, DeviceTest
from rollout.completion.facts import Heads, SchoolFacts, Tally, Waived, Work, add_rooms
from rollout.completion.report import CompletionReport, Layers, SchoolCompletion, measure_school
from rollout.models import Attainment, ProjectState, Standard, Waiver
from schools.models import Headcount, School, SiteUse
from schools.querysets import SchoolQuerySet

#: Months of a line at most.
MOST_MONTHS = 60
_RELEVANT = (*COUNTS, *ON_THE_WAY)


def month_ends(day: date, months: int) -> list[date]:
    """The last days of the ``months`` months before that of ``day``, and ``day`` itself; ascending."""
    days, first = [day], day.replace(day=1)
    for _month in range(min(months, MOST_MONTHS)):
        days.append(first - timedelta(1))
        first = days[-1].replace(day=1)
    return days[::-1]


def completion_over(
    days: Sequence[date], known_at: datetime | None = None, schools: SchoolQuerySet | None = None
) -> list[CompletionReport]:
    """What ``completion`` says of each of ``days`` (ascending), in a constant number of queries.

    A version of the standard that comes into force within them costs two or three more.
    """
    sweep = _Sweep(days, known_at, list(School.objects.all() if schools is None else schools))
    versions = list(Standard.objects.in_force(days[-1], known_at).prefetch_related("requirements"))
    layers: dict[int | None, Layers] = {}
    reports, before = [], dict[int, SchoolCompletion]()
    for at, day in enumerate(days):
        standard = next((one for one in versions if one.valid_from <= day), None)
        key = standard and standard.pk
        if key not in layers:
            layers[key], before = Layers(standard, known_at), {}
        before = {
            school.pk: _measured(school, layers[key], sweep, at, before.get(school.pk))
            for school in sweep.schools
            if _is_open(school, day)
        }
        reports.append(CompletionReport(standard, day, known_at, tuple(before.values())))
    return reports


def _measured(
    school: School, layers: Layers, sweep: "_Sweep", at: int, before: SchoolCompletion | None
) -> SchoolCompletion:
    """That of the month before, where nothing at the school changed since and no period runs out."""
    if before and not sweep.has_changed(school.pk, at) and not layers.plan_for(school).graces:
        return before
    return measure_school(school, layers, sweep.facts(school.pk, at), sweep.days[at])


def _is_open(school: School, day: date) -> bool:
    return (school.opened_on is None or school.opened_on <= day) and (
        school.closed_on is None or school.closed_on > day
    )


@dataclass(frozen=True, slots=True)
class _Tested:
    """So many tested devices of a category more, or fewer."""

    category: int


class _Sweep:
    """Facts of ``schools`` on each of ``days``: what begins to hold and ceases to hold between one and the next."""

    def __init__(self, days: Sequence[date], known_at: datetime | None, schools: list[School]) -> None:
        self.days, self.schools = days, schools
        self._known = known_q(known_at)
        self._only = schools[0].pk if len(schools) == 1 else None
        self._standing = {school.pk: SchoolFacts() for school in schools}
        add_rooms(self._standing)
        self._tallies: dict[int, Counter[Any]] = defaultdict(Counter)
        self._named: dict[int, dict[Any, Any]] = defaultdict(dict)
        self._changes: list[dict[int, list[tuple[Any, int]]]] = [defaultdict(list) for _day in days]
        self._begins: list[dict[int, list[tuple[Any, Any]]]] = [defaultdict(list) for _day in days]
        self._ends: list[dict[int, list[Any]]] = [defaultdict(list) for _day in days]
        self._at = {school.pk: -1 for school in schools}
        for read in (self._read_devices, self._read_tests, self._read_heads, self._read_works, self._read_by_hand):
            read()

    def has_changed(self, school: int, at: int) -> bool:
        return any(school in changes[at] for changes in (self._changes, self._begins, self._ends))

    def facts(self, school: int, at: int) -> SchoolFacts:
        """Of one school on the day at ``at``; to be asked of ascending days."""
        tallies, named = self._tallies[school], self._named[school]
        for place in range(self._at[school] + 1, at + 1):
            for what, number in self._changes[place].get(school, ()):
                tallies[what] += number
                if not tallies[what]:
                    del tallies[what]
            for what in self._ends[place].get(school, ()):
                named.pop(what, None)
            named.update(self._begins[place].get(school, ()))
        self._at[school] = at
        return _facts(self._standing[school], tallies, named)

    def _read_devices(self) -> None:
        """One row per kind and period, counted by the database."""
        categories = dict(DeviceModel.objects.order_by().values_list("pk", "category"))
        names = ("school", "device__model", "status", "use", "is_managed")
        rows = self._rows(DeviceState, "school").filter(status__in=_RELEVANT, school__isnull=False)
        for school, model, *kind, begin, end, number in rows.values_list(*names, "valid_from", "valid_until").annotate(
            number=Count("pk")
        ):
            self._count(school, (categories[model], *kind), begin, end, number)

    def _read_tests(self) -> None:
        """In service and tested at once; tests that overlap count as one."""
        tests: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        rows = self._rows(DeviceTest).order_by("device", "valid_from")
        for device, begin, end in rows.values_list("device", "valid_from", "valid_until"):
            join_period(tests[device], begin, end)
        if not tests:
            return
        categories = dict(DeviceModel.objects.order_by().values_list("pk", "category"))
        states = self._rows(DeviceState, "school").filter(status__in=COUNTS, school__isnull=False)
        states = states.filter(device__in=DeviceTest.objects.filter(self._known).values("device"))
        names = ("school", "device", "device__model", "valid_from", "valid_until")
        for school, device, model, begin, end in states.values_list(*names):
            for tested in tests.get(device, ()):
                both = overlap((begin, end), tested)
                if both:
                    self._count(school, _Tested(categories[model]), *both, 1)

    def _read_heads(self) -> None:
        names = ("school", "valid_from", "pupils", "teachers", "classes", "valid_until")
        for school, *heads, end in self._rows(Headcount, "school").values_list(*names):
            self._name(school, "heads", Heads(*heads), heads[0], end)

    def _read_works(self) -> None:
        users: dict[int, list[int]] = defaultdict(list)
        for school, site in SiteUse.objects.values_list("school", "site"):
            if school in self._standing:
                users[site].append(school)
                self._standing[school].sites.add(site)
        states = self._rows(ProjectState).filter(project__site__in=users) if self._only else self._rows(ProjectState)
        names = ("project", "project__site", "project__trade", "status", "valid_from", "valid_until")
        for project, *work, begin, end in states.values_list(*names):
            for school in users[work[0]]:
                self._name(school, ("work", project), Work(*work), begin, end)

    def _read_by_hand(self) -> None:
        """What is stated by hand, and waivers."""
        facts = self._rows(Attainment, "school").values_list(
            "school", "key", "value", "is_met", "valid_from", "valid_until"
        )
        for school, key, value, is_met, begin, end in facts:
            self._name(school, ("attained", key), (value, is_met), begin, end)
        waivers = self._rows(Waiver, "school").values_list("school", "key", "reason", "valid_from", "valid_until")
        for school, key, reason, begin, end in waivers:
            self._name(school, ("waived", key), Waived(begin, end and end - timedelta(1), reason), begin, end)

    def _rows(self, model: Any, school: str = "") -> QuerySet[Any]:
        """Facts that hold on at least one day between the first and the last."""
        lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=self.days[0])
        rows: QuerySet[Any] = model.objects.filter(self._known, lasting, valid_from__lte=self.days[-1])
        return (rows.filter(**{school: self._only}) if school and self._only else rows).order_by()

    def _places(self, begin: date, end: date | None) -> tuple[int, int]:
        """Of the first day on which it holds, and of the first on which it holds no more."""
        return bisect_left(self.days, begin), bisect_left(self.days, end) if end else len(self.days)

    def _count(self, school: int, what: Any, begin: date, end: date | None, number: int) -> None:
        first, last = self._places(begin, end)
        if school in self._standing and first < last:
            self._changes[first][school].append((what, number))
            if last < len(self.days):
                self._changes[last][school].append((what, -number))

    def _name(self, school: int, what: Any, value: Any, begin: date, end: date | None) -> None:
        first, last = self._places(begin, end)
        if school in self._standing and first < last:
            self._begins[first][school].append((what, value))
            if last < len(self.days):
                self._ends[last][school].append(what)


def _facts(standing: SchoolFacts, tallies: Counter[Any], named: dict[Any, Any]) -> SchoolFacts:
    facts = replace(standing, devices=[], tested=defaultdict(int), works=[], attained={}, waived={})
    for what, number in tallies.items():
        if isinstance(what, _Tested):
            facts.tested[what.category] += number
        else:
            facts.devices.append(Tally._make((*what, number)))
    for what, value in named.items():
        match what:
            case "heads":
                facts.heads = value
            case ("work", _project):
                facts.works.append(value)
            case (kind, key):
                getattr(facts, kind)[key] = value
    return facts
