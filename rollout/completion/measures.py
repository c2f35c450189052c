"""How each measure of the standard is computed, and the sentence that explains it. Pure.

Ratios are rounded up; a result without a basis is *unknown*, never 0 and never 100.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from inventory.enums import COUNTS
from rollout.completion.facts import SchoolFacts, Waived
from rollout.enums import FINISHED, Head, Measure, Outcome, ProjectStatus
from rollout.enums import ON_THE_WAY as WORKS_ON_THE_WAY
from schools.enums import Trade

Number = int | Decimal
HUNDRED = Decimal(100)
_ANY = ""
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_HEAD_LABELS, _TRADES, _STATUSES = dict(Head.choices), dict(Trade.choices), dict(ProjectStatus.choices)


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement as it applies to one school: the line of the most special layer."""

    key: str
    label: str
    level: str
    weight: Decimal
    measure: str
    categories: frozenset[int] = frozenset()
    is_applicable: bool = True
    head: str = ""
    per: int | None = None
    quantity: int | None = None
    percent: Decimal | None = None
    of_key: str = ""
    amount: Decimal | None = None
    amount_per_class: Decimal | None = None
    unit: str = ""
    trade: str = ""
    room_kinds: tuple[str, ...] = ()
    use: str = _ANY
    grace_months: int | None = None
    #: Results that are the same at every school, by their sentence: made once.
    plain: "dict[str, Result]" = field(default_factory=dict, compare=False, repr=False)


class Result(NamedTuple):
    """One requirement at one school. ``None`` in a number means that there is no basis for it.

    ``waiver``: by which it is *covered*; ``due_on``: from when it counts where it is *not due* yet.
    ``reason`` (a message id, or what gives the sentence when it is called) and ``inputs`` hold the explanation
    until somebody wants to read it; what it says of the result itself (``required``, ``actual``, ``on_the_way``,
    ``missing``) is taken from there.
    """

    rule: Rule
    state: str
    required: Number | None = None
    actual: Number | None = None
    on_the_way: int = 0
    reason: "str | partial[str]" = ""
    inputs: Mapping[str, Any] = _NOTHING
    waiver: Waived | None = None
    due_on: date | None = None

    @property
    def key(self) -> str:
        return self.rule.key

    @property
    def label(self) -> str:
        return self.rule.label

    @property
    def gap(self) -> Number | None:
        """What is missing; 0 when met, ``None`` where nothing is known or required, as under a waiver."""
        if self.required is None or self.actual is None or self.state == Outcome.COVERED:
            return None
        return max(self.required - self.actual, 0)

    @property
    def fulfilment(self) -> Decimal | None:
        """Share between 0 and 1, exact; ``None`` where it does not count."""
        if self.required is None or self.actual is None or self.required == 0 or self.state == Outcome.COVERED:
            return None
        return min(Decimal(self.actual) / Decimal(self.required), Decimal(1))

    @property
    def percent(self) -> Decimal | None:
        """Fulfilment in percent, one decimal. Never shown as 100 while something is missing."""
        share = self.fulfilment
        if share is None:
            return None
        rounded = (share * HUNDRED).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return min(rounded, Decimal("99.9")) if share < 1 else rounded

    def explanation(self, language: str | None = None) -> str:
        """The sentence that tells how the numbers came about, in the active language.

        ``language``: the active one, from a caller with many sentences; asking for it takes longer than writing one.
        """
        language = language or get_language()
        inputs = {"required": self.required, "actual": self.actual, "on_the_way": self.on_the_way, **self.inputs}
        if self.required is not None and self.actual is not None:
            inputs["missing"] = max(self.required - self.actual, 0)
        told = _sentence(self.reason, language) % {name: _shown(value, language) for name, value in inputs.items()}
        return f"{told} {_allowed(self, language)}" if self.waiver or self.due_on else told


