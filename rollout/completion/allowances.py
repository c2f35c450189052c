"""What takes an unmet requirement out of a school's grade: a waiver, or a grace period that still runs.

A requirement that is met all the same stays met and counts: nobody loses by an allowance. Where both apply the
waiver is told. A waived requirement is no gap, so nothing is bought for it. One in its grace period stays a gap,
with its numbers and in every list of gaps, marked by its state: it has to be closed, only not yet.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from common.dated import add_months
from rollout.completion.facts import SchoolFacts
from rollout.completion.measures import Result, Rule
from rollout.enums import Outcome
from rollout.models import Requirement, Standard

#: ``(key, school type, school)``: a line of a standard, whatever the version.
Place = tuple[str, str, int | None]
_UNMET = (Outcome.PARTLY, Outcome.NOT_MET)


class Grace(NamedTuple):
    """``since``: first day of the version that first asks for it, in that layer and without a break."""

    since: date
    months: int

    def due_on(self, opened_on: date | None) -> date:
        """The first day on which not meeting it counts. A school that opened later has its whole period, too."""
        return add_months(max(self.since, opened_on or self.since), self.months)


def settle(result: Result, facts: SchoolFacts, grace: Grace | None, opened_on: date | None, day: date) -> Result:
    """The result with what is allowed the school on ``day``."""
    waiver = facts.waived.get(result.key)
    if waiver and result.state in (*_UNMET, Outcome.UNKNOWN):
        return result._replace(state=Outcome.COVERED, waiver=waiver)
    if grace and result.state in _UNMET and day < (due_on := grace.due_on(opened_on)):
        return result._replace(state=Outcome.NOT_DUE, due_on=due_on)
    return result


def read_graces(standard: Standard, rules: Mapping[Place, Rule], known_at: datetime | None) -> dict[Place, Grace]:
    """Per line that has a grace period since when it runs; one query, none where no line has one."""
    months = {place: rule.grace_months for place, rule in rules.items() if rule.grace_months and rule.is_applicable}
    if not months:
        return {}
    versions = Standard.objects.in_force(standard.valid_from, known_at).values_list("pk", "valid_from")
    earlier = [(pk, day) for pk, day in versions if pk != standard.pk]
    rows = Requirement.objects.filter(standard__in=[pk for pk, _day in earlier], is_applicable=True)
    rows = rows.filter(key__in={key for key, _type, _school in months})
    asked: set[tuple[int, Place]] = set()
    for version, *place in rows.order_by().values_list("standard", "key", "school_type", "school"):
        asked.add((version, tuple(place)))
    return {
        place: Grace(_since(standard.valid_from, earlier, asked, place), number) for place, number in months.items()
    }


def _since(first: date, earlier: Iterable[tuple[int, date]], asked: set[tuple[int, Place]], place: Place) -> date:
    """Back through the versions, the latest first, as long as they ask for it."""
    for version, day in earlier:
        if (version, place) not in asked:
            break
        first = day
    return first
