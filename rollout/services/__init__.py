"""Every write about construction projects and the equipment standard."""

from rollout.services.attainments import attain, record_attainments
from rollout.services.projects import (
    PROJECT_STATES,
    NewProject,
    ProjectChange,
    add_project,
    change_project,
    change_projects,
    correct_project_state,
    create_projects,
    record_project_states,
    rename_project,
    rename_projects,
    revise_project,
    withdraw_project_state,
)
from rollout.services.standards import (
    change_requirement,
    change_standard,
    create_requirement,
    create_standard_version,
    withdraw_requirement,
    withdraw_standard,
)

__all__ = [
    "PROJECT_STATES",
    "NewProject",
    "ProjectChange",
    "add_project",
    "attain",
    "change_project",
    "change_projects",
    "change_requirement",
    "change_standard",
    "correct_project_state",
    "create_projects",
    "create_requirement",
    "create_standard_version",
    "record_attainments",
    "record_project_states",
    "rename_project",
    "rename_projects",
    "revise_project",
    "withdraw_project_state",
    "withdraw_requirement",
    "withdraw_standard",
]
