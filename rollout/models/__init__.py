"""Construction projects with dated status, milestones, rooms and defects; the versioned equipment standard."""

from rollout.models.projects import ConstructionProject, ProjectState
from rollout.models.standards import Attainment, Requirement, Standard, check_room_kinds
from rollout.models.works import (
    JournalEntry,
    Milestone,
    MilestoneDates,
    MilestoneState,
    ProjectFile,
    ProjectRoom,
    ProjectRoomState,
    TemplateStep,
    TradeOrder,
    WorksDefect,
)

__all__ = [
    "Attainment",
    "ConstructionProject",
    "JournalEntry",
    "Milestone",
    "MilestoneDates",
    "MilestoneState",
    "ProjectFile",
    "ProjectRoom",
    "ProjectRoomState",
    "ProjectState",
    "Requirement",
    "Standard",
    "TemplateStep",
    "TradeOrder",
    "WorksDefect",
    "check_room_kinds",
]
