"""Completion of schools: the standard in force, its layers, the results and the grade."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.functional import cached_property

from rollout.completion.facts import DeviceCount, SchoolFacts, gather
from rollout.completion.measures import HUNDRED, Result, Rule, evaluate, in_a_circle
from rollout.enums import Level, Measure, Outcome
from rollout.models import Requirement, Standard
from schools.models import School
from schools.querysets import SchoolQuerySet

#: Outcomes that count in a grade.
GRADED = (Outcome.MET, Outcome.PARTLY, Outcome.NOT_MET)


@dataclass(frozen=True)
class SchoolCompletion:
    """All requirements of one school, in the order of the standard, and the facts that they were computed from."""

    school: School
    results: tuple[Result, ...]
    facts: SchoolFacts

    @cached_property
    def grade(self) -> Decimal | None:
        """Weighted mean over applicable, known requirements of the basis; percent, one decimal."""
        return grade(self.results, (Level.BASIS,))

    @cached_property
    def grade_target(self) -> Decimal | None:
        """The same over basis and target."""
        return grade(self.results, (Level.BASIS, Level.TARGET))

    @property
    def gaps(self) -> list[Result]:
        """What is missing, largest shortfall first."""
        missing = [r for r in self.results if r.state in (Outcome.PARTLY, Outcome.NOT_MET)]
        return sorted(missing, key=lambda r: (r.fulfilment or Decimal(0), r.key))

    def result(self, key: str) -> Result | None:
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, Result]:
        return {result.key: result for result in self.results}


@dataclass(frozen=True)
class CompletionReport:
    """Completion as of ``day``; ``standard`` is ``None`` before the first version."""

    standard: Standard | None
    day: date
    known_at: datetime | None
    schools: tuple[SchoolCompletion, ...]

    @cached_property
    def requirements(self) -> tuple[Rule, ...]:
        """The lines of the standard, each once, in its order."""
        rules: dict[str, Rule] = {}
        for school in self.schools:
            for result in school.results:
                rules.setdefault(result.key, result.rule)
        return tuple(rules.values())

    def mean_grade(self, level: str = Level.BASIS) -> Decimal | None:
        """Unweighted mean of the schools that have a grade."""
        grades = [s.grade if level == Level.BASIS else s.grade_target for s in self.schools]
        known = [g for g in grades if g is not None]
        return (sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.1"), ROUND_HALF_UP) if known else None


def completion(
    day: date,
    known_at: datetime | None = None,
    schools: SchoolQuerySet | None = None,
    *,
    counts: Iterable[DeviceCount] | None = None,
) -> CompletionReport:
    """Completion of ``schools`` (default: all) that were open on ``day``, as known at ``known_at``.

    ``counts``: what ``count_devices`` says, where the caller has asked it already.
    """
    chosen = list((School.objects.all() if schools is None else schools).open_on(day))
    standard = standard_on(day, known_at)
    layers = _Layers(standard)
    facts = gather(chosen, day, known_at, counts)
    return CompletionReport(standard, day, known_at, tuple(_school(one, layers, facts[one.pk]) for one in chosen))


def standard_on(day: date, known_at: datetime | None = None) -> Standard | None:
    """The version in force on ``day``, as known at ``known_at``, with its requirements."""
    return Standard.objects.in_force(day, known_at).prefetch_related("requirements").first()


def required_trades(standard: Standard | None, schools: Iterable[School]) -> dict[int, frozenset[str]]:
    """Key of the school → trades that the standard wants accepted or live there."""
    layers = _Layers(standard)
    trades = (Measure.TRADE_ACCEPTED, Measure.TRADE_LIVE)
    return {
        school.pk: frozenset(
            rule.trade for rule in layers.plan_for(school).rules if rule.measure in trades and rule.is_applicable
        )
        for school in schools
    }


def grade(results: Iterable[Result], levels: Sequence[str]) -> Decimal | None:
    """Weighted mean in percent; ``None`` where nothing is known. 100 only when nothing is missing."""
    total = weight = Decimal(0)
    for result in results:
        share = result.fulfilment
        if result.state in GRADED and result.rule.level in levels and share is not None:
            total += share * result.rule.weight
            weight += result.rule.weight
    if not weight:
        return None
    rounded = (total / weight * HUNDRED).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return min(rounded, Decimal("99.9")) if total < weight else rounded


class _Plan(NamedTuple):
    """The rules of a school in the order of the standard, and in that in which they can be computed."""

    rules: list[Rule]
    steps: list[Rule]
    circular: list[Rule]


class _Layers:
    """Base for all, replaced per school type, replaced per single school."""

    def __init__(self, standard: Standard | None) -> None:
        self._layers: dict[tuple[str, int | None], dict[str, Rule]] = {}
        self._order: dict[str, int] = {}
        self._merged: dict[tuple[str, int | None], _Plan] = {}
        if standard:
            categories = Requirement.categories.through.objects.filter(requirement__standard=standard)
            by_requirement: dict[int, set[int]] = {}
            for requirement, category in categories.values_list("requirement", "category"):
                by_requirement.setdefault(requirement, set()).add(category)
            for row in standard.requirements.all():
                layer = self._layers.setdefault((row.school_type, row.school_id), {})
                layer[row.key] = _rule(row, by_requirement.get(row.pk, set()))
                self._order.setdefault(row.key, row.position)

    def plan_for(self, school: School) -> _Plan:
        special = school.pk if ("", school.pk) in self._layers else None
        key = (school.school_type, special)
        if key not in self._merged:
            rules = dict(self._layers.get(("", None), {}))
            rules |= self._layers.get((school.school_type, None), {})
            if special:
                rules |= self._layers[("", special)]
            self._merged[key] = _planned(sorted(rules.values(), key=lambda r: (self._order[r.key], r.key)))
        return self._merged[key]


def _school(school: School, layers: _Layers, facts: SchoolFacts) -> SchoolCompletion:
    plan = layers.plan_for(school)
    done: dict[str, Result] = {}
    for rule in plan.steps:
        done[rule.key] = evaluate(rule, facts, done)
    for rule in plan.circular:
        done[rule.key] = in_a_circle(rule)
    return SchoolCompletion(school, tuple(done[rule.key] for rule in plan.rules), facts)


def _planned(rules: list[Rule]) -> "_Plan":
    """Shares come after what they are a share of, wherever they stand in the standard."""
    by_key = {rule.key: rule for rule in rules}
    depths = {rule.key: _depth(rule, by_key) for rule in rules}
    steps = [rule for rule in rules if depths[rule.key] is not None]
    circular = [rule for rule in rules if depths[rule.key] is None]
    return _Plan(rules, sorted(steps, key=lambda rule: depths[rule.key] or 0), circular)


def _depth(rule: Rule, by_key: Mapping[str, Rule]) -> int | None:
    """Steps to a requirement that is no share of another; ``None`` where they lead round in a circle."""
    seen: set[str] = set()
    at: Rule | None = rule
    while at is not None and at.is_applicable and at.measure == Measure.SHARE:
        if at.key in seen:
            return None
        seen.add(at.key)
        at = by_key.get(at.of_key)
    return len(seen)


def _rule(row: Requirement, categories: set[int]) -> Rule:
    return Rule(
        key=row.key,
        label=row.label,
        level=row.level,
        weight=row.weight,
        measure=row.measure,
        categories=frozenset(categories),
        is_applicable=row.is_applicable,
        head=row.head,
        per=row.per,
        quantity=row.quantity,
        percent=row.percent,
        of_key=row.of_key,
        amount=row.amount,
        amount_per_class=row.amount_per_class,
        unit=row.unit,
        trade=row.trade,
        room_kinds=tuple(row.room_kinds),
        use=row.use,
    )
