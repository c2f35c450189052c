"""How construction projects are taken back with the act that wrote them."""

from audit.taking_back import Undoable
from rollout.models import ConstructionProject
from rollout.services import PROJECT_STATES

PROJECTS = (Undoable(ConstructionProject, born="trade", details=("title",), timelines=(PROJECT_STATES,)),)