def evaluate(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    """Apply one rule; ``done`` holds the results so far, for shares of another requirement."""
    if not rule.is_applicable:
        return _plain(rule, Outcome.NOT_APPLICABLE, gettext_noop("Not required at this school."))
    return _MEASURES[rule.measure](rule, facts, done)


def in_a_circle(rule: Rule) -> Result:
    """A share that is in the end a share of itself."""
    return _unknown(rule, gettext_noop("Its share cannot be computed: the requirements are shares of each other."))


def _counted(rule: Rule, required: int, facts: SchoolFacts, reason: str, inputs: Mapping[str, Any]) -> Result:
    """Devices in service against a required number; what is delivered or ordered is on the way."""
    actual, on_the_way = facts.count(rule.categories, rule.use)
    return Result(rule, _outcome(actual, required), required, actual, on_the_way, reason, inputs)


def _outcome(actual: Number, required: Number) -> str:
    if required == 0:
        return Outcome.NOT_APPLICABLE
    if actual >= required:
        return Outcome.MET
    return Outcome.PARTLY if actual > 0 else Outcome.NOT_MET


def _plain(rule: Rule, state: str, reason: str, required: int | None = None, actual: int | None = None) -> Result:
    found = rule.plain.get(reason)
    if found is None:
        found = rule.plain[reason] = Result(rule, state, required, actual, 0, reason)
    return found


def _unknown(rule: Rule, reason: str, **inputs: Any) -> Result:
    if not inputs:
        return _plain(rule, Outcome.UNKNOWN, reason)
    return Result(rule, Outcome.UNKNOWN, None, None, 0, reason, inputs)


def _per_head(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    number = getattr(facts.heads, rule.head) if facts.heads else None
    if number is None or facts.heads is None:
        reason = gettext_noop("The number of %(heads)s is not known for this day.")
        return _unknown(rule, reason, heads=_HEAD_LABELS[rule.head])
    required = -(-number // (rule.per or 1))  # rounded up
    reason = gettext_noop(
        "%(number)s %(heads)s (as of %(day)s) at 1 per %(per)s make %(required)s required; "
        "%(actual)s in service, %(on_the_way)s on the way, %(missing)s missing."
    )
    inputs = {"number": number, "heads": partial(_HEADS[rule.head], number), "day": facts.heads.on, "per": rule.per}
    return _counted(rule, required, facts, reason, inputs)


#: What is counted, after a number.
_HEADS: dict[str, Callable[[int], str]] = {
    Head.PUPILS: lambda number: ngettext("pupil", "pupils", number),
    Head.TEACHERS: lambda number: ngettext("teacher", "teachers", number),
    Head.CLASSES: lambda number: ngettext("class", "classes", number),
}


def _per_room(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    if not facts.rooms:
        return _unknown(rule, gettext_noop("No rooms are recorded for this school."))
    rooms = sum([facts.rooms[kind] for kind in rule.room_kinds if kind in facts.rooms])
    reason = gettext_noop(
        "%(quantity)s per teaching room (rooms: %(rooms)s) make %(required)s required; "
        "%(actual)s in service, %(on_the_way)s on the way, %(missing)s missing."
    )
    quantity = rule.quantity or 0
    return _counted(rule, rooms * quantity, facts, reason, {"rooms": rooms, "quantity": quantity})


def _flat(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    reason = gettext_noop(
        "%(required)s required per school; %(actual)s in service, %(on_the_way)s on the way, %(missing)s missing."
    )
    return _counted(rule, rule.quantity or 0, facts, reason, _NOTHING)


def _share(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    whole = done.get(rule.of_key)
    if whole is not None and whole.required is None and whole.state == Outcome.NOT_APPLICABLE:
        reason = gettext_noop("It is a share of “%(of)s”, which does not apply here.")
        return Result(rule, Outcome.NOT_APPLICABLE, reason=reason, inputs={"of": whole.label})
    if whole is None or whole.required is None:
        reason = gettext_noop("It is a share of “%(of)s”, of which the requirement is not known.")
        return _unknown(rule, reason, of=whole.label if whole else rule.of_key)
    required = _percent_of(whole.required, rule.percent)
    reason = gettext_noop(
        "%(percent)s %% of %(whole)s (“%(of)s”) make %(required)s required; "
        "%(actual)s in service, %(on_the_way)s on the way, %(missing)s missing."
    )
    inputs = {"percent": rule.percent, "whole": whole.required, "of": whole.label}
    return _counted(rule, required, facts, reason, inputs)


def _managed(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    tallies = [t for t in facts.devices if t.category in rule.categories and t.status in COUNTS]
    total = sum(t.number for t in tallies)
    if not total:
        return _plain(rule, Outcome.NOT_APPLICABLE, gettext_noop("No such device is in service here."))
    silent = sum(t.number for t in tallies if t.is_managed is None)
    if silent == total:
        return _unknown(
            rule, gettext_noop("Nothing is recorded about MDM (devices in service: %(total)s)."), total=total
        )
    actual = sum(t.number for t in tallies if t.is_managed)
    reason = gettext_noop(
        "Mobile devices in service: %(total)s, under MDM: %(actual)s, required: %(required)s; "
        "nothing is recorded for %(silent)s."
    )
    return _part_of(rule, total, actual, reason, {"total": total, "silent": silent})


def _tested(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    total, _on_the_way = facts.count(rule.categories)
    if not total:
        return _plain(rule, Outcome.NOT_APPLICABLE, gettext_noop("No device that has to be tested is in service here."))
    actual = sum(facts.tested.get(category, 0) for category in rule.categories)
    reason = gettext_noop(
        "Devices in service that have to be tested: %(total)s, with a valid electrical test: %(actual)s, "
        "required: %(required)s."
    )
    return _part_of(rule, total, actual, reason, {"total": total})


def _part_of(rule: Rule, total: int, actual: int, reason: str, inputs: Mapping[str, Any]) -> Result:
    required = _percent_of(total, rule.percent)
    return Result(rule, _outcome(actual, required), required, actual, 0, reason, inputs)


def _trade(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    """A site counts when every project of the trade on it has reached the wanted state."""
    wanted = (ProjectStatus.LIVE,) if rule.measure == Measure.TRADE_LIVE else FINISHED
    by_site: dict[int, list[str]] = {}
    for work in facts.works:
        if work.trade == rule.trade and work.status != ProjectStatus.CANCELLED:
            by_site.setdefault(work.site, []).append(work.status)
    if not by_site:
        reason = gettext_noop("No construction project for “%(trade)s” is recorded on this day.")
        return _unknown(rule, reason, trade=_TRADES[rule.trade])
    actual = sum(all(status in wanted for status in statuses) for statuses in by_site.values())
    coming = sum(
        any(s in WORKS_ON_THE_WAY or (s in FINISHED and s not in wanted) for s in statuses)
        for statuses in by_site.values()
    )
    required = len(facts.sites)
    reason = gettext_noop(
        "Sites with %(trade)s %(wanted)s: %(actual)s of %(required)s; with works under way: %(on_the_way)s."
    )
    inputs = {"trade": _TRADES[rule.trade], "wanted": _STATUSES[wanted[0]]}
    return Result(rule, _outcome(actual, required), required, actual, coming, reason, inputs)


def _minimum(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    value = facts.attained.get(rule.key, (None, None))[0]
    if value is None:
        return _unknown(rule, gettext_noop("No value is recorded for this day."))
    required = rule.amount or Decimal(0)
    inputs: dict[str, Any] = {"value": _whole(value), "unit": rule.unit, "floor": _whole(required)}
    reason: str | partial[str] = gettext_noop("%(value)s %(unit)s recorded, %(required)s %(unit)s required.")
    if rule.amount_per_class is not None:
        classes = facts.heads.classes if facts.heads else None
        if classes is None:
            return _unknown(rule, gettext_noop("The number of classes is not known for this day."))
        required = max(required, rule.amount_per_class * classes)
        inputs |= {"classes": classes, "each": _whole(rule.amount_per_class)}
        reason = partial(_by_class, classes)
    return Result(rule, _outcome(value, required), _whole(required), _whole(value), 0, reason, inputs)


def _by_class(classes: int) -> str:
    return ngettext(
        "%(value)s %(unit)s recorded; %(classes)s class at %(each)s %(unit)s, but at least %(floor)s %(unit)s, "
        "makes %(required)s %(unit)s required.",
        "%(value)s %(unit)s recorded; %(classes)s classes at %(each)s %(unit)s, but at least %(floor)s %(unit)s, "
        "make %(required)s %(unit)s required.",
        classes,
    )


def _yes_no(rule: Rule, facts: SchoolFacts, done: Mapping[str, Result]) -> Result:
    is_met = facts.attained.get(rule.key, (None, None))[1]
    if is_met is None:
        return _unknown(rule, gettext_noop("Nothing is recorded for this day."))
    if is_met:
        return _plain(rule, Outcome.MET, gettext_noop("Recorded as fulfilled."), 1, 1)
    return _plain(rule, Outcome.NOT_MET, gettext_noop("Recorded as not fulfilled."), 1, 0)


_MEASURES: dict[str, Callable[[Rule, SchoolFacts, Mapping[str, Result]], Result]] = {
    Measure.DEVICES_PER_HEAD: _per_head,
    Measure.DEVICES_PER_ROOM: _per_room,
    Measure.DEVICES_FLAT: _flat,
    Measure.SHARE: _share,
    Measure.MANAGED: _managed,
    Measure.TESTED: _tested,
    Measure.TRADE_LIVE: _trade,
    Measure.TRADE_ACCEPTED: _trade,
    Measure.MINIMUM: _minimum,
    Measure.YES_NO: _yes_no,
}


def ceil(value: Decimal) -> int:
    """Ratios are rounded up: half a tablet is a tablet."""
    return int(value.to_integral_value(ROUND_CEILING))


def _percent_of(whole: Number, percent: Decimal | None) -> int:
    """Rounded up; without a percentage all of it."""
    if type(whole) is int and (percent is None or percent == HUNDRED):
        return whole
    return ceil(Decimal(whole) * (HUNDRED if percent is None else percent) / HUNDRED)


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value


def _allowed(result: Result, language: str | None) -> str:
    """Why it does not count, from a waiver or the grace period."""
    if result.waiver is None:
        return gettext("Not due until %(day)s.") % {"day": _shown(result.due_on, language)}
    since, last_day, reason = result.waiver
    if last_day is None:
        sentence = gettext("Covered by a waiver since %(since)s, without an end: %(reason)s")
        return sentence % {"since": _shown(since, language), "reason": reason}
    sentence = gettext("Covered by a waiver from %(since)s to %(last)s: %(reason)s")
    return sentence % {"since": _shown(since, language), "last": _shown(last_day, language), "reason": reason}


def _sentence(reason: "str | partial[str]", language: str | None) -> str:
    return reason() if isinstance(reason, partial) else _translated(reason, language)


def _shown(value: Any, language: str | None) -> str:
    """A value as the reader's language writes it; words that depend on a number are called for."""
    if isinstance(value, int):
        return _number_text(value, language)
    if isinstance(value, Decimal):
        return _number_text(value.normalize(), language)
    if isinstance(value, date):
        return _day_text(value, language)
    return str(value() if isinstance(value, partial) else value)


# The same few sentences, days and numbers are asked for hundreds of times, and each look-up takes longer than all else.


@lru_cache(maxsize=256)
def _translated(sentence: str, _language: str | None) -> str:
    return gettext(sentence) if sentence else ""


@lru_cache(maxsize=256)
def _day_text(day: date, _language: str | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


@lru_cache(maxsize=4096)
def _number_text(number: Number, _language: str | None) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
