"""One device takes the place of another: school, room and use in one act, which both remember."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import insert_record
from audit.services import open_act
from common.dated import Span, span_on
from common.workflow import Workflow
from inventory.enums import DefectResult, DeviceStatus
from inventory.models import Device, DeviceSwap
from inventory.services.defects import follow_swap
from inventory.services.locking import lock_devices
from inventory.services.states import STATES, Placed, PlacementChange, record_placements
from inventory.workflow import WORKFLOWS, status_in

#: What becomes of the device that is replaced.
LEAVING = (DeviceStatus.IN_REPAIR, DeviceStatus.RETIRED)
#: As far as its replacement gets at once: a board is mounted first, and tested and accepted later.
_ARRIVING = (DeviceStatus.IN_SERVICE, DeviceStatus.MOUNTED)


def swap_devices(
    device: Device,
    *,
    replacement: Device,
    by: Actor,
    on: date,
    status: str = DeviceStatus.IN_REPAIR,
    reason: str = "",
) -> DeviceSwap:
    """From ``on`` the ``replacement`` is where ``device`` was; that one has ``status``, one of ``LEAVING``.

    The replaced device stays with its school, without a room; its open defect is closed, or goes with it to repair.
    Raises ``ValidationError`` by field, and for a step that the states of either device forbid.
    """
    if status not in LEAVING:
        raise ValueError(f"not for a device that is replaced: {status}")
    with transaction.atomic():
        rules = {pk: one.workflow for pk, one in lock_devices([device.pk, replacement.pk]).items()}
        act = open_act(by, "device.swap", subject=f"{device} → {replacement}", reason=reason)
        timelines = STATES.load(rules)
        place, spare = (_placed(timelines.get(pk, []), on) for pk in (device.pk, replacement.pk))
        arriving, school = _arriving(device, replacement, spare, rules), place.school
        if school is None:
            raise ValidationError(_("The device is at no school: there is no place to take."), "no_school")
        changes = [
            PlacementChange(device.pk, on, status_in(rules[device.pk], status), room=None),
            PlacementChange(replacement.pk, on, arriving, school, place.room, place.use or spare.use),
        ]
        record_placements(changes, act)
        swap = DeviceSwap(device=device, replacement=replacement, school_id=school, on=on, act=act)
        insert_record(swap, act, ("device", "replacement", "on"), school=school)
        follow_swap(device, on, act, result=DefectResult.REPLACED if status == DeviceStatus.RETIRED else "")
        return swap


def _placed(timeline: Sequence[Span], on: date) -> Placed:
    span = span_on(timeline, on)
    if span is None:
        raise ValidationError(
            {"on": ValidationError(_("One of the two devices was not there on this day."), "no_state")}
        )
    return Placed(*span.values)


def _arriving(device: Device, replacement: Device, spare: Placed, rules: dict[int, str]) -> str:
    """The status with which the replacement takes the place."""
    refusal = None
    if device.pk == replacement.pk:
        refusal = _("A device cannot replace itself.")
    elif spare.status == DeviceStatus.IN_SERVICE:
        refusal = _("This device is in service already.")
    elif rules[device.pk] != rules[replacement.pk]:
        refusal = _("This device is of another kind: only one of the two is installed in a room.")
    if refusal:
        raise ValidationError({"replacement": ValidationError(refusal, "not_spare")})
    return _first(WORKFLOWS[rules[replacement.pk]], spare.status)


def _first(rules: Workflow, status: str) -> str:
    """A step that is forbidden altogether is refused, by its name, where it is recorded."""
    return next((arrival for arrival in _ARRIVING if rules.allows(status, arrival)), _ARRIVING[0])
