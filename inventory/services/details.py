"""What is known of a device beside its history, by hand: editing one, adding many at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.services import open_act
from common.bulk import codes
from common.diff import Diff, Outcome, RowDiff, RowsRefused, rejected
from common.parsing import ParseError, normalise_code
from inventory.models import Device
from inventory.services.devices import NewDevice, create_devices, new_device_errors, update_details
from inventory.services.locking import revoked

#: What can be edited by hand; the manufacturer is that of the model.
EDITABLE = ("model", "serial", "asset_tag", "mdm_id", "purchased_on", "price", "note")
_NOT_CLEANED = {field.name for field in Device._meta.fields} - set(EDITABLE) | {"model"}
_EMPTY = (None, "")
_TAKEN = {
    "serial": _("The manufacturer already has a device with this serial number."),
    "asset_tag": _("There is already a device with this asset tag."),
    "mdm_id": _("There is already a device with this MDM id."),
}
#: ``(field, number, manufacturer or None)``: what two devices never share.
_Number = tuple[str, str, int | None]
#: What speaks against a device, by field.
_Faults = dict[str, list[ValidationError]]


def edit_device(device: Device, *, by: Actor, reason: str = "", **details: Any) -> Device:
    """Set ``details`` (of ``EDITABLE``) that have no history of their own; returns the device as it is now.

    Serial number and asset tag are brought into the form in which they are compared. Raises ``ValidationError`` by
    field for a number that another device has, a model with other states, and a device without any number.
    """
    if unknown := details.keys() - set(EDITABLE):
        raise TypeError(f"cannot be edited: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        current = _locked(device.pk)
        act = open_act(by, "device.edit", reason=reason)
        faults: _Faults = {}
        values = _normalised(details, faults)
        model = values.get("model")
        if model and model.category.workflow != current.model.category.workflow:
            _add(faults, "model", _("The new model has other states than the old one."), "other_workflow")
        if model:
            values["manufacturer"] = model.manufacturer
        for name, value in values.items():
            setattr(current, name, value)
        _judge({current.pk: current}, {current.pk: faults})
        if faults:
            raise ValidationError(faults)
        update_details({current.pk: values}, act)
        return current


def add_devices(devices: Sequence[NewDevice], *, by: Actor, reason: str = "") -> Diff:
    """Create devices by hand, all or none; returns the new ones in the given order.

    Raises ``RowsRefused`` with all that speaks against each of them.
    """
    with transaction.atomic():
        act = open_act(by, "device.create", reason=reason)
        faults: dict[int, _Faults] = {i: {} for i in range(len(devices))}
        devices = [_tidied(new, faults[i]) for i, new in enumerate(devices)]
        for i, error in new_device_errors(devices, act):
            error.update_error_dict(faults[i])
        _judge({i: _record(new) for i, new in enumerate(devices)}, faults)
        if any(faults.values()):
            raise _refusal(devices, faults)
        keys = create_devices(devices, act)
        return Diff([_new_row(pk, new) for pk, new in zip(keys, devices, strict=True)])


def _locked(pk: int) -> Device:
    devices = Device.objects.existing().filter(pk=pk).select_for_update(of=("self",))
    current: Device | None = devices.select_related("model__category").first()
    if current is None:
        raise revoked()
    return current


def _normalised(details: Mapping[str, Any], faults: _Faults) -> dict[str, Any]:
    """The same with serial number and asset tag as they are compared."""
    values = dict(details)
    for name in values.keys() & {"serial", "asset_tag"}:
        try:
            values[name] = normalise_code(values[name]) or ""
        except ParseError as error:
            _add(faults, name, error.message, error.code)
    return values


def _tidied(new: NewDevice, faults: _Faults) -> NewDevice:
    return new._replace(**_normalised({"serial": new.serial, "asset_tag": new.asset_tag}, faults))


def _record(new: NewDevice) -> Device:
    details = {name: getattr(new, name) for name in EDITABLE}
    return Device(manufacturer_id=new.model.manufacturer_id, since=new.on, **details)


def _judge(devices: Mapping[int, Device], faults: Mapping[int, _Faults]) -> None:
    """Add what speaks against the details of devices, by position or key, in three queries at most."""
    for i, device in devices.items():
        try:
            device.clean_fields(exclude=_NOT_CLEANED)
        except ValidationError as error:
            error.update_error_dict(faults[i])
        if device.price is not None and device.price < 0:
            _add(faults[i], "price", _("A price cannot be negative."), "negative")
        if not (device.serial or device.asset_tag):
            _add(faults[i], NON_FIELD_ERRORS, _("A device needs a serial number or an asset tag."), "unidentified")
    holders = _holders(devices.values())
    seen: dict[_Number, int] = {}
    for i, device in devices.items():
        for number in _numbers(device):
            if holders.get(number, set()) - {device.pk} or seen.setdefault(number, i) != i:
                _add(faults[i], number[0], _TAKEN[number[0]], "taken")


def _holders(devices: Iterable[Device]) -> dict[_Number, set[int]]:
    """Keys of the known devices that have one of the numbers of ``devices``."""
    holders: dict[_Number, set[int]] = {}
    wanted = {number for device in devices for number in _numbers(device)}
    for field in _TAKEN:
        texts = {text for name, text, _maker in wanted if name == field}
        for known in Device.objects.existing().filter(**{f"{field}__in": codes(texts)}) if texts else ():
            for number in _numbers(known):
                holders.setdefault(number, set()).add(known.pk)
    return holders


def _numbers(device: Device) -> Iterator[_Number]:
    for field in _TAKEN:
        if text := getattr(device, field):
            yield field, text, device.manufacturer_id if field == "serial" else None


def _refusal(devices: Sequence[NewDevice], faults: Mapping[int, _Faults]) -> RowsRefused:
    rows = [
        rejected(None, new.label, ValidationError(faults[i])) if faults[i] else _new_row(None, new)
        for i, new in enumerate(devices)
    ]
    return RowsRefused(Diff(rows))


def _new_row(pk: int | None, new: NewDevice) -> RowDiff:
    values = {name: getattr(new, name) for name in EDITABLE} | new.placed._asdict() | {"since": new.on}
    values["model"] = new.model.pk
    return RowDiff(pk, new.label, Outcome.NEW, {n: [None, value] for n, value in values.items() if value not in _EMPTY})


def _add(faults: _Faults, field: str, text: Any, code: str) -> None:
    faults.setdefault(field, []).append(ValidationError(text, code))
