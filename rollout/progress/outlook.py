"""What needs somebody, and when a school is ready. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from rollout.enums import Concern, Lack, ProjectStatus, Readiness
from rollout.progress.days import OVER, WorksOnDay
from schools.models import School


class Critical(NamedTuple):
    works: WorksOnDay
    concerns: Sequence[Concern]


def critical(works: Iterable[WorksOnDay], day: date) -> list[Critical]:
    """Works that somebody must look after, and why: blocked, overdue, without a forecast, waiting for too long."""
    found = [Critical(one, list(_concerns(one, day))) for one in works if one.status not in OVER]
    return [one for one in found if one.concerns]


def _concerns(works: WorksOnDay, day: date) -> Iterator[Concern]:
    if works.status == ProjectStatus.BLOCKED:
        yield Concern.BLOCKED
    if works.is_overdue:
        yield Concern.OVERDUE
    if works.accepted_or_forecast is None:
        yield Concern.NO_FORECAST
    build = works.milestones.get(ProjectStatus.UNDER_CONSTRUCTION)
    begins_on = build.expected_on if build else None
    if begins_on and any(other.expected_on is None or other.expected_on > begins_on for other in works.waits_for):
        yield Concern.WAITING


class Missing(NamedTuple):
    """A trade at a site (key) of which it is not known when it will be accepted, and why."""

    trade: str
    site: int
    lack: Lack


class SchoolReadiness(NamedTuple):
    """``on``: since when the school is ready, or when it is expected; ``None`` while that is unknown."""

    state: Readiness
    on: date | None
    missing: Sequence[Missing] = ()


def ready_on(
    school: School, works: Iterable[WorksOnDay], required_trades: Collection[str], day: date
) -> SchoolReadiness:
    """When all required trades are accepted at every site of a school. Pure where ``site_uses`` is prefetched.

    ``works``: at least those at its sites. Cancelled works count as not there.
    """
    days: list[date] = []
    missing: list[Missing] = []
    is_ready = True
    known: dict[tuple[int, str], list[WorksOnDay]] = defaultdict(list)
    for one in works:
        if one.status != ProjectStatus.CANCELLED:
            known[one.project.site_id, one.project.trade].append(one)
    for site, trade in ((use.site_id, trade) for use in school.site_uses.all() for trade in required_trades):
        there = known.get((site, trade), [])
        is_ready &= bool(there) and all(one.is_finished for one in there)
        lacks = [_lack(one, day) for one in there] or [Lack.NO_PROJECT]
        missing += (Missing(trade, site, lack) for lack in dict.fromkeys(lacks) if lack)
        days += (one.accepted_or_forecast for one in there if one.accepted_or_forecast)
    if missing or not days:
        return SchoolReadiness(Readiness.UNKNOWN, None, missing)
    return SchoolReadiness(Readiness.READY if is_ready else Readiness.EXPECTED, max(days))


def _lack(works: WorksOnDay, day: date) -> Lack | None:
    if works.is_finished:
        return None
    if works.accepted_on:
        return Lack.BLOCKED
    if works.accepted_or_forecast is None:
        return Lack.NO_FORECAST
    return Lack.OVERDUE if works.accepted_or_forecast < day else None
