"""Completion of schools: the standard in force, its layers, the results and the grade."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext_noop

from inventory.enums import COUNTS
from inventory.models import DeviceState
from rollout.completion.allowances import Grace, Place, read_graces, settle
from rollout.completion.facts import DeviceCount, SchoolFacts, gather
from rollout.completion.measures import HUNDRED, Result, Rule, evaluate, in_a_circle
from rollout.enums import BY_CATEGORY, Level, Measure, Outcome
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
        """What is missing, largest shortfall first; also what is not due yet, but not what a waiver covers."""
        missing = [r for r in self.results if r.state in (Outcome.PARTLY, Outcome.NOT_MET, Outcome.NOT_DUE)]
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
    return completion_under([standard_on(day, known_at)], day, known_at, schools, counts=counts)[0]


def completion_under(
    standards: Iterable[Standard | None],
    day: date,
    known_at: datetime | None = None,
    schools: SchoolQuerySet | None = None,
    *,
    counts: Iterable[DeviceCount] | None = None,
) -> list[CompletionReport]:
    """The same schools on the same day, from the same facts, measured by each of ``standards``.

    Whether they are in force on ``day`` does not matter; a grace period counts from the first day that they state.
    """
    chosen = list((School.objects.all() if schools is None else schools).open_on(day))
    facts = gather(chosen, day, known_at, counts)
    reports = []
    for standard in standards:
        layers = Layers(standard, known_at)
        found = tuple(measure_school(one, layers, facts[one.pk], day) for one in chosen)
        reports.append(CompletionReport(standard, day, known_at, found))
    return reports


def standard_on(day: date, known_at: datetime | None = None) -> Standard | None:
    """The version in force on ``day``, as known at ``known_at``, with its requirements."""
    return Standard.objects.in_force(day, known_at).prefetch_related("requirements").first()


def usual_uses(report: CompletionReport) -> dict[int, str]:
    """Category → for whom most of its devices in service are, as far as that is recorded."""
    numbers: dict[int, Counter[str]] = defaultdict(Counter)
    for one in report.schools:
        for tally in one.facts.devices:
            if tally.status in COUNTS and tally.use:
                numbers[tally.category][tally.use] += tally.number
    return {category: max(uses, key=lambda use: uses[use]) for category, uses in numbers.items()}


def required_trades(standard: Standard | None, schools: Iterable[School]) -> dict[int, frozenset[str]]:
    """Key of the school → trades that the standard wants accepted or live there."""
    layers = Layers(standard)
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
        if result.state in GRADED and result.rule.level in levels and (share := result.fulfilment) is not None:
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
    graces: dict[str, Grace]


class Layers:
    """Base for all, replaced per school type, replaced per single school."""

    def __init__(self, standard: Standard | None, known_at: datetime | None = None) -> None:
        #: Measures of which nothing was recorded yet at ``known_at``: unknown, which is not none.
        self.untold = BY_CATEGORY if _is_before_devices(known_at) else frozenset[Measure]()
        self._layers: dict[tuple[str, int | None], dict[str, Rule]] = {}
        self._order: dict[str, int] = {}
        self._merged: dict[tuple[str, int | None], _Plan] = {}
        self._graces: dict[Place, Grace] = {}
        if standard:
            categories = Requirement.categories.through.objects.filter(requirement__standard=standard)
            by_requirement: dict[int, set[int]] = {}
            for requirement, category in categories.values_list("requirement", "category"):
                by_requirement.setdefault(requirement, set()).add(category)
            for row in standard.requirements.all():
                layer = self._layers.setdefault((row.school_type, row.school_id), {})
                layer[row.key] = _rule(row, by_requirement.get(row.pk, set()))
                self._order.setdefault(row.key, row.position)
            lines = {(key, *place): rule for place, layer in self._layers.items() for key, rule in layer.items()}
            self._graces = read_graces(standard, lines, known_at)

    def plan_for(self, school: School) -> _Plan:
        special = school.pk if ("", school.pk) in self._layers else None
        key = (school.school_type, special)
        if key not in self._merged:
            chosen: dict[str, tuple[Rule, Grace | None]] = {}
            places = [("", None), (school.school_type, None), *([("", special)] if special else ())]
            for place in places:
                for name, rule in self._layers.get(place, {}).items():
                    chosen[name] = rule, self._graces.get((name, *place))
            rules = sorted((rule for rule, _grace in chosen.values()), key=lambda r: (self._order[r.key], r.key))
            self._merged[key] = _planned(rules, {name: grace for name, (_rule, grace) in chosen.items() if grace})
        return self._merged[key]


def _is_before_devices(known_at: datetime | None) -> bool:
    """Whether nothing at all was known of devices at that instant."""
    return known_at is not None and not DeviceState.objects.filter(recorded_at__lte=known_at).exists()


_UNTOLD = gettext_noop("At that time no device was recorded yet.")


def measure_school(school: School, layers: Layers, facts: SchoolFacts, day: date) -> SchoolCompletion:
    """Allowances come last: a share is one of what the other requirement asks, waived or not."""
    plan = layers.plan_for(school)
    done: dict[str, Result] = {}
    for rule in plan.steps:
        done[rule.key] = evaluate(rule, facts, done)
    for rule in plan.steps if layers.untold else ():
        if rule.measure in layers.untold and rule.is_applicable:
            done[rule.key] = Result(rule, Outcome.UNKNOWN, required=done[rule.key].required, reason=_UNTOLD)
    for rule in plan.circular:
        done[rule.key] = in_a_circle(rule)
    if not (plan.graces or facts.waived):
        return SchoolCompletion(school, tuple(done[rule.key] for rule in plan.rules), facts)
    settled = (settle(done[r.key], facts, plan.graces.get(r.key), school.opened_on, day) for r in plan.rules)
    return SchoolCompletion(school, tuple(settled), facts)


def _planned(rules: list[Rule], graces: dict[str, Grace]) -> "_Plan":
    """Shares come after what they are a share of, wherever they stand in the standard."""
    by_key = {rule.key: rule for rule in rules}
    depths = {rule.key: _depth(rule, by_key) for rule in rules}
    steps = [rule for rule in rules if depths[rule.key] is not None]
    circular = [rule for rule in rules if depths[rule.key] is None]
    return _Plan(rules, sorted(steps, key=lambda rule: depths[rule.key] or 0), circular, graces)


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
        grace_months=row.grace_months,
    )
