"""How costs are taken back with the act that recorded them."""

from audit.taking_back import Undoable
from costs.models import CostEntry
from costs.services.entries import DETAILS, PARTS

COSTS = (Undoable(CostEntry, born="stage", details=DETAILS, timelines=(PARTS,)),)
