"""What is said of one project on one day. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from common.dated import add_months
from rollout.enums import FINISHED, ProjectStatus
from rollout.models import ConstructionProject

OVER = (*FINISHED, ProjectStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class MilestoneOnDay:
    """``actual_on``: when the status came so far, ``None`` while it has not. ``reason``: of the latest change."""

    phase: str
    planned_on: date | None = None
    forecast_on: date | None = None
    actual_on: date | None = None
    reason: str = ""

    @property
    def expected_on(self) -> date | None:
        return self.actual_on or self.forecast_on or self.planned_on

    @property
    def slip(self) -> int | None:
        """Days later than planned; negative: earlier. ``None`` where one of the two days is not known."""
        day = self.actual_on or self.forecast_on
        return (day - self.planned_on).days if day and self.planned_on else None

    def is_overdue(self, day: date) -> bool:
        return self.actual_on is None and self.expected_on is not None and self.expected_on < day


class Needed(NamedTuple):
    """A project of the same site that must be accepted first, and when that is expected."""

    project: ConstructionProject
    status: str
    expected_on: date | None


@dataclass(slots=True)
class WorksOnDay:
    """One project as it is on ``day``.

    ``milestones`` in the order of the phases: those planned or expected, and those that the status named.
    ``open_defects``, ``overdue_defects`` and rooms are numbers. ``begun_on``, ``accepted_on``: ``None`` until then.
    """

    project: ConstructionProject
    day: date
    status: str
    since: date
    reason: str = ""
    milestones: Mapping[str, MilestoneOnDay] = field(default_factory=dict)
    begun_on: date | None = None
    accepted_on: date | None = None
    rooms_total: int = 0
    rooms_done: int = 0
    open_defects: int = 0
    overdue_defects: int = 0
    waits_for: Sequence[Needed] = ()

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def accepted_or_forecast(self) -> date | None:
        milestone = self.milestones.get(ProjectStatus.ACCEPTED)
        return self.accepted_on or (milestone.forecast_on if milestone else None)

    @property
    def warranty_until(self) -> date | None:
        years = self.project.warranty_years
        return add_months(self.accepted_on, 12 * years) if self.accepted_on and years else None

    @property
    def slip(self) -> int | None:
        """That of the acceptance; of the last phase that has one, where that one has none."""
        slips = {phase: milestone.slip for phase, milestone in self.milestones.items() if milestone.slip is not None}
        return slips.get(ProjectStatus.ACCEPTED, next(reversed(slips.values()), None))

    @property
    def is_overdue(self) -> bool:
        """A day that was expected has passed, and what was expected has not happened."""
        return self.status not in OVER and any(one.is_overdue(self.day) for one in self.milestones.values())
