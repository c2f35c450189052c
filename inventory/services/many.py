"""One change of many devices by hand: what has a history and what has none, in one act that can be taken back."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import open_act
from common.bulk import codes, ids
from common.diff import Diff, Outcome, RowDiff, RowsRefused, rejected
from inventory.enums import DeviceStatus
from inventory.models import Device, DeviceModel
from inventory.services.devices import update_details
from inventory.services.erasure import refuse_unproven
from inventory.services.locking import Locked, lock_devices
from inventory.services.states import KEEP, PlacementChange, record_placements, record_possible

#: Details that many devices may share; numbers are each device's own.
SHARED_DETAILS = ("model", "purchased_on", "price", "note")


class Changed(NamedTuple):
    """``act``: by which it can be taken back. ``diff``: what it does to each device; refused ones say why."""

    act: Act
    diff: Diff


class ManyChange(NamedTuple):
    """From ``on`` the devices are ``placed`` like that; ``details`` (of ``SHARED_DETAILS``) have no day."""

    on: date
    placed: Mapping[str, Any] = {}
    details: Mapping[str, Any] = {}
    reason: str = ""


def change_many(
    devices: QuerySet[Device], change: ManyChange, *, by: Actor, leaves_out_refused: bool = False
) -> Changed:
    """Change all devices alike, all or none, or all that can be; in a constant number of statements.

    Raises one ``RowsRefused`` that names every device that cannot be changed, unless those are left out, and
    ``ValidationError`` by field for values that fit none.
    """
    _check_details(change.details)
    with transaction.atomic():
        found = lock_devices(devices.order_by().values_list("pk", flat=True))
        act = open_act(by, "device.change", reason=change.reason)
        refused = {row.id: row for row in _refused(found, change)}
        placements = [PlacementChange(pk, change.on, **change.placed) for pk in found if pk not in refused]
        record = record_possible if leaves_out_refused or refused else record_placements
        placed = record(placements, act).rows if change.placed and placements else []
        rows = {row.id: row for row in (*placed, *refused.values())}
        refused = {pk: row for pk, row in rows.items() if row.outcome is Outcome.REJECTED}
        if refused and not leaves_out_refused:
            raise RowsRefused(Diff([rows.get(pk, _row(pk, one, {})) for pk, one in found.items()]))
        details = _recorded_details([pk for pk in found if pk not in refused], change.details, act)
        return Changed(act, Diff([_merged(pk, one, rows.get(pk), details.get(pk, {})) for pk, one in found.items()]))


def preview_many(devices: QuerySet[Device], change: ManyChange, *, by: Actor) -> Diff:
    """What ``change_many`` would do to each device, with those that it would refuse; nothing is written.

    It is carried out and rolled back, so that it cannot differ from what is done afterwards.
    """
    with transaction.atomic():
        diff = change_many(devices, change, by=by, leaves_out_refused=True).diff
        transaction.set_rollback(True)
    return diff


def _check_details(details: Mapping[str, Any]) -> None:
    if unknown := details.keys() - set(SHARED_DETAILS):
        raise TypeError(f"no details that many devices share: {', '.join(sorted(unknown))}")
    others = {field.name for field in Device._meta.fields} - (details.keys() - {"model"})
    Device(**details).clean_fields(exclude=others)
    price = details.get("price")
    if price is not None and price < 0:
        raise ValidationError({"price": ValidationError(_("A price cannot be negative."), "negative")})


def _refused(found: Mapping[int, Locked], change: ManyChange) -> Iterable[RowDiff]:
    """Devices that may not have the new model, or may not be disposed of."""
    if change.placed.get("status", KEEP) == DeviceStatus.DISPOSED:
        try:
            refuse_unproven(found)
        except RowsRefused as refusal:
            yield from refusal.diff.rows
    model = change.details.get("model")
    if model:
        workflow, taken = model.category.workflow, _taken(found, model)
        for pk, one in found.items():
            if one.workflow != workflow:
                text, code = _("The new model has other states than the old one."), "other_workflow"
                yield rejected(pk, one.label, ValidationError({"model": ValidationError(text, code)}))
            elif pk in taken:
                text, code = _("The manufacturer already has a device with this serial number."), "taken"
                yield rejected(pk, one.label, ValidationError({"model": ValidationError(text, code)}))


def _taken(found: Iterable[int], model: DeviceModel) -> set[int]:
    """Devices whose serial number another device of the new manufacturer has, or gets with this change."""
    moving = Device.objects.existing().filter(pk__in=ids(found)).exclude(serial="").order_by("pk")
    serials = dict(moving.exclude(manufacturer=model.manufacturer_id).values_list("pk", "serial"))
    theirs = Device.objects.existing().filter(manufacturer=model.manufacturer_id)
    holders = set(theirs.filter(serial__in=codes(serials.values())).values_list("serial", flat=True))
    taken = set()
    for pk, serial in serials.items():
        if serial in holders:
            taken.add(pk)
        holders.add(serial)
    return taken


def _recorded_details(devices: list[int], details: Mapping[str, Any], act: Act) -> dict[int, dict[str, Any]]:
    """Set the details; returns for each device what differs, ``{field: [old, new]}``."""
    if not details:
        return {}
    names = list(details)
    old = {
        pk: values for pk, *values in Device.objects.existing().filter(pk__in=ids(devices)).values_list("pk", *names)
    }
    values = dict(details)
    if model := details.get("model"):
        values["manufacturer"] = model.manufacturer
    update_details(dict.fromkeys(devices, values), act)
    new = [getattr(value, "pk", value) for value in details.values()]
    return {
        pk: {name: [was, now] for name, was, now in zip(names, before, new, strict=True) if was != now}
        for pk, before in old.items()
    }


def _merged(pk: int, one: Locked, placed: RowDiff | None, details: Mapping[str, Any]) -> RowDiff:
    if placed and placed.outcome is Outcome.REJECTED:
        return placed
    return _row(pk, one, {**(placed.changes if placed else {}), **details})


def _row(pk: int, one: Locked, changes: Mapping[str, Any]) -> RowDiff:
    return RowDiff(pk, one.label, Outcome.CHANGED if changes else Outcome.UNCHANGED, changes)
