"""In which state a batch may be touched, and by whom."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from imports.enums import BatchStatus, Phase
from imports.models import ImportBatch
from schools.access import Right, require

WAITING = (BatchStatus.UPLOADED, BatchStatus.PREVIEWED)
OPEN = (BatchStatus.UPLOADED, BatchStatus.PREVIEWED, BatchStatus.TAKING)


def locked(batch: ImportBatch, *states: str) -> ImportBatch:
    """The batch as it is now, locked until the transaction ends. Raises ``ValidationError`` in another state."""
    found: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    check_state(found, states or OPEN)
    return found


def check_state(batch: ImportBatch, states: tuple[str, ...]) -> None:
    if batch.status not in states:
        raise ValidationError(
            _("This import cannot be continued: %(status)s."), "finished", {"status": batch.get_status_display()}
        )


def require_import(by: Actor) -> None:
    """Commands on the server act without a user and may."""
    if by.user is not None or by.channel != Channel.COMMAND:
        require(by.user, Right.IMPORT)


def require_file(batch: ImportBatch) -> None:
    """Raise ``ValidationError`` once the file is deleted: files are kept for some time only."""
    if not batch.file.name or not batch.file.storage.exists(batch.file.name):
        raise ValidationError(_("The file is no longer kept. Upload it again to import it once more."), "no_file")


def fail_batch(batch: ImportBatch, message: str) -> ImportBatch:
    """The file cannot be used: say why, and do not keep it. A batch that was discarded meanwhile stays so."""
    with transaction.atomic():
        found: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if found.status in OPEN:
            found.file.delete(save=False)
            found.status, found.error, found.summary = BatchStatus.FAILED, message, {}
            found.save(update_fields=["status", "error", "summary", "file"])
    return found


def save_at_rest(batch: ImportBatch, *names: str) -> None:
    """Save these fields of a batch with which nobody is at work any more, or nobody yet."""
    batch.phase, batch.done, batch.total, batch.is_cancelled = Phase.WAITING, 0, 0, False
    batch.save(update_fields=[*names, "phase", "done", "total", "is_cancelled"])
