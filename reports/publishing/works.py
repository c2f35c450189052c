"""Construction works in a report: how many sites at the same time, what has begun and ended, what slipped."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from rollout.enums import FINISHED, RUNNING, ProjectStatus
from rollout.models import ConstructionProject
from rollout.progress import Compared, WorksOnDay, compare, works_on
from schools.enums import Trade

Data = dict[str, Any]


def works_data(day: date, before: date | None, known_at: datetime | None) -> Data:
    """Both days as known at ``known_at``; without ``before`` nothing is said of what has moved."""
    found = ConstructionProject.objects.existing().select_related("site", "building")
    projects = list(found.order_by("site__sort_key", "site", "trade", "pk"))
    works = works_on(projects, day, known_at)
    moved = compare(works_on(projects, before, known_at), works) if before else []
    running = [one for one in works if one.status in RUNNING]
    return {
        "projects": len(works),
        "sites_running": len({one.project.site_id for one in running}),
        "states": _states(works),
        "running": [_running(one) for one in running],
        "before": before.isoformat() if before else None,
        "finished": [_place(one.after) | {"on": _day(one.after.accepted_on)} for one in moved if _is_done(one)],
        "begun": sum(one.after.status in RUNNING and _status_before(one) not in RUNNING for one in moved),
        "slipped": [_slipped(one) for one in moved if (one.slipped or 0) > 0],
    }


def _states(works: list[WorksOnDay]) -> list[Data]:
    numbers = Counter(one.status for one in works)
    return [
        {"status": status.value, "label": str(status.label), "number": numbers[status]}
        for status in ProjectStatus
        if numbers[status]
    ]


def _place(one: WorksOnDay) -> Data:
    project = one.project
    building = f", {project.building.name}" if project.building else ""
    return {"site": f"{project.site.name}{building}", "trade": str(Trade(project.trade).label), "title": project.title}


def _running(one: WorksOnDay) -> Data:
    accepted = one.milestones.get(ProjectStatus.ACCEPTED)
    expected = accepted.expected_on if accepted else None
    return _place(one) | {
        "since": _day(one.begun_on or one.since),
        "expected": _day(expected),
        "is_overdue": expected is not None and expected < one.day,
    }


def _slipped(one: Compared) -> Data:
    """The acceptance, or the last phase that moved."""
    moves = [move for move in one.moves if move.days is not None]
    move = next((move for move in moves if move.phase == ProjectStatus.ACCEPTED), moves[-1])
    return _place(one.after) | {
        "phase": str(ProjectStatus(move.phase).label),
        "before": _day(move.before),
        "after": _day(move.after),
        "days": move.days,
        "reason": move.reason,
    }


def _is_done(one: Compared) -> bool:
    return one.after.status in FINISHED and _status_before(one) not in FINISHED


def _status_before(one: Compared) -> str:
    return one.before.status if one.before else ""


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
