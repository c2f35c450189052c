"""Construction projects with dated status, milestones, rooms and defects; the versioned equipment standard."""

from rollout.models.plan import Initiative, MasterPlan, Objective, ProgressEntry, PublicFigure
from rollout.models.projects import ConstructionProject, ProjectState
from rollout.models.standards import MAX_GRACE, Requirement, Standard, check_room_kinds
from rollout.models.waivers import Attainment, EvidenceFile, Waiver
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
    "MAX_GRACE",
    "Attainment",
    "ConstructionProject",
    "EvidenceFile",
    "Initiative",
    "JournalEntry",
    "MasterPlan",
    "Milestone",
    "MilestoneDates",
    "MilestoneState",
    "Objective",
    "ProgressEntry",
    "ProjectFile",
    "ProjectRoom",
    "ProjectRoomState",
    "ProjectState",
    "PublicFigure",
    "Requirement",
    "Standard",
    "TemplateStep",
    "TradeOrder",
    "Waiver",
    "WorksDefect",
    "check_room_kinds",
]
