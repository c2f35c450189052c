"""The end of devices: retired for a reason, their data erased by a method, disposed of to somebody; with the papers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import insert_record, locked
from audit.facts import day_errors
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.bulk import ids, insert_rows, next_ids
from common.files import file_fields, kept_or_removed, remove_with_file
from inventory.enums import RETIREMENT, RETIREMENT_WAYS, DeviceStatus, RetirementStep
from inventory.models import Device, Retirement, RetirementFile, RetirementItem
from inventory.services.erasure import refuse_unproven
from inventory.services.locking import Locked, lock_devices
from inventory.services.states import PlacementChange, record_placements

#: Step → verb of the act.
_VERBS: Final[Mapping[str, str]] = {
    RetirementStep.RETIRED: "device.retire",
    RetirementStep.ERASED: "device.erase",
    RetirementStep.DISPOSED: "device.dispose",
}
#: States of which a device needs no further one for the step.
_THERE: Final[Mapping[str, tuple[DeviceStatus, ...]]] = {
    RetirementStep.RETIRED: RETIREMENT,
    RetirementStep.DISPOSED: (DeviceStatus.DISPOSED,),
}
_PLACES = {"inventory_retirement_way": "way"}
_FIELDS = ("step", "way", "on", "party", "reference")
_FILE = ("name", "media_type", "size", "digest")


def record_retirement(
    devices: Sequence[Device],
    *,
    step: str,
    way: str,
    by: Actor,
    on: date,
    party: str = "",
    reference: str = "",
    token: str = "",
    upload: File | None = None,
    reason: str = "",
) -> Retirement:
    """Put on paper that on ``on`` the devices were retired, erased or disposed of, one of ``RETIREMENT_WAYS``.

    Devices that are not retired, or not disposed of yet, are from that day on; all or none, with the ``upload`` as the
    paper. Raises ``ValidationError`` by field, and one ``RowsRefused`` that names every device that is bound, that
    cannot take the step, or that is to be disposed of without a proof that its data were erased.
    """
    if way not in RETIREMENT_WAYS[step]:
        raise ValidationError({"way": ValidationError(_("Please choose the reason or way."), "required")})
    with transaction.atomic():
        found = lock_devices([device.pk for device in devices])
        act = open_act(by, _VERBS[step], subject=reference or party, reason=reason)
        if errors := day_errors(on, act):
            raise ValidationError(errors)
        if step == RetirementStep.DISPOSED:
            refuse_unproven(found)
        if step in _THERE:
            late = [pk for pk, device in found.items() if device.status not in _THERE[step]]
            record_placements([PlacementChange(pk, on, step) for pk in late], act)
        given = {"step": step, "way": way, "on": on, "party": party, "reference": reference, "token": token}
        retirement = insert_record(Retirement(act=act, **given), act, _FIELDS, places=_PLACES)
        _list_devices(retirement, found, act)
        if upload:
            _attach(retirement, upload, "", act)
        return retirement


def withdraw_from_retirement(items: Sequence[RetirementItem], *, by: Actor, reason: str = "") -> int:
    """Take devices off a paper that names them by mistake; returns how many.

    The state of a device is another matter: that is corrected where it is recorded.
    """
    with transaction.atomic():
        rows = RetirementItem.objects.filter(pk__in=ids(item.pk for item in items), withdrawn_by__isnull=True)
        current = list(rows.select_for_update(of=("self",)).select_related("retirement", "device").order_by("pk"))
        if len(current) < len(items):
            raise ValidationError(_("A device was taken off this paper already."), "withdrawn")
        act = open_act(by, "retirement.withdraw", subject=str(current[0].retirement), reason=reason)
        rows.filter(pk__in=[item.pk for item in current]).update(withdrawn_by=act)
        log_records(act, RetirementItem, (_told(item, {"withdrawn_by": [None, act.pk]}) for item in current))
        return len(current)


def attach_retirement_file(retirement: Retirement, upload: File, *, by: Actor, name: str = "") -> RetirementFile:
    """Keep a file with a paper; ``name``: as people read it. Raises ``ValidationError`` at ``file``."""
    with transaction.atomic():
        current = locked(retirement)
        return _attach(current, upload, name, open_act(by, "retirement.attach", subject=str(current)))


def remove_retirement_file(file: RetirementFile, *, by: Actor, reason: str = "") -> None:
    """Delete a file for good; the trail keeps its name and its digest."""
    with transaction.atomic():
        current = locked(file)
        act = open_act(by, "retirement.detach", subject=str(current.retirement), reason=reason)
        gone = {name: [getattr(current, name), None] for name in _FILE}
        about = {"retirement": [current.retirement_id, None]}
        log_records(act, RetirementFile, [Record(current.pk, str(current), None, about | gone)])
        remove_with_file(current)


def _list_devices(retirement: Retirement, devices: Mapping[int, Locked], act: Act) -> None:
    keys = dict(zip(devices, next_ids(RetirementItem, len(devices)), strict=True))
    rows = ((key, retirement.pk, device) for device, key in keys.items())
    insert_rows(RetirementItem, ("id", "retirement", "device"), rows)
    records: Iterator[Record] = (
        Record(keys[pk], device.label, device.school, {"retirement": [None, retirement.pk], "device": [None, pk]})
        for pk, device in devices.items()
    )
    log_records(act, RetirementItem, records)


def _told(item: RetirementItem, changes: dict[str, list[Any]]) -> Record:
    return Record(item.pk, str(item.device), item.device.school_id, changes)


def _attach(retirement: Retirement, upload: File, name: str, act: Act) -> RetirementFile:
    file = RetirementFile(retirement=retirement, **file_fields(upload, name, act.at))
    with kept_or_removed(file):
        return insert_record(file, act, ("retirement", *_FILE))
