"""Milestones of a project: which phases were reached when, and what a changed plan or forecast does. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.dated import Revision, Span, played, revise, span_on
from rollout.enums import PHASES, ProjectStatus

#: How far a status has come. Planned: -1; what is blocked or cancelled stays as far as it was.
_RANKS = {ProjectStatus.PLANNED.value: -1, **{phase.value: rank for rank, phase in enumerate(PHASES)}}
_DATES = ("planned_on", "forecast_on")

Schedule = Mapping[str, Sequence[Span]]
"""Per phase the believed rows ``(planned_on, forecast_on, reason)``, by day."""


class MilestoneFact(NamedTuple):
    """From ``on`` the phase of a project (key) is planned and expected on these days; ``None``: no such day."""

    project: int
    phase: str
    on: date
    planned_on: date | None = None
    forecast_on: date | None = None
    reason: str = ""


def reached(states: Iterable[tuple[date, str]]) -> dict[str, date]:
    """``{phase: first day on which the works had come so far}`` of a history ``(day, status)``, by day.

    Who skips a phase has reached it; a step back, such as a new tender, forgets what comes after.
    """
    found: dict[str, date] = {}
    for day, status in states:
        rank = _RANKS.get(status)
        if rank is not None:
            found = {phase: first for phase, first in found.items() if _RANKS[phase] <= rank}
            found |= {phase.value: day for phase in PHASES[: rank + 1] if phase not in found}
    return found


def revise_schedule(
    schedule: Schedule, facts: Sequence[MilestoneFact], actual: Mapping[str, date]
) -> dict[str, Revision]:
    """What ``facts`` of one project do to its milestones, per phase; nothing for those that say nothing new.

    ``actual``: see ``reached``; a phase that was reached is expected no longer. Raises ``ValidationError`` by
    ``phase-field``: a milestone without a day, one that moves without a reason, one that lies before its predecessor.
    """
    errors: dict[str, Any] = {}
    revisions: dict[str, Revision] = {}
    after = dict(schedule)
    for fact in facts:
        timeline = schedule.get(fact.phase, ())
        try:
            revision = _revise(timeline, fact)
        except ValidationError as error:
            errors |= {f"{fact.phase}-{name}": found for name, found in error.error_dict.items()}
            continue
        if revision:
            revisions[fact.phase] = revision
            after[fact.phase] = played(timeline, revision)
    for phase, revision in revisions.items():
        errors |= _disorder(after, phase, _days(after, revision), actual)
    if errors:
        raise ValidationError(errors)
    return revisions


def without_phase(
    error: ValidationError, phases: Collection[str], names: Collection[str] | None = None
) -> ValidationError:
    """What ``revise_schedule`` raises, by field alone: for a caller who speaks of one phase, or of all.

    ``names``: the fields that these phases share; ``None``: all. What is said of several phases is said once.
    """
    if not hasattr(error, "error_dict"):
        return error
    by_field: dict[str, list[ValidationError]] = {}
    for place, found in error.error_dict.items():
        phase, _dash, name = place.rpartition("-")
        is_shared = phase in phases and (names is None or name in names)
        told = by_field.setdefault(name if is_shared else place, [])
        told.extend(one for one in found if one.messages not in [other.messages for other in told])
    return ValidationError(by_field)


def _revise(timeline: Sequence[Span], fact: MilestoneFact) -> Revision:
    days = (fact.planned_on, fact.forecast_on)
    if days == (None, None):
        raise _error("forecast_on", _("A milestone has a planned day or a forecast."), "no_day")
    known = span_on(timeline, fact.on)
    if known and known.values[:2] == days and fact.reason in ("", known.values[2]):
        return Revision(before=known.values)
    is_moved = known and any(old and old != new for old, new in zip(known.values[:2], days, strict=True))
    if is_moved and not fact.reason:
        raise _error("reason", _("Please say why the milestone moves."), "no_reason")
    return revise(timeline, (*days, fact.reason), fact.on)


def _days(schedule: Schedule, revision: Revision) -> list[date]:
    """The days on which something else may be next to what ``revision`` says."""
    new = revision.insert[-1]
    begun = {span.valid_from for timeline in schedule.values() for span in timeline if span.valid_from > new.valid_from}
    return [new.valid_from, *sorted(day for day in begun if new.valid_until is None or day < new.valid_until)]


def _disorder(
    schedule: Schedule, phase: str, days: Sequence[date], actual: Mapping[str, date]
) -> dict[str, ValidationError]:
    """What lies before its predecessor because of the new days of ``phase``."""
    found: dict[str, ValidationError] = {}
    for day in days:
        for name in _DATES:
            given = _given(schedule, name, day, actual)
            wrong = _other_way_round(given, phase)
            if wrong and (name == "planned_on" or actual.get(phase, date.max) > day):
                text = _("“%(phase)s” on %(day)s lies before “%(before)s” on %(other)s.")
                found.setdefault(f"{phase}-{name}", _disordered(text, given, *wrong))
    return found


def _given(schedule: Schedule, name: str, day: date, actual: Mapping[str, date]) -> dict[str, date]:
    """What is planned on ``day``, or expected: of a phase that was reached by then the day of that."""
    given = {}
    for phase in PHASES:
        span = span_on(schedule.get(phase, ()), day)
        value = span.values[_DATES.index(name)] if span else None
        if name == "forecast_on" and actual.get(phase, date.max) <= day:
            value = actual[phase]
        if value:
            given[phase.value] = value
    return given


def _other_way_round(given: Mapping[str, date], phase: str) -> tuple[str, str] | None:
    """``(earlier phase, later phase)`` of which one is ``phase`` and whose days lie the other way round."""
    if phase not in given:
        return None
    order = [p.value for p in PHASES]
    place = order.index(phase)
    for before in reversed(order[:place]):
        if before in given and given[before] > given[phase]:
            return before, phase
    for after in order[place + 1 :]:
        if after in given and given[after] < given[phase]:
            return phase, after
    return None


def _disordered(text: Any, given: Mapping[str, date], before: str, after: str) -> ValidationError:
    words = {
        "phase": ProjectStatus(after).label,
        "day": date_format(given[after], "SHORT_DATE_FORMAT"),
        "before": ProjectStatus(before).label,
        "other": date_format(given[before], "SHORT_DATE_FORMAT"),
    }
    return ValidationError(text, "before_predecessor", words)


def _error(field: str, text: Any, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(text, code)})
