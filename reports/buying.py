"""How many devices are to be bought for each requirement of each school, none of them twice.

A board that is bought for the share of boards also closes the gap of presentation units, a tablet for the basis also
that of the target: the narrower requirement comes first, and what it gets counts in the wider one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

from inventory.coming import FreeDevices, PlannedDevices, free_devices, planned_devices
from rollout.completion import CompletionReport, Result, Rule, usual_uses
from rollout.distribution import Claim, distribute
from rollout.enums import DEVICE_MEASURES, Level, Outcome

_Key = TypeVar("_Key")


@dataclass(slots=True)
class Bought:
    """What a school gets for one requirement: ``planned`` for it, ``shared`` from what nobody has yet, and ``to_buy``.

    ``to_buy`` is ``None`` where it is not known what is missing.
    """

    to_buy: int | None
    planned: int = 0
    shared: int = 0


class Coming(NamedTuple):
    """Devices that no school has yet and that are not bought again: ``planned`` for one, and ``free`` for all."""

    planned: Sequence[PlannedDevices]
    free: Sequence[FreeDevices]


def read_coming(day: date) -> Coming:
    """As of ``day``; orders as known now."""
    plans = planned_devices(day)
    return Coming(plans, free_devices(plans, day))


class _Pool:
    """What is coming; each device is taken once."""

    def __init__(self, coming: Coming) -> None:
        self._planned: Counter[tuple[int, int]] = Counter()
        self._free: Counter[int] = Counter()
        for plan in coming.planned:
            self._planned[plan.school, plan.category] += plan.number
        for one in coming.free:
            self._free[one.category] += one.number

    def take_planned(self, school: int, categories: Iterable[int], most: int) -> int:
        """Of what is planned for the school."""
        return _taken(self._planned, [(school, category) for category in categories], most)

    def share_free(self, categories: Sequence[int], gaps: Mapping[int, int]) -> dict[int, int]:
        """Of the rest so many per school (key): by gap, as the distribution of arriving devices proposes it."""
        available = sum(self._free[category] for category in categories)
        shares = {one.school: one.given for one in distribute(available, [Claim(*gap) for gap in gaps.items()])}
        _taken(self._free, categories, sum(shares.values()))
        return shares


class _Kind(NamedTuple):
    """A requirement at the schools where it counts the same devices."""

    rule: Rule
    results: list[tuple[int, Result]]


def reckon(
    report: CompletionReport, coming: Coming, levels: Iterable[str] = Level.values
) -> dict[tuple[int, str], Bought]:
    """By key of the school and of the requirement, for all requirements of devices of these levels.

    Each first gets what its users mostly have, so that laptops go to teachers before they go to pupils.
    """
    kinds, pool = _by_width(report, frozenset(levels)), _Pool(coming)
    found = {place: Bought(number) for place, number in _lacking(kinds).items()}
    uses = usual_uses(report)
    for others in (False, True):
        for rule, results in kinds:
            needy = {school: one for school, _result in results if (one := found[school, rule.key]).to_buy}
            categories = [
                one for one in sorted(rule.categories) if others or not rule.use or uses.get(one) in (None, rule.use)
            ]
            _supply(needy, pool, categories)
    return found


def is_counted(rule: Rule) -> bool:
    return rule.measure in DEVICE_MEASURES and rule.is_applicable


def _supply(needy: Mapping[int, Bought], pool: _Pool, categories: Sequence[int]) -> None:
    """What is planned for a school, then its share of what is free."""
    gaps = {}
    for school, one in needy.items():
        taken = pool.take_planned(school, categories, one.to_buy or 0)
        one.planned += taken
        one.to_buy = gaps[school] = (one.to_buy or 0) - taken
    for school, share in pool.share_free(categories, gaps).items():
        needy[school].shared += share
        needy[school].to_buy = gaps[school] - share


def _lacking(kinds: Iterable[_Kind]) -> dict[tuple[int, str], int | None]:
    """The gap less what is on the way to the school and what it gets for narrower requirements."""
    lacking: dict[tuple[int, str], int | None] = {}
    before: dict[int, list[Rule]] = defaultdict(list)
    for rule, results in kinds:
        for school, result in results:
            if result.gap is None:
                lacking[school, rule.key] = None if result.state == Outcome.UNKNOWN else 0
                continue
            covered = sum(lacking[school, one.key] or 0 for one in before[school] if _covers(rule, one))
            lacking[school, rule.key] = max(int(result.gap) - result.on_the_way - covered, 0)
            before[school].append(rule)
    return lacking


def _by_width(report: CompletionReport, levels: frozenset[str]) -> list[_Kind]:
    """The narrowest first."""
    kinds: dict[tuple[object, ...], _Kind] = {}
    for one in report.schools:
        for result in one.results:
            rule = result.rule
            if is_counted(rule) and rule.level in levels:
                kind = kinds.setdefault((rule.key, rule.categories, rule.use, rule.level), _Kind(rule, []))
                kind.results.append((one.school.pk, result))
    return sorted(kinds.values(), key=lambda kind: _width(kind.rule))


def _width(rule: Rule) -> tuple[int, bool, bool]:
    return len(rule.categories), not rule.use, rule.level == Level.TARGET


def _covers(wide: Rule, narrow: Rule) -> bool:
    return bool(narrow.categories) and narrow.categories <= wide.categories and wide.use in ("", narrow.use)


def _taken(pool: Counter[_Key], keys: Iterable[_Key], most: int) -> int:
    """Take up to ``most`` from the pool; returns how many there were."""
    taken = 0
    for key in keys:
        number = min(pool[key], most - taken)
        pool[key] -= number
        taken += number
    return taken
