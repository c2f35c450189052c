"""Taking back what one act did to devices, orders and deliveries: a change of many, a scan, a booked delivery."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import open_act
from audit.taking_back import TakingBack, plan_taking_back, take_back
from inventory.services.taking_back import INVENTORY

#: Acts that can be taken back as a whole. Imports have a way of their own: they keep a file and touch more.
VERBS = (
    "device.change",
    "device.edit",
    "device.create",
    "device.retire",
    "device.erase",
    "device.dispose",
    "delivery.book",
    "delivery.file",
    "stocktake.sign_off",
    "board.mount",
    "board.test",
    "board.accept",
    "board.train",
    "board.start",
)


class Undone(NamedTuple):
    """``act``: what took it back; ``plan``: what became of each record."""

    act: Act
    plan: TakingBack


def may_be_undone(act: Act) -> bool:
    """Whether it is an act of this kind that nothing has taken back."""
    return act.verb in VERBS and act.channel != Channel.IMPORT and not _undoing(act)


def plan_undo(act: Act) -> TakingBack:
    """What taking the act back would do; writes nothing. Raises ``ValidationError`` where it cannot be."""
    _check(act)
    return plan_taking_back(act, INVENTORY)


def undo_act(act: Act, *, by: Actor, reason: str = "") -> Undone:
    """Reverse what the act did, in one transaction. What somebody changed since stays, and the plan says so.

    Raises ``ValidationError`` for an act of another kind, one that is taken back already, and one of which nothing can
    be reversed any more.
    """
    try:
        with transaction.atomic():
            Act.objects.select_for_update().get(pk=act.pk)  # one after the other
            _check(act)
            plan = plan_taking_back(act, INVENTORY, is_locked=True)
            if not plan.reversed:
                raise ValidationError(_("Everything was changed since: nothing can be taken back."), "nothing_left")
            into = open_act(by, "act.undo", subject=act.subject, reason=reason, undoes=act)
            take_back(plan, into)
    except IntegrityError as error:
        text = _("Somebody else has changed the same records meanwhile. Nothing was undone: please try again.")
        raise ValidationError(text, "changed_meanwhile") from error
    return Undone(into, plan)


def _undoing(act: Act) -> bool:
    return Act.objects.filter(undoes=act).exists()


def _check(act: Act) -> None:
    if act.verb not in VERBS or act.channel == Channel.IMPORT:
        raise ValidationError(_("This cannot be taken back as a whole."), "not_undoable")
    if _undoing(act):
        raise ValidationError(_("This was taken back already."), "undone")
