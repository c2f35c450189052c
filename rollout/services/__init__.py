"""Every write about construction projects and the equipment standard."""

from rollout.schedule import MilestoneFact
from rollout.services.attainments import (
    attain,
    record_attainments,
)
from rollout.services.defects import (
    DEFECT_DETAILS,
    add_defect,
    edit_defect,
    reopen_defect,
    resolve_defect,
)
from rollout.services.details import (
    edit_project,
    update_projects,
)
from rollout.services.journal import (
    attach_file,
    remove_file,
    write_journal,
)
from rollout.services.milestones import (
    MILESTONE_STATES,
    plan_from_template,
    record_milestones,
    schedules_of,
    set_milestone,
    set_milestones,
)
from rollout.services.projects import (
    DETAILS,
    PROJECT_STATES,
    NewProject,
    ProjectChange,
    add_project,
    change_project,
    change_projects,
    correct_project_state,
    create_projects,
    record_project_states,
    revise_project,
    withdraw_project_state,
)
from rollout.services.rooms import (
    ROOM_STATES,
    RoomFact,
    cover_rooms,
    record_project_rooms,
    set_rooms_done,
    uncover_rooms,
)
from rollout.services.standards import (
    change_requirement,
    change_standard,
    create_requirement,
    create_standard_version,
    withdraw_requirement,
    withdraw_standard,
)
from rollout.services.templates import (
    set_template,
    set_trade_order,
)

__all__ = [
    "DEFECT_DETAILS",
    "DETAILS",
    "MILESTONE_STATES",
    "PROJECT_STATES",
    "ROOM_STATES",
    "MilestoneFact",
    "NewProject",
    "ProjectChange",
    "RoomFact",
    "add_defect",
    "add_project",
    "attach_file",
    "attain",
    "change_project",
    "change_projects",
    "change_requirement",
    "change_standard",
    "correct_project_state",
    "cover_rooms",
    "create_projects",
    "create_requirement",
    "create_standard_version",
    "edit_defect",
    "edit_project",
    "plan_from_template",
    "record_attainments",
    "record_milestones",
    "record_project_rooms",
    "record_project_states",
    "remove_file",
    "reopen_defect",
    "resolve_defect",
    "revise_project",
    "schedules_of",
    "set_milestone",
    "set_milestones",
    "set_rooms_done",
    "set_template",
    "set_trade_order",
    "uncover_rooms",
    "update_projects",
    "withdraw_project_state",
    "withdraw_requirement",
    "withdraw_standard",
    "write_journal",
]
