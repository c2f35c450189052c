"""Completion of several schools together: of the city, of a school type, of a district. Pure.

Schools are counted, not devices: what is unknown at a school stands apart and never counts as 0.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.functional import cached_property

from rollout.completion.measures import Result, Rule
from rollout.completion.report import CompletionReport, SchoolCompletion
from rollout.enums import DEVICE_MEASURES, Level, Outcome

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class RequirementSum:
    """One requirement at the schools of a group. Numbers: of the schools where it is known and asked for."""

    rule: Rule
    results: Sequence[Result]

    @cached_property
    def states(self) -> Counter[str]:
        """Number of schools by outcome."""
        return Counter(str(result.state) for result in self.results)

    @property
    def met(self) -> int:
        return self.states[Outcome.MET]

    @property
    def asked(self) -> int:
        """Schools that have to meet it and of which it is known."""
        return len(self._known)

    @property
    def unknown(self) -> int:
        return self.states[Outcome.UNKNOWN]

    @property
    def is_counted(self) -> bool:
        """Whether devices are counted, which can be added up."""
        return self.rule.measure in DEVICE_MEASURES

    @property
    def required(self) -> int | None:
        return sum(int(result.required or 0) for result in self._known) if self._adds_up else None

    @property
    def actual(self) -> int | None:
        return sum(int(result.actual or 0) for result in self._known) if self._adds_up else None

    @property
    def on_the_way(self) -> int | None:
        return sum(result.on_the_way for result in self._known) if self._adds_up else None

    @property
    def gap(self) -> int | None:
        """What is missing at single schools: what one has too much helps no other."""
        return sum(int(result.gap or 0) for result in self._known) if self._adds_up else None

    @cached_property
    def percent(self) -> Decimal | None:
        """Mean of the fulfilment at the schools, one decimal; never 100 while something is missing."""
        shares = [share for result in self._known if (share := result.fulfilment) is not None]
        if not shares:
            return None
        mean = sum(shares, Decimal(0)) / len(shares) * _HUNDRED
        rounded = mean.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return min(rounded, Decimal("99.9")) if mean < _HUNDRED else rounded

    @property
    def _adds_up(self) -> bool:
        return self.is_counted and bool(self._known)

    @cached_property
    def _known(self) -> list[Result]:
        return [r for r in self.results if r.required is not None and r.state not in _APART]


_APART = (Outcome.NOT_APPLICABLE, Outcome.COVERED, Outcome.UNKNOWN)


@dataclass(frozen=True)
class Group:
    """``key``: of the type or district, empty for all or for none; ``report``: of its schools."""

    key: str
    report: CompletionReport

    @property
    def schools(self) -> tuple[SchoolCompletion, ...]:
        return self.report.schools

    def grade(self, level: str) -> Decimal | None:
        """Mean of the schools that have a grade."""
        return self.report.mean_grade(level)

    def without_grade(self, level: str) -> int:
        return sum(grade_of(one, level) is None for one in self.schools)

    @cached_property
    def requirements(self) -> list[RequirementSum]:
        found: dict[str, list[Result]] = defaultdict(list)
        for school in self.schools:
            for result in school.results:
                found[result.key].append(result)
        return [RequirementSum(rule, found[rule.key]) for rule in self.report.requirements]


def grade_of(school: SchoolCompletion, level: str) -> Decimal | None:
    return school.grade_target if level == Level.TARGET else school.grade


def groups_by(report: CompletionReport, key: Callable[[Any], str]) -> list[Group]:
    """The schools of the report by ``key`` of a school, in the order of the keys; those without one last."""
    found: dict[str, list[SchoolCompletion]] = defaultdict(list)
    for one in report.schools:
        found[key(one.school)].append(one)
    ordered = sorted(found, key=lambda name: (name == "", name))
    return [
        Group(name, CompletionReport(report.standard, report.day, report.known_at, tuple(found[name])))
        for name in ordered
    ]
