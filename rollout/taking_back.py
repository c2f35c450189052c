"""How construction projects and what belongs to them are taken back with the act that wrote them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.taking_back import Step, TakingBack, Undoable, used_today
from common.bulk import ids
from rollout.models import ConstructionProject, Milestone, MilestoneState, ProjectRoom, ProjectRoomState
from rollout.services import DETAILS, MILESTONE_STATES, PROJECT_STATES, ROOM_STATES

#: Facts of what belongs to a project, and how they lead to it.
_OF_PROJECTS = ((MilestoneState, "milestone__project"), (ProjectRoomState, "covered__project"))


def _project_obstacles(plan: TakingBack, step: Step) -> Mapping[int, Any]:
    """A project that has got costs, defects or a diary since stays, and one with milestones or rooms of other acts."""
    reasons: dict[int, Any] = {}
    for model, path in _OF_PROJECTS:
        owner, settled = plan.settled.get(model, ("pk", set()))
        facts = model.objects.filter(superseded_at__isnull=True, **{f"{path}__in": ids(step.created)})
        stay = facts.exclude(**{f"{owner}__in": ids(settled)}).values_list(path, flat=True)
        reasons |= dict.fromkeys(stay, _("Milestones or rooms were recorded for it since."))
    return reasons | used_today(plan, ConstructionProject, step.created, ("states", "milestones", "rooms"))


#: Those that refer to others before those. A milestone whose facts are taken back stays as an empty row: reports
#: "as known then" need it.
PROJECTS = (
    Undoable(Milestone, timelines=(MILESTONE_STATES,)),
    Undoable(ProjectRoom, timelines=(ROOM_STATES,)),
    Undoable(
        ConstructionProject,
        born="trade",
        details=DETAILS,
        timelines=(PROJECT_STATES,),
        obstacles=_project_obstacles,
    ),
)
