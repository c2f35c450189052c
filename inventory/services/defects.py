"""Writing the defects of devices: reported by a school, taken over, repaired and closed by IT.

Each step that moves a device records its dated state in the same act.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.facts import day_errors
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.files import PICTURES, file_fields, file_type, kept_or_removed, remove_with_file
from common.pictures import without_metadata
from inventory.enums import GONE, DefectStatus, DeviceStatus
from inventory.models import DefectPhoto, Device, DeviceDefect
from inventory.services.locking import revoked
from inventory.services.states import KEEP, PlacementChange, record_placements
from inventory.workflow import DEFECTS, status_in

_TOLD = ("device", "kind", "reported_on")
_TOLD_OF_PHOTO = ("defect", "media_type", "size", "digest")
_PLACES = {"inventory_devicedefect_order": "on"}


def report_defect(
    device: Device, *, by: Actor, kind: str, on: date, text: str = "", photo: File | None = None
) -> DeviceDefect:
    """Say that something is wrong with ``device``. Its state stays: IT decides what becomes of it.

    Raises ``ValidationError`` by field: code ``reported`` where an open report is there, ``gone`` for a device that is
    not there any more; at ``file`` for a photo that is not kept.
    """
    with transaction.atomic():
        current = lock_device(device.pk)
        act = open_act(by, "repair.report", subject=str(current))
        _check_day(on, act)
        if current.status in GONE:
            message = _("The device is not there any more: %(status)s.")
            raise ValidationError(message, "gone", {"status": current.get_status_display()})
        defect = DeviceDefect(device=current, school=current.school, kind=kind, text=text, reported_on=on, status_on=on)
        # What was written is kept with the defect: it need not stand in the trail for ever.
        insert_record(defect, act, _TOLD, school=defect.school_id, places=_PLACES)
        if photo:
            _keep_photo(defect, photo, act)
        return defect


def take_defect(defect: DeviceDefect, *, by: Actor, on: date, reason: str = "") -> DeviceDefect:
    """Say that somebody looks after it."""
    with transaction.atomic():
        current, act = _begin(defect, "repair.take", by, on, reason)
        return _step(current, DefectStatus.TAKEN, on, act, derived={"taken_by": act})


def send_defect(defect: DeviceDefect, *, by: Actor, on: date, reason: str = "") -> DeviceDefect:
    """The device goes to repair: in repair, or defective where it is installed."""
    with transaction.atomic():
        current, act = _begin(defect, "repair.send", by, on, reason)
        kind = current.device.model.category.workflow
        _move(current.device, status_in(kind, DeviceStatus.IN_REPAIR), on, act)
        return _step(current, DefectStatus.SENT, on, act)


def receive_defect(defect: DeviceDefect, *, by: Actor, on: date, status: Any = KEEP, reason: str = "") -> DeviceDefect:
    """The device is back from repair; from that day on it is in ``status``."""
    with transaction.atomic():
        current, act = _begin(defect, "repair.receive", by, on, reason)
        _move(current.device, status, on, act)
        return _step(current, DefectStatus.BACK, on, act)


def close_defect(
    defect: DeviceDefect, *, by: Actor, on: date, result: str, status: Any = KEEP, reason: str = ""
) -> DeviceDefect:
    """The defect is dealt with. ``status``: of the device from that day on; without one it stays as it is."""
    with transaction.atomic():
        current, act = _begin(defect, "repair.close", by, on, reason)
        _move(current.device, status, on, act)
        return _step(current, DefectStatus.CLOSED, on, act, {"result": result})


def attach_photo(defect: DeviceDefect, photo: File, *, by: Actor) -> DefectPhoto:
    """Add a photo. Raises ``ValidationError`` at ``file`` for what is no photo that can be kept."""
    with transaction.atomic():
        lock_device(defect.device_id)
        current = locked(defect)
        return _keep_photo(current, photo, open_act(by, "repair.attach", subject=str(current)))


def remove_photo(photo: DefectPhoto, *, by: Actor, reason: str = "") -> None:
    """Delete a photo, for example one that shows somebody; the trail keeps that there was one."""
    with transaction.atomic():
        lock_device(photo.defect.device_id)
        current = locked(photo)
        act = open_act(by, "repair.remove", subject=str(current.defect), reason=reason)
        gone = {"digest": [current.digest, None]}
        log_records(act, DefectPhoto, [Record(current.pk, current.name, current.defect.school_id, gone)])
        remove_with_file(current)


def follow_swap(device: Device, on: date, act: Act, *, result: str = "") -> None:
    """Carry the open defect of a device that is replaced along: closed with ``result``, else sent to repair."""
    defect = DeviceDefect.objects.open().select_for_update(of=("self",)).filter(device=device).first()
    if defect is None:
        return
    if result:
        _step(defect, DefectStatus.CLOSED, on, act, {"result": result})
    elif defect.status != DefectStatus.SENT:
        _step(defect, DefectStatus.SENT, on, act)


def lock_device(pk: int) -> Device:
    devices = Device.objects.existing().select_for_update(of=("self",)).select_related("model__category", "school")
    current: Device | None = devices.filter(pk=pk).first()
    if current is None:
        raise revoked()
    return current


def _begin(defect: DeviceDefect, verb: str, by: Actor, on: date, reason: str) -> tuple[DeviceDefect, Act]:
    """The device is locked before its defect, as everywhere."""
    device = lock_device(defect.device_id)
    current, act = locked(defect), open_act(by, verb, subject=str(device), reason=reason)
    current.device = device
    _check_day(on, act)
    return current, act


def _check_day(on: date, act: Act) -> None:
    if errors := day_errors(on, act):
        raise ValidationError(errors)


def _move(device: Device, status: Any, on: date, act: Act) -> None:
    if status is not KEEP:
        record_placements([PlacementChange(device.pk, on, status=status)], act)


def _step(
    defect: DeviceDefect,
    status: str,
    on: date,
    act: Act,
    values: Mapping[str, Any] | None = None,
    derived: Mapping[str, Any] | None = None,
) -> DeviceDefect:
    if defect.status == status:
        raise ValidationError(_("Somebody else has done this meanwhile."), "changed_meanwhile")
    DEFECTS.check(defect.status, status)
    if on < defect.status_on:
        last = {"day": defect.status_on.strftime("%d.%m.%Y")}
        text = _("This day lies before the last step, %(day)s.")
        raise ValidationError({"on": ValidationError(text, "out_of_order", last)})
    values = {"status": status, "status_on": on, **(values or {})}
    edit_record(defect, values, act, school=defect.school_id, derived=derived, places=_PLACES)
    return defect


def _keep_photo(defect: DeviceDefect, upload: File, act: Act) -> DefectPhoto:
    photo = DefectPhoto(defect=defect, **file_fields(_bare(upload), str(_("photo")), act.at))
    with kept_or_removed(photo):
        return insert_record(photo, act, _TOLD_OF_PHOTO, school=defect.school_id)


def _bare(upload: File) -> File:
    """The photo without what the camera wrote into it."""
    kind = file_type(upload)
    if kind is None or kind.media_type not in PICTURES:
        raise ValidationError({"file": ValidationError(_("Please send a photo: JPEG, PNG or WebP."), "unknown_type")})
    if (upload.size or 0) > settings.FILE_MAX_BYTES:
        return upload  # said where files are kept
    upload.seek(0)
    try:
        return ContentFile(without_metadata(upload.read(), kind), name=f"photo.{kind.extension}")
    except ValueError as error:
        text = _("The photo cannot be read. Please take it again.")
        raise ValidationError({"file": ValidationError(text, "unreadable")}) from error
