"""Which status may follow which: one table for portable devices, one for installed ones, one for their defects.

Steps may be skipped: an import often knows only "in service since 12.03.2021". Going back is
allowed where life goes back (found again, repaired, returned); a wrong entry is corrected by
superseding it, not by a backward step.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from common.workflow import Workflow
from inventory.enums import DefectStatus as D
from inventory.enums import DeviceStatus as S
from inventory.enums import WorkflowKind

PORTABLE = Workflow(
    S,
    {
        S.PLANNED: [S.ORDERED, S.DELIVERED, S.INVENTORIED, S.CONFIGURED, S.IN_STOCK, S.IN_SERVICE],
        S.ORDERED: [S.DELIVERED, S.INVENTORIED, S.CONFIGURED, S.IN_STOCK, S.IN_SERVICE],
        S.DELIVERED: [S.INVENTORIED, S.CONFIGURED, S.IN_STOCK, S.IN_SERVICE, S.RETURNED, S.IN_REPAIR, S.LOST, S.STOLEN],
        S.INVENTORIED: [S.CONFIGURED, S.IN_STOCK, S.IN_SERVICE, S.RETURNED, S.IN_REPAIR, S.LOST, S.STOLEN, S.RETIRED],
        S.CONFIGURED: [S.IN_STOCK, S.IN_SERVICE, S.RETURNED, S.IN_REPAIR, S.LOST, S.STOLEN, S.RETIRED],
        S.IN_STOCK: [S.CONFIGURED, S.IN_SERVICE, S.IN_REPAIR, S.LOST, S.STOLEN, S.RETIRED],
        S.IN_SERVICE: [S.RETURNED, S.IN_STOCK, S.IN_REPAIR, S.LOST, S.STOLEN, S.RETIRED],
        S.RETURNED: [S.INVENTORIED, S.CONFIGURED, S.IN_STOCK, S.IN_SERVICE, S.IN_REPAIR, S.LOST, S.STOLEN, S.RETIRED],
        S.IN_REPAIR: [S.CONFIGURED, S.IN_STOCK, S.IN_SERVICE, S.RETURNED, S.LOST, S.STOLEN, S.RETIRED],
        S.LOST: [S.IN_STOCK, S.IN_SERVICE, S.IN_REPAIR, S.RETIRED],
        S.STOLEN: [S.IN_STOCK, S.IN_SERVICE, S.IN_REPAIR, S.RETIRED],
        S.RETIRED: [S.DISPOSED],
        S.DISPOSED: [],
    },
    start=[s for s in S if s not in (S.ROOM_PREPARED, S.MOUNTED, S.TESTED, S.ACCEPTED, S.DEFECTIVE, S.DISMOUNTED)],
)

# In service requires mounted and accepted, so these two steps cannot be skipped.
INSTALLED = Workflow(
    S,
    {
        S.PLANNED: [S.ORDERED, S.DELIVERED, S.IN_STOCK, S.ROOM_PREPARED, S.MOUNTED],
        S.ORDERED: [S.DELIVERED, S.IN_STOCK, S.ROOM_PREPARED, S.MOUNTED],
        S.DELIVERED: [S.IN_STOCK, S.ROOM_PREPARED, S.MOUNTED, S.DEFECTIVE, S.STOLEN, S.LOST],
        S.IN_STOCK: [S.ROOM_PREPARED, S.MOUNTED, S.DEFECTIVE, S.STOLEN, S.LOST, S.RETIRED],
        S.ROOM_PREPARED: [S.MOUNTED, S.IN_STOCK],
        S.MOUNTED: [S.TESTED, S.ACCEPTED, S.DEFECTIVE, S.DISMOUNTED],
        S.TESTED: [S.ACCEPTED, S.DEFECTIVE, S.DISMOUNTED],
        S.ACCEPTED: [S.IN_SERVICE, S.DEFECTIVE, S.DISMOUNTED],
        S.IN_SERVICE: [S.DEFECTIVE, S.DISMOUNTED, S.STOLEN, S.RETIRED],
        S.DEFECTIVE: [S.MOUNTED, S.IN_SERVICE, S.DISMOUNTED, S.IN_STOCK, S.RETIRED],
        S.DISMOUNTED: [S.IN_STOCK, S.ROOM_PREPARED, S.MOUNTED, S.DEFECTIVE, S.RETIRED],
        S.STOLEN: [S.IN_STOCK, S.RETIRED],
        S.LOST: [S.IN_STOCK, S.RETIRED],
        S.RETIRED: [S.DISPOSED],
        S.DISPOSED: [],
    },
    start=[s for s in S if s not in (S.INVENTORIED, S.CONFIGURED, S.RETURNED, S.IN_REPAIR)],
    hints={
        S.IN_SERVICE: _(
            "It can be put into service once it is mounted and accepted. So far it is “%(old)s”: "
            "please record these steps first."
        )
    },
)

WORKFLOWS = {WorkflowKind.PORTABLE.value: PORTABLE, WorkflowKind.INSTALLED.value: INSTALLED}

#: Of a defective device these tell whether it was accepted before; any other state says that it was not.
_ACCEPTED = (S.ACCEPTED, S.IN_SERVICE)


def check_accepted(rules: Workflow, history: Sequence[str], new: str) -> None:
    """Refuse a repaired installed device in service that was not accepted before it broke.

    ``history``: its states up to now. The table cannot tell: “defective” follows a delivery as well as years of
    service. A device of which nothing else is known than that it is defective was in service somewhere.
    """
    if rules is not INSTALLED or new != S.IN_SERVICE or not history or history[-1] != S.DEFECTIVE:
        return
    before = next((state for state in reversed(history) if state != S.DEFECTIVE), None)
    if before is not None and before not in _ACCEPTED:
        raise rules.forbidden(before, new)


def check_still_accepted(rules: Workflow, old: Sequence[str], new: Sequence[str]) -> None:
    """Refuse a correction after which an installed device is in service without having been accepted.

    ``old``, ``new``: its states before and after the correction. What was done within one day is not seen in them:
    only what the correction makes worse is refused.
    """
    if rules is INSTALLED and (late := _unaccepted(new)) and len(late) > len(_unaccepted(old)):
        raise rules.forbidden(late[0], S.IN_SERVICE)


def _unaccepted(states: Sequence[str]) -> list[str]:
    """The states from which it went into service though it was not accepted."""
    found = []
    for i, state in enumerate(states):
        if state == S.IN_SERVICE and i:
            before = next((s for s in reversed(states[:i]) if s != S.DEFECTIVE), None)
            if before is not None and before not in _ACCEPTED:
                found.append(before)
    return found


# Small things are mended on the spot: any open defect may be closed at once.
DEFECTS = Workflow(
    D,
    {
        D.REPORTED: [D.TAKEN, D.SENT, D.CLOSED],
        D.TAKEN: [D.SENT, D.CLOSED],
        D.SENT: [D.BACK, D.CLOSED],
        D.BACK: [D.SENT, D.CLOSED],
        D.CLOSED: [],
    },
    start=[D.REPORTED],
)

# People say "defekt" of a tablet and of a board; each workflow has one state for it.
_BROKEN = {
    (WorkflowKind.PORTABLE.value, S.DEFECTIVE.value): S.IN_REPAIR.value,
    (WorkflowKind.INSTALLED.value, S.IN_REPAIR.value): S.DEFECTIVE.value,
}


def status_in(kind: str, status: str) -> str:
    """``status`` as the workflow ``kind`` calls it."""
    return _BROKEN.get((kind, status), status)
