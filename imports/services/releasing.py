"""What a worker that ended left unfinished can go on."""

from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.services.state import OPEN, save_at_rest


def release_batch(batch: ImportBatch, message: str) -> None:
    """Reading, taking or taking back broke off: nothing was written, the batch can be tried again."""
    batch.refresh_from_db()
    if batch.status == BatchStatus.UNDOING:
        batch.status = BatchStatus.TAKEN
    elif batch.status in OPEN:
        batch.status = BatchStatus.PREVIEWED if batch.summary else BatchStatus.FAILED
    else:
        return
    batch.error = message
    save_at_rest(batch, "status", "error")


def release_interrupted() -> int:
    """Before a worker starts: what its predecessor left unfinished can go on. Returns how many tasks that were.

    For one worker at a time: whatever is marked as running belongs to a process that is gone.
    """
    interrupted = list(DBTaskResult.objects.running())
    languages = {}
    for task in interrupted:
        pk, *_rest, language = task.args_kwargs["args"]
        languages[pk] = language
        with translation.override(language):
            _read_again(task, pk)
        task.set_failed(InterruptedError())
    waiting = {task.args_kwargs["args"][0] for task in DBTaskResult.objects.ready()}
    begun = ImportBatch.objects.filter(status__in=(BatchStatus.TAKING, BatchStatus.UNDOING))
    for batch in begun.exclude(pk__in=waiting):
        with translation.override(languages.get(batch.pk) or translation.get_language()):
            release_batch(batch, _interrupted(batch))
    return len(interrupted)


def _read_again(task: DBTaskResult, pk: int) -> None:
    """Enqueue the preview once more; a file over which the worker ended twice is not tried a third time."""
    batch = ImportBatch.objects.filter(pk=pk, status=BatchStatus.UPLOADED).first()
    if batch is None:
        return
    same = DBTaskResult.objects.failed().filter(task_path=task.task_path, args_kwargs=task.args_kwargs)
    if same.filter(exception_class_path="builtins.InterruptedError").exists():
        release_batch(batch, _("The server stopped twice while reading this file. Split it into several files."))
    else:
        task.task.enqueue(*task.args_kwargs["args"])


def _interrupted(batch: ImportBatch) -> str:
    if batch.status == BatchStatus.UNDOING:
        return _("The server stopped while this was being undone. Nothing was undone: try it again.")
    return _("The server stopped while this was being taken. Nothing was written: take it again or discard it.")
