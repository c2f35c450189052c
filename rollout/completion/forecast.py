"""When a school is complete: what is missing against what is ordered, planned for hand-over and being built.

Nothing is guessed: what no record names a day for has no date, and the sentence says what is lacking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from rollout.completion.arrivals import TRADES, Arrival, Arrivals
from rollout.completion.measures import Result
from rollout.completion.report import CompletionReport, SchoolCompletion, usual_uses
from rollout.enums import DEVICE_MEASURES, Coming, Level, Measure, NoDate, Outcome, Readiness
from schools.models import School

_OPEN = (Outcome.PARTLY, Outcome.NOT_MET, Outcome.NOT_DUE)
#: What keeps an arrival from having a day.
_NO_DATES = {
    Coming.ORDERED: NoDate.NO_DAY,
    Coming.PLANNED: NoDate.NO_DAY,
    Coming.DELIVERED: NoDate.NOT_IN_SERVICE,
    Coming.WORKS: NoDate.WORKS,
}


@dataclass(frozen=True)
class RequirementForecast:
    """When one requirement is met at one school. ``has_free``: devices for it are coming that no school has yet."""

    result: Result
    arrivals: Sequence[Arrival]
    has_free: bool = False

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
    def no_date(self) -> NoDate | None:
        """Why there is no day: what has to happen first; ``None`` where there is one, or nothing is missing."""
        if self.state != Readiness.UNKNOWN:
            return None
        measure = self.result.rule.measure
        if self.result.state == Outcome.UNKNOWN:
            return NoDate.NOT_KNOWN
        if measure not in (*DEVICE_MEASURES, *TRADES):
            return NoDate.UPKEEP if measure in (Measure.MANAGED, Measure.TESTED) else NoDate.BY_HAND
        if self.rest:
            return NoDate.WORKS if measure in TRADES else NoDate.UNDISTRIBUTED if self.has_free else NoDate.NOT_ORDERED
        return next(_NO_DATES[one.source] for one in self.arrivals if one.expected_on is None)

    def explanation(self) -> str:
        """One sentence in the active language, or two."""
        if self.state == Readiness.READY:
            return gettext("Nothing is missing.")
        if self.no_date == NoDate.NOT_KNOWN:
            return f"{gettext('No date: it is not known what is missing.')} {self.result.explanation()}"
        if self.no_date == NoDate.UPKEEP:
            return self._upkeep()
        if self.no_date == NoDate.BY_HAND:
            return gettext("No date: it is recorded by hand as soon as it is fulfilled, and nothing says when.")
        parts = [*map(_told, self.arrivals), *([self._lacking()] if self.rest else [])]
        if self.on:
            head = gettext("Expected on %(day)s: %(parts)s.")
            return head % {"day": _day(self.on), "parts": "; ".join(parts)}
        return gettext("No date: %(parts)s.") % {"parts": "; ".join(parts)}

    def _upkeep(self) -> str:
        missing = int(self.result.gap or 0)
        if self.result.rule.measure == Measure.TESTED:
            text = ngettext(
                "No date: %(n)s device has no valid electrical test, and no day is planned for one.",
                "No date: %(n)s devices have no valid electrical test, and no day is planned for it.",
                missing,
            )
        else:
            text = ngettext(
                "No date: %(n)s device is not under MDM, and no day is planned for that.",
                "No date: %(n)s devices are not under MDM, and no day is planned for that.",
                missing,
            )
        return text % {"n": number_format(missing, force_grouping=True)}

    def _lacking(self) -> str:
        if self.result.rule.measure in TRADES:
            text = ngettext("%(n)s site has no works", "%(n)s sites have no works", self.rest)
        elif self.has_free:
            text = ngettext(
                "%(n)s is not planned for this school, but such devices are ordered or in the central store and not "
                "distributed yet",
                "%(n)s are not planned for this school, but such devices are ordered or in the central store and not "
                "distributed yet",
                self.rest,
            )
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

    @property
    def no_dates(self) -> dict[NoDate, list[RequirementForecast]]:
        """The same by what has to happen first."""
        return {why: found for why in NoDate if (found := [one for one in self.requirements if one.no_date == why])}


def forecast(report: CompletionReport, arrivals: Arrivals) -> list[SchoolForecast]:
    """In the order of the report: one of the day of ``arrivals``, or what is ``expected`` of a later day."""
    uses = usual_uses(report)
    here_by = report.day if report.day > arrivals.day else date.min
    return [
        SchoolForecast(one.school, [_forecast(result, one.school, arrivals, uses, here_by) for result in one.results])
        for one in report.schools
    ]


def _forecast(
    result: Result, school: School, arrivals: Arrivals, uses: Mapping[int, str], here_by: date
) -> RequirementForecast:
    """``here_by``: what comes up to this day is in the result already."""
    is_free = not arrivals.free.isdisjoint(result.rule.categories)
    coming = [one for one in arrivals.of(school.pk, result.rule, uses) if not _is_here(one, here_by)]
    return RequirementForecast(result, coming, is_free)


def expected(report: CompletionReport, arrivals: Arrivals) -> CompletionReport:
    """A report of a day to come with what has arrived by then, where all comes as it is expected."""
    if report.day <= arrivals.day:
        return report
    uses = usual_uses(report)
    return replace(report, schools=tuple(_expected(one, arrivals, report.day, uses) for one in report.schools))


def _expected(school: SchoolCompletion, arrivals: Arrivals, day: date, uses: Mapping[int, str]) -> SchoolCompletion:
    results = []
    for result in school.results:
        coming = arrivals.of(school.school.pk, result.rule, uses) if result.state in _OPEN else []
        here = [one for one in coming if _is_here(one, day)]
        results.append(_grown(result, here) if here else result)
    return SchoolCompletion(school.school, tuple(results), school.facts)


def _is_here(arrival: Arrival, day: date) -> bool:
    """At the end of ``day``, where it comes as it is expected."""
    return arrival.expected_on is not None and arrival.expected_on <= day


def _grown(result: Result, here: Sequence[Arrival]) -> Result:
    """What was planned for hand-over was not on the way yet."""
    actual = (result.actual or 0) + sum(one.number for one in here)
    is_met = result.required is not None and actual >= result.required
    state = Outcome.MET if is_met else Outcome.NOT_DUE if result.state == Outcome.NOT_DUE else Outcome.PARTLY
    left = sum(one.number for one in here if one.source != Coming.PLANNED)
    on_the_way = max(result.on_the_way - left, 0)
    due_on = None if is_met else result.due_on
    return result._replace(state=state, actual=actual, on_the_way=on_the_way, due_on=due_on)


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
