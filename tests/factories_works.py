"""Plain functions that make milestones, rooms and defects of works for tests, each by its service."""

from datetime import date, timedelta
from typing import Any

from audit.actor import Actor
from audit.enums import Channel
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, Milestone, ProjectRoom, WorksDefect
from rollout.services import add_defect, change_project, cover_rooms, set_milestone, set_rooms_done
from schools.models import Room
from tests.factories import DAY, make_room

_BY = Actor(None, Channel.COMMAND)


def make_milestone(
    project: ConstructionProject,
    phase: str = ProjectStatus.ACCEPTED,
    *,
    planned_on: date | None = None,
    forecast_on: date | None = None,
    on: date = DAY,
    reason: str = "",
) -> Milestone:
    """Planned and expected 100 days after ``DAY``, where neither is given."""
    if planned_on is None and forecast_on is None:
        planned_on = forecast_on = DAY + timedelta(days=100)
    days = {"planned_on": planned_on, "forecast_on": forecast_on}
    return set_milestone(project, phase, by=_BY, on=on, reason=reason, **days)


def make_project_rooms(
    project: ConstructionProject, number: int = 1, *, done: int = 0, on: date = DAY, rooms: list[Room] | None = None
) -> list[ProjectRoom]:
    """New rooms of the first school at the site, covered by the project; the first ``done`` are done."""
    school = project.site.schools.order_by("pk")[0]
    rooms = rooms or [make_room(school) for _ in range(number)]
    cover_rooms(project, rooms, by=_BY, on=on)
    set_rooms_done(project, rooms[:done], by=_BY, on=on)
    return list(ProjectRoom.objects.filter(project=project, room__in=rooms).order_by("room"))


def make_defect(
    project: ConstructionProject, *, text: str = "Dose locker", on: date = DAY, **extra: Any
) -> WorksDefect:
    return add_defect(project, by=_BY, text=text, found_on=on, **extra)


def finish_project(project: ConstructionProject, *, on: date, status: str = ProjectStatus.ACCEPTED) -> None:
    """Build from the day before, and finish on ``on``: nothing is accepted that was not built."""
    change_project(project, by=_BY, on=on - timedelta(days=1), status=ProjectStatus.UNDER_CONSTRUCTION)
    change_project(project, by=_BY, on=on, status=status)
