"""Where schools stand against the standard, how they came there and when they will be complete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import cached_property

from common.dated import add_months
from rollout.completion import (
    Arrivals,
    CompletionReport,
    Group,
    RequirementSum,
    SchoolForecast,
    completion,
    completion_over,
    expected,
    forecast,
    groups_by,
    month_ends,
    read_arrivals,
)
from rollout.completion.trend import MOST_MONTHS
from rollout.enums import Readiness
from schools.querysets import SchoolQuerySet

#: Months that a line runs on into what is expected.
AHEAD = 12
#: Days to come are asked for so many years ahead at most.
FURTHEST_YEARS = 10


class Point(NamedTuple):
    """One day of a line; ``value`` in percent, ``None``: unknown."""

    on: date
    value: Decimal | None
    is_forecast: bool


class Line(NamedTuple):
    """``key`` of a requirement, or empty for the mean grade."""

    key: str
    label: str
    points: tuple[Point, ...]


class Horizon(NamedTuple):
    """Of a group: schools that are complete, that will be and by when, and of which no day is known."""

    complete: int
    expected: int
    last_on: date | None
    without_date: int


@dataclass(frozen=True)
class Outlook:
    """``schools`` on ``day`` as known at ``known_at``; after ``today`` a forecast. Read when asked for."""

    day: date
    today: date
    schools: SchoolQuerySet
    level: str
    known_at: datetime | None = None

    @property
    def is_forecast(self) -> bool:
        return self.day > self.today

    @cached_property
    def report(self) -> CompletionReport:
        return expected(completion(self.day, self.known_at, self.schools), self._arrivals)

    @cached_property
    def city(self) -> Group:
        return Group("", self.report)

    @cached_property
    def types(self) -> list[Group]:
        return groups_by(self.report, lambda school: school.school_type)

    @cached_property
    def districts(self) -> list[Group]:
        return groups_by(self.report, lambda school: school.district)

    @cached_property
    def requirements(self) -> list[RequirementSum]:
        """Of the chosen level."""
        return [one for one in self.city.requirements if self.level != "basis" or one.rule.level == self.level]

    @cached_property
    def forecasts(self) -> dict[int, SchoolForecast]:
        """By key of the school. Of a day to come: when is met what is still missing then."""
        return {one.school.pk: one for one in forecast(self.report, self._arrivals)}

    def horizon(self, group: Group) -> Horizon:
        found = [self.forecasts[one.school.pk].at(self.level) for one in group.schools]
        states = [one.state for one in found]
        return Horizon(
            states.count(Readiness.READY),
            states.count(Readiness.EXPECTED),
            max((one.on for one in found if one.on), default=None),
            states.count(Readiness.UNKNOWN),
        )

    def lines(self, months: int, keys: Iterable[str] = (), *, label: str) -> list[Line]:
        """The mean grade (called ``label``) and requirements by their keys, month by month."""
        reports = self._over(months)
        labels = {rule.key: rule.label for report in reports for rule in report.requirements}
        chosen = [key for key in dict.fromkeys(keys) if key in labels]
        values = [self._values(report, chosen) for report in reports]
        return [
            Line(key, labels.get(key, label), tuple(map(self._point, reports, (one[at] for one in values))))
            for at, key in enumerate(["", *chosen])
        ]

    def _values(self, report: CompletionReport, keys: Sequence[str]) -> list[Decimal | None]:
        """The mean grade, then the mean fulfilment of each requirement."""
        found = {one.rule.key: one.percent for one in Group("", report).requirements if one.rule.key in keys}
        return [report.mean_grade(self.level), *(found.get(key) for key in keys)]

    def _point(self, report: CompletionReport, value: Decimal | None) -> Point:
        return Point(report.day, value, report.day > self.today)

    def _over(self, months: int) -> list[CompletionReport]:
        """Up to the day; where that is today or later, on to what is expected. One sweep for all.

        Of a day that is further off than a line is long, its nearer part and the day itself.
        """
        last = max(self.day, add_months(self.today, AHEAD)) if self.day >= self.today else self.day
        until = min(last, add_months(self.today, MOST_MONTHS))
        ahead = _months_between(self.today, until) if until > self.today else 0
        past = month_ends(min(self.day, self.today), months)
        days = sorted({*past, *month_ends(until, ahead), last}) if ahead else past
        return [
            expected(one, self._arrivals)
            for one in completion_over([d for d in days if d >= past[0]], self.known_at, self.schools)
        ]

    @cached_property
    def _arrivals(self) -> Arrivals:
        """As known today: what comes by a day to come is said by the records of today."""
        return read_arrivals(self.schools, min(self.day, self.today), self.known_at)


def _months_between(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month
