"""Protocols of electrical tests as files, and correcting what was recorded of a test."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import locked
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import check_not_future
from common.bulk import insert_rows
from common.files import PDF, PICTURES, FileType, file_fields, file_type, kept_or_removed, remove_with_file
from common.pictures import without_metadata
from inventory.models import Device, DeviceProtocol, DeviceTest
from inventory.services.devices import check_due
from inventory.services.holdings import recounted


def attach_protocol(device: Device, on: date, upload: File, *, by: Actor) -> DeviceProtocol:
    """Keep the protocol of the test of ``on``. Raises ``ValidationError`` at ``file`` for another type of file."""
    with transaction.atomic():
        current = locked(device)
        act = open_act(by, "board.attach", subject=str(current))
        return keep_protocol(current, on, upload, act)


def keep_protocol(device: Device, on: date, upload: File, act: Act) -> DeviceProtocol:
    """The same within an act: a PDF as it is, a picture without what the camera wrote into it."""
    kind = file_type(upload)
    if kind != PDF and 0 < (upload.size or 0) <= settings.FILE_MAX_BYTES:
        upload = _stripped(upload, kind)
    paper = DeviceProtocol(device=device, tested_on=on, **file_fields(upload, "", act.at))
    with kept_or_removed(paper):
        paper.full_clean()
        paper.save()
        changes = {"protocol": [None, paper.name], "digest": [None, paper.digest]}
        log_records(act, Device, [Record(device.pk, str(device), device.school_id, changes)])
    return paper


def remove_protocol(paper: DeviceProtocol, *, by: Actor, reason: str = "") -> None:
    """Delete a protocol for good; the trail keeps its digest."""
    with transaction.atomic():
        device = locked(paper.device)
        current = locked(paper)
        act = open_act(by, "board.detach", subject=str(device), reason=reason)
        changes = {"protocol": [current.name, None], "digest": [current.digest, None]}
        log_records(act, Device, [Record(device.pk, str(device), device.school_id, changes)])
        remove_with_file(current)


def correct_test(test: DeviceTest, *, by: Actor, on: date, due: date, reason: str = "") -> None:
    """Supersede a test by one of another day, or with another day of the next one. Its protocols go with it."""
    with transaction.atomic():
        device = locked(test.device)
        act = open_act(by, "test.correct", subject=str(device), reason=reason)
        check_not_future(on, act.at)
        check_due(on, due)
        if (test.valid_from, test.valid_until) == (on, due):
            raise ValidationError(_("Nothing was changed. To take the entry back, withdraw it."), "unchanged")
        if DeviceTest.objects.known().filter(device=device, valid_from=on).exclude(pk=test.pk).exists():
            raise ValidationError({"on": ValidationError(_("A test of this day is already recorded."), "recorded")})
        with recounted([device.pk]):
            old = _superseded(test, act)
            names = ("device", "valid_from", "valid_until", "recorded_at", "act")
            insert_rows(DeviceTest, names, [(device.pk, on, due, act.at, act.pk)])
        DeviceProtocol.objects.filter(device=device, tested_on=old.valid_from).update(tested_on=on)
        changes: dict[str, list[Any]] = {"tested_on": [old.valid_from, on], "due": [old.valid_until, due]}
        log_records(act, Device, [Record(device.pk, str(device), device.school_id, changes)])


def withdraw_test(test: DeviceTest, *, by: Actor, reason: str = "") -> None:
    """Take back a test that never was; a file about it stays until somebody deletes it."""
    with transaction.atomic():
        device = locked(test.device)
        act = open_act(by, "test.withdraw", subject=str(device), reason=reason)
        with recounted([device.pk]):
            old = _superseded(test, act)
        changes: dict[str, list[Any]] = {"tested_on": [old.valid_from, None], "due": [old.valid_until, None]}
        log_records(act, Device, [Record(device.pk, str(device), device.school_id, changes)])


def _superseded(test: DeviceTest, act: Act) -> DeviceTest:
    old = DeviceTest.objects.known().filter(pk=test.pk).first()
    if old is None:
        raise ValidationError(_("This entry was corrected by somebody else meanwhile."), "superseded")
    DeviceTest.objects.filter(pk=old.pk).update(superseded_at=act.at)
    return old


def _stripped(upload: File, kind: FileType | None) -> File:
    text = _("A protocol is a PDF or a picture (JPEG, PNG, WebP).")
    refusal = ValidationError({"file": ValidationError(text, "unknown_type")})
    if kind is None or kind.media_type not in PICTURES:
        raise refusal
    upload.seek(0)
    try:
        return ContentFile(without_metadata(upload.read(), kind), upload.name)
    except ValueError as error:
        raise refusal from error
