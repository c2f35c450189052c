"""Un-booking a delivery: its devices and the note are taken back with the acts that booked them."""

from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import locked
from audit.models import Act, Entry
from audit.services import open_act
from audit.taking_back import Stays, plan_taking_back, take_back
from inventory.models import Delivery, Device
from inventory.services.taking_back import INVENTORY

#: Its delivery notes are taken back with everything else of it.
_IMPORT = "import.take"


class Unbooking(NamedTuple):
    """``reversed``: devices that are gone or left without their delivery; ``stays``: records that are not, and why.

    ``is_whole``: nothing is left of the delivery itself either.
    """

    reversed: int
    stays: list[Stays]
    is_whole: bool


def booking_acts(delivery: Delivery) -> list[Act]:
    """The acts that booked it or added to it and last, newest first. One that only compared it is none of them."""
    entries = Entry.objects.filter(kind=Delivery._meta.label_lower, object_id=delivery.pk)
    booked = entries.filter(changes__has_key="devices", act__undoes__isnull=True, act__undone_by__isnull=True)
    return list(Act.objects.filter(pk__in=booked.order_by().values("act")).select_related("user").order_by("-pk"))


def preview_unbooking(delivery: Delivery) -> Unbooking:
    """What un-booking would do; writes nothing. Raises ``ValidationError`` as ``unbook_delivery``."""
    acts = _own_acts(delivery)
    plans = [plan_taking_back(act, INVENTORY) for act in acts]
    devices = sum(len(step.records) for plan in plans for step in plan.steps if step.undoable.model is Device)
    # an earlier booking of the note waits for the later ones: what stays of the note is said by its devices
    stays = [one for plan in plans for one in (*plan.kept, *plan.failed) if one.kind is not Delivery]
    own = [one for one in (*plans[-1].kept, *plans[-1].failed) if one.kind is Delivery] if len(plans) == 1 else []
    return Unbooking(devices, [*stays, *own], not stays and not own)


def unbook_delivery(delivery: Delivery, *, by: Actor, reason: str = "") -> Unbooking:
    """Take back what booking it wrote, in one transaction; what somebody changed since stays as it is.

    Raises ``ValidationError`` for a delivery of an import, which is undone as a whole, for one that was booked
    together with others, and where somebody else writes at this very moment.
    """
    try:
        with transaction.atomic():
            locked(delivery.order)  # before its delivery, as booking does
            return _unbook(locked(delivery), by, reason)
    except IntegrityError as error:
        text = _("Somebody else has changed the same records meanwhile. Nothing was undone: please try again.")
        raise ValidationError(text, "changed_meanwhile") from error


def _unbook(delivery: Delivery, by: Actor, reason: str) -> Unbooking:
    devices, stays = 0, []
    acts, label = _own_acts(delivery), str(delivery)
    for act in acts:
        plan = plan_taking_back(act, INVENTORY, is_locked=True)
        undoing = open_act(by, "delivery.unbook", subject=label, reason=reason, undoes=act)
        take_back(plan, undoing)
        devices += sum(len(step.records) for step in plan.steps if step.undoable.model is Device)
        stays += [*plan.kept, *plan.failed]
    return Unbooking(devices, stays, not Delivery.objects.filter(pk=delivery.pk).exists())


def _own_acts(delivery: Delivery) -> list[Act]:
    acts = booking_acts(delivery)
    if not acts:
        raise ValidationError(_("Nothing of this delivery can be taken back any more."), "not_booked")
    if any(act.verb == _IMPORT for act in acts):
        raise ValidationError(_("This delivery came with an import: please undo that."), "imported")
    others: Any = Entry.objects.filter(act__in=acts, kind=Delivery._meta.label_lower).exclude(object_id=delivery.pk)
    if others.exists():
        raise ValidationError(_("It was booked together with other deliveries."), "booked_together")
    return acts
