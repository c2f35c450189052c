"""Two versions of the standard side by side: what either asks, and where the schools stand under each.

Both measure the same facts of the same day, whether they are in force on it or not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.functional import cached_property

from reports.buying import read_coming
from reports.costs_to_complete import Need, NeedSum, Prices, device_needs
from reports.trail import in_words
from rollout.completion import CompletionReport, Result, SchoolCompletion, completion_under
from rollout.enums import DEVICE_MEASURES, Outcome
from rollout.models import Requirement, Standard
from rollout.standard_changes import LineChange, ParameterChange, line_changes
from schools.enums import RoomKind
from schools.models import School
from schools.querysets import SchoolQuerySet


@dataclass(frozen=True)
class Side:
    """Results under one version; ``needs``: of the devices, ``None`` for who may not see money."""

    results: Sequence[Result]
    needs: Sequence[Need] | None = None

    @property
    def required(self) -> int:
        """Devices."""
        return sum(int(r.required or 0) for r in self._devices if r.state not in _NOT_ASKED)

    @property
    def gap(self) -> int:
        """Devices."""
        return sum(int(r.gap or 0) for r in self._devices)

    @property
    def unknown(self) -> int:
        """Requirements of which nothing is known, of any kind."""
        return sum(r.state == Outcome.UNKNOWN for r in self.results)

    @property
    def met(self) -> int:
        return sum(r.state == Outcome.MET for r in self.results)

    @property
    def unmet(self) -> int:
        return sum(r.state in _UNMET for r in self.results)

    @property
    def cost(self) -> Decimal | None:
        """In euro, gross, of what is to be bought as far as it has a price; ``None``: not to be shown."""
        return None if self.needs is None else NeedSum(self.needs).cost

    @property
    def unpriced(self) -> int:
        """Needs of which the cost is not known."""
        return NeedSum(self.needs or ()).unknown

    @cached_property
    def _devices(self) -> list[Result]:
        return [result for result in self.results if result.rule.measure in DEVICE_MEASURES]


_NOT_ASKED = (Outcome.NOT_APPLICABLE, Outcome.COVERED)
_UNMET = (Outcome.PARTLY, Outcome.NOT_MET, Outcome.NOT_DUE)


class RequirementPair(NamedTuple):
    """A requirement over all schools; a rule is ``None`` where its version does not have it."""

    key: str
    label: str
    is_counted: bool
    old: Side
    new: Side


class SchoolPair(NamedTuple):
    school: School
    old_grade: Decimal | None
    new_grade: Decimal | None
    old: Side
    new: Side

    @property
    def change(self) -> Decimal | None:
        """In points."""
        return None if self.old_grade is None or self.new_grade is None else self.new_grade - self.old_grade

    @property
    def results(self) -> list[tuple[str, Result | None, Result | None]]:
        """Label, and how it stands under either version, in the order of the newer one."""
        before, after = ({r.key: r for r in side.results} for side in (self.old, self.new))
        keys = list(dict.fromkeys([*after, *before]))
        return [((after.get(key) or before[key]).label, before.get(key), after.get(key)) for key in keys]


@dataclass(frozen=True)
class StandardComparison:
    """``old`` and ``new`` measure ``schools`` as of ``day``; ``has_money``: costs are computed, too."""

    old: Standard
    new: Standard
    day: date
    lines: list[LineChange]
    reports: tuple[CompletionReport, CompletionReport]
    needs: tuple[list[Need], list[Need]] | None

    @property
    def has_money(self) -> bool:
        return self.needs is not None

    @cached_property
    def schools(self) -> list[SchoolPair]:
        found = self._needs_by(lambda need: need.school.pk)
        pairs = zip(self.reports[0].schools, self.reports[1].schools, strict=True)
        return [
            _school(old, new, [None if needs is None else needs[old.school.pk] for needs in found])
            for old, new in pairs
        ]

    @cached_property
    def requirements(self) -> list[RequirementPair]:
        """All that either version asks, in the order of the newer one."""
        found = self._needs_by(lambda need: need.rule.key)
        results = [_by_key(report) for report in self.reports]
        rules = {rule.key: rule for report in self.reports for rule in report.requirements}
        keys = dict.fromkeys([*results[1], *results[0]])
        return [
            RequirementPair(
                key,
                rules[key].label,
                rules[key].measure in DEVICE_MEASURES,
                *(
                    Side(one.get(key, []), None if needs is None else needs[key])
                    for one, needs in zip(results, found, strict=True)
                ),
            )
            for key in keys
        ]

    @cached_property
    def total(self) -> tuple[Side, Side]:
        needs = self.needs or (None, None)
        old, new = ([r for one in report.schools for r in one.results] for report in self.reports)
        return Side(old, needs[0]), Side(new, needs[1])

    @cached_property
    def grades(self) -> tuple[Decimal | None, Decimal | None]:
        """Mean of the schools, basis."""
        return self.reports[0].mean_grade(), self.reports[1].mean_grade()

    def _needs_by(self, key: Any) -> list[dict[Any, list[Need]] | None]:
        if self.needs is None:
            return [None, None]
        found: list[dict[Any, list[Need]] | None] = []
        for needs in self.needs:
            grouped: dict[Any, list[Need]] = defaultdict(list)
            for need in needs:
                grouped[key(need)].append(need)
            found.append(grouped)
        return found


def compare_standards(
    old: Standard,
    new: Standard,
    day: date,
    schools: SchoolQuerySet | None,
    lines: Iterable[Requirement],
    *,
    has_money: bool,
) -> StandardComparison:
    """``lines``: of both versions as the reader may see them. A constant number of queries.

    ``has_money``: only for all schools, for some would get what is ordered for all.
    """
    sides: dict[int, list[Requirement]] = {old.pk: [], new.pk: []}
    for line in lines:
        sides[line.standard_id].append(line)
    before, after = completion_under([old, new], day, schools=schools)
    needs = _needs(before, after, day) if has_money else None
    return StandardComparison(old, new, day, line_changes(sides[old.pk], sides[new.pk]), (before, after), needs)


def _needs(before: CompletionReport, after: CompletionReport, day: date) -> tuple[list[Need], list[Need]]:
    """Under either version, each with all that is planned and ordered, as ``read_costs`` has it."""
    prices, coming = Prices(day), read_coming(day)
    return list(device_needs(before, prices, coming)), list(device_needs(after, prices, coming))


def parameter_text(change: ParameterChange) -> tuple[str, str, str]:
    """What it is called, and its old and new value in words; "–" where there is none."""
    field = Requirement._meta.get_field(change.name)
    label = str(getattr(field, "verbose_name", change.name))
    return label, _in_words(field, change.old), _in_words(field, change.new)


def _in_words(field: Any, value: Any) -> str:
    if field.name == "room_kinds":
        value = [str(RoomKind(kind).label) for kind in value]
    if isinstance(value, list):
        return ", ".join(value) or "–"
    if isinstance(value, Decimal):
        return number_format(value.normalize(), use_l10n=True, force_grouping=True)
    return in_words(field, value, {}) or "–"


def _school(old: SchoolCompletion, new: SchoolCompletion, needs: list[list[Need] | None]) -> SchoolPair:
    return SchoolPair(old.school, old.grade, new.grade, Side(old.results, needs[0]), Side(new.results, needs[1]))


def _by_key(report: CompletionReport) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {rule.key: [] for rule in report.requirements}
    for one in report.schools:
        for result in one.results:
            found[result.key].append(result)
    return found
