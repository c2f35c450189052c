"""Letting go of uploaded files: they hold what their senders wrote, and are needed for some time only."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.rows import drop_rows

#: The worker is at it, or will be.
_BUSY = (BatchStatus.UPLOADED, BatchStatus.TAKING, BatchStatus.UNDOING)
#: What remains of the summary: numbers.
COUNTS = ("new", "changed", "unchanged", "rejected", "ambiguous", "skipped")


def forget_old_files(*, by: Actor, now: datetime) -> int:
    """Delete uploaded files after ``settings.IMPORT_FILE_DAYS`` days (0: never) with all that was kept of their cells.

    What was taken stays, and can still be undone; one that waits to be taken is discarded. Returns how many.
    """
    if not settings.IMPORT_FILE_DAYS:
        return 0
    old = ImportBatch.objects.filter(created_at__lte=now - timedelta(days=settings.IMPORT_FILE_DAYS))
    with transaction.atomic():
        rows = old.exclude(file="").exclude(status__in=_BUSY).select_for_update(of=("self",)).order_by("pk")
        found = list(rows)
        if found:
            act = open_act(by, "import.forget")
            for batch in found:
                _forget(batch, act)
    return len(found)


def _forget(batch: ImportBatch, act: Act) -> None:
    stored = batch.file.name or ""
    if batch.status == BatchStatus.PREVIEWED:
        batch.status = BatchStatus.DISCARDED
    batch.file, batch.corrections = "", {}
    batch.summary = {name: batch.summary[name] for name in COUNTS if name in batch.summary}
    batch.save(update_fields=["status", "file", "corrections", "summary"])
    drop_rows(batch)
    log_records(act, ImportBatch, [Record(batch.pk, f"#{batch.pk}", None, {"file": [batch.sha256, None]})])
    transaction.on_commit(lambda: batch.file.storage.delete(stored))
