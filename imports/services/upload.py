"""Keeping a file as it came; stopping what the worker does with it, and giving it up again."""

import hashlib
from pathlib import PurePath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actor import Actor
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.options import Options
from imports.rows import drop_rows
from imports.services.retention import COUNTS
from imports.services.state import locked, require_import


def upload_batch(
    file: IO[bytes], *, name: str, by: Actor, kind: str = "", options: Options | None = None, sender: str = ""
) -> ImportBatch:
    """Keep a file as it came. ``kind`` empty: the headings decide. ``sender``: who made the list, if anybody says.

    Raises ``PermissionDenied``, and ``ValidationError`` for a file above the limit.
    """
    require_import(by)
    digest, size = hashlib.sha256(), 0
    while block := file.read(1 << 20):
        digest.update(block)
        size += len(block)
        _check_size(size)
    file.seek(0)
    shown = PurePath(name).name[:250]
    return ImportBatch.objects.create(
        kind=kind,
        file=File(file, name=shown),
        name=shown,
        sha256=digest.hexdigest(),
        size=size,
        options=(options or Options()).as_json(),
        sender=sender,
        created_by=by.user,
        created_at=timezone.now(),
    )


def cancel_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Stop what the worker does with a batch: nothing of it is written.

    A batch that was read before stays at its preview and can be taken again, any other is discarded. Raises
    ``ValidationError`` where it is too late.
    """
    require_import(by)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)  # waits for one that is writing
        if batch.status not in (BatchStatus.UPLOADED, BatchStatus.TAKING):
            message = _("There is nothing left to cancel: %(status)s.")
            raise ValidationError(message, "too_late", {"status": batch.get_status_display()})
        if not batch.summary:
            return _discarded(batch)
        batch.status, batch.is_cancelled = BatchStatus.PREVIEWED, True
        batch.error = _("Cancelled. Nothing was written: take it again or discard it.")
        batch.save(update_fields=["status", "is_cancelled", "error"])
    return batch


def discard_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Give up a batch that was not taken; its file is removed, and what it said in detail."""
    require_import(by)
    with transaction.atomic():
        return _discarded(locked(batch))


def _discarded(batch: ImportBatch) -> ImportBatch:
    stored = batch.file.name or ""
    batch.status, batch.is_cancelled, batch.file, batch.error = BatchStatus.DISCARDED, True, "", ""
    batch.summary = {name: batch.summary[name] for name in COUNTS if name in batch.summary}
    batch.save(update_fields=["status", "is_cancelled", "file", "error", "summary"])
    drop_rows(batch)
    transaction.on_commit(lambda: batch.file.storage.delete(stored))
    return batch


def _check_size(size: int) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise ValidationError(_("The file is too large: at most %(limit)d MB."), "too_large", {"limit": limit})
