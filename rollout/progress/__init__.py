"""How far works are on a day: phases with plan, forecast and actual day, rooms, defects, and what they wait for."""

from rollout.progress.comparing import Compared, Move, compare
from rollout.progress.days import MilestoneOnDay, Needed, WorksOnDay
from rollout.progress.outlook import Critical, Missing, SchoolReadiness, critical, ready_on
from rollout.progress.reading import works_on

__all__ = [
    "Compared",
    "Critical",
    "MilestoneOnDay",
    "Missing",
    "Move",
    "Needed",
    "SchoolReadiness",
    "WorksOnDay",
    "compare",
    "critical",
    "ready_on",
    "works_on",
]
