"""The work-list of a comparison: what somebody else's list says other than our records, and dealing with it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.bulk import ids, insert_rows
from imports.enums import FindingDeed, FindingKind, FindingStatus
from imports.models import Finding, ImportBatch
from inventory.enums import DeviceStatus
from inventory.models import Device, DeviceModel
from inventory.services import NewDevice, change_devices, create_devices
from inventory.services.states import Placed
from schools.access import Right, require
from schools.models import School


class Found(NamedTuple):
    """One finding; ``device`` and ``model`` are keys."""

    kind: FindingKind
    serial: str
    text: str
    device: int | None = None
    model: int | None = None


def record_findings(batch: ImportBatch, found: Iterable[Found]) -> None:
    """Within the act of the batch, which names the file they come from."""
    names = ("batch", "kind", "device", "model", "serial", "text", "status", "note")
    rows = (
        (batch.pk, f.kind.value, f.device, f.model, f.serial[:60], f.text[:300], FindingStatus.OPEN.value, "")
        for f in found
    )
    insert_rows(Finding, names, rows)


def deal_with_findings(
    findings: QuerySet[Finding],
    deed: str,
    *,
    by: Actor,
    on: date,
    note: str = "",
    status: str = DeviceStatus.IN_STOCK,
    school: School | None = None,
    model: DeviceModel | None = None,
) -> int:
    """Do what ``deed`` says, with those of the other values that it needs; returns about how many something was done.

    Raises as the services below.
    """
    if deed == FindingDeed.FINISH:
        return finish_findings(findings, by=by, note=note)
    if deed == FindingDeed.REOPEN:
        return reopen_findings(findings, by=by)
    if deed == FindingDeed.RELEASE:
        return release_devices(findings, by=by, on=on)
    return receive_devices(findings, by=by, on=on, status=status, school=school, model=model)


def finish_findings(findings: QuerySet[Finding], *, by: Actor, note: str = "") -> int:
    """Mark open findings as dealt with; returns how many were. Raises ``PermissionDenied``."""
    require(by.user, Right.IMPORT)
    with transaction.atomic():
        act = open_act(by, "finding.finish", reason=note)
        return _finish(_locked(findings), act, note)


def reopen_findings(findings: QuerySet[Finding], *, by: Actor) -> int:
    """Take back that findings are done; returns how many were. Raises ``PermissionDenied``."""
    require(by.user, Right.IMPORT)
    with transaction.atomic():
        act = open_act(by, "finding.reopen")
        done = _locked(findings, FindingStatus.DONE)
        Finding.objects.filter(pk__in=ids(one.pk for one in done)).update(
            status=FindingStatus.OPEN, note="", done_by=None, done_at=None
        )
        _log(done, act, [FindingStatus.DONE.value, FindingStatus.OPEN.value])
    return len(done)


def release_devices(findings: QuerySet[Finding], *, by: Actor, on: date) -> int:
    """Record that the devices which the MDM does not know are not managed from ``on``; returns how many findings.

    Raises ``PermissionDenied``, and ``ValidationError`` for a day in the future.
    """
    require(by.user, Right.BOOK)
    with transaction.atomic():
        chosen = _locked(findings.filter(kind=FindingKind.NOT_IN_MDM, device__isnull=False))
        devices = Device.objects.existing().filter(pk__in=ids(one.device_id for one in chosen if one.device_id))
        note = _("Recorded as not under MDM.")
        change_devices(devices, by=by, on=on, is_managed=False, reason=note)
        return _finish(chosen, open_act(by, "finding.finish", reason=note), note)


def receive_devices(
    findings: QuerySet[Finding],
    *,
    by: Actor,
    on: date,
    status: str,
    school: School | None = None,
    model: DeviceModel | None = None,
) -> int:
    """Create the devices that the MDM has and the inventory has not; returns how many.

    ``model``: of those whose own model the catalogue does not know. Raises ``PermissionDenied``, and
    ``ValidationError`` for a device without model, for one that exists by now, and for a state that
    does not begin a life.
    """
    require(by.user, Right.BOOK)
    with transaction.atomic():
        chosen = _locked(findings.filter(kind=FindingKind.NOT_IN_STOCK, device__isnull=True))
        act = open_act(by, "device.receive", subject=str(chosen[0].batch) if chosen else "")
        try:
            keys = create_devices([_new_device(one, model, status, school, on) for one in chosen], act)
        except IntegrityError as error:
            text = _("One of these serial numbers is in the inventory by now. Take the list in again.")
            raise ValidationError(text, "in_stock") from error
        for one, pk in zip(chosen, keys, strict=True):
            one.device_id = pk
        Finding.objects.bulk_update(chosen, ["device"], batch_size=500)
        return _finish(chosen, act, _("Created in the inventory."))


def _new_device(finding: Finding, model: DeviceModel | None, status: str, school: School | None, on: date) -> NewDevice:
    chosen = finding.model or model
    if chosen is None:
        text = _("%(serial)s: the catalogue does not know its model. Please choose one.")
        raise ValidationError(text, "no_model", {"serial": finding.serial})
    placed = Placed(status, school.pk if school else None, None, chosen.category.default_use, True)
    return NewDevice(model=chosen, on=on, placed=placed, serial=finding.serial)


def _locked(findings: QuerySet[Finding], status: FindingStatus = FindingStatus.OPEN) -> list[Finding]:
    names = ("batch", "device", "model__category", "model__manufacturer")
    rows = findings.filter(status=status).select_related(*names).select_for_update(of=("self",))
    return list(rows.order_by("pk"))


def _finish(findings: Sequence[Finding], act: Act, note: str) -> int:
    rows = Finding.objects.filter(pk__in=ids(one.pk for one in findings))
    rows.update(status=FindingStatus.DONE, note=note[:300], done_by=act.user, done_at=act.at)
    _log(findings, act, [FindingStatus.OPEN.value, FindingStatus.DONE.value])
    return len(findings)


def _log(findings: Sequence[Finding], act: Act, change: list[str]) -> None:
    """At the school of the device, where there is one."""
    devices = Device.objects.existing().filter(pk__in=ids(one.device_id for one in findings if one.device_id))
    schools = dict(devices.values_list("pk", "school"))
    records = [Record(one.pk, str(one), schools.get(one.device_id or 0), {"status": change}) for one in findings]
    log_records(act, Finding, records)
