"""A workbook on its way in: upload → preview → decide → take, or discard.

Planning and writing happen in one transaction, so that nothing can change between what was checked
and what is written. The command and the page call the same functions.
"""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from audit.actor import Actor
from audit.enums import Channel
from audit.services import open_act
from common.sheets.messages import note_message
from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import Workbook
from imports.enums import BatchStatus, Mode
from imports.kinds import Kind
from imports.models import ImportBatch
from imports.options import Context, Options
from imports.preview import Plan
from imports.recognition import UnusableTable, find_table
from imports.sample import described
from schools.access import Right, require

_log = logging.getLogger(__name__)
#: A page shows so many problems; the counts beside them are complete.
_MOST_PROBLEMS = 2_000
#: So many unknown values are asked about at a time.
_MOST_UNKNOWN = 2_000
#: What remains of the summary of a discarded batch.
_COUNTS = ("new", "changed", "unchanged", "rejected", "skipped")
_WAITING = (BatchStatus.UPLOADED, BatchStatus.PREVIEWED)
_OPEN = (BatchStatus.UPLOADED, BatchStatus.PREVIEWED, BatchStatus.TAKING)


def upload_batch(
    file: IO[bytes], *, name: str, by: Actor, kind: str = "", options: Options | None = None
) -> ImportBatch:
    """Keep a file as it came. ``kind`` empty: the headings decide.

    Raises ``PermissionDenied``, and ``ValidationError`` for a file above the limit.
    """
    _require(by)
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
        created_by=by.user,
        created_at=timezone.now(),
    )


def plan_workbook(
    book: Workbook, *, kind: str = "", options: Options, decisions: Mapping[str, Any] | None = None
) -> tuple[Kind, Plan]:
    """What taking the workbook would do; writes nothing. Raises ``UnusableTable``."""
    found, table = find_table(book, kind, options.sheet)
    table.notes[:0] = _notes(book)
    return found, found.plan(table, Context(options, timezone.localdate(), decisions or {}))


def preview_batch(batch: ImportBatch) -> ImportBatch:
    """Read the file and say what taking it would do. An unusable file fails the batch.

    Raises ``ValidationError`` for a batch that is done or being taken.
    """
    _check_state(batch, _WAITING)
    try:
        book = _read(batch)
        kind, plan = plan_workbook(book, **_choices(batch))
    except (SheetError, UnusableTable) as error:
        return fail_batch(batch, error.message)
    with transaction.atomic():
        batch = _locked(batch, *_WAITING)
        batch.kind, batch.status, batch.error = kind.name, BatchStatus.PREVIEWED, ""
        batch.summary = _stored(plan, book)
        batch.save(update_fields=["kind", "status", "error", "summary"])
    return batch


def decide(
    batch: ImportBatch,
    *,
    by: Actor,
    decisions: Mapping[str, Mapping[str, Mapping[str, Any] | None]] | None = None,
    kind: str | None = None,
    options: Options | None = None,
) -> ImportBatch:
    """Keep what somebody chose: answers for unknown values, another kind or other options.

    ``decisions``: ``{kind of value: {text: {"action": map|create|reject, "to": key, …}}}``, added to
    earlier ones. The batch waits for a new preview. Raises ``ValidationError`` once taken.
    """
    _require(by)
    with transaction.atomic():
        batch = _locked(batch)
        merged = {name: dict(given) for name, given in batch.decisions.items()}
        for name, given in (decisions or {}).items():
            merged.setdefault(name, {}).update(given)
        batch.decisions = {name: {text: one for text, one in given.items() if one} for name, given in merged.items()}
        batch.kind = batch.kind if kind is None else kind
        batch.options = batch.options if options is None else options.as_json()
        batch.status = BatchStatus.UPLOADED
        batch.save(update_fields=["decisions", "kind", "options", "status"])
    return batch


def begin_taking(batch: ImportBatch, *, by: Actor, mode: str) -> ImportBatch:
    """Mark a previewed batch as being taken, so that it is taken once only."""
    _require(by)
    with transaction.atomic():
        batch = _locked(batch, BatchStatus.PREVIEWED)
        batch.status = BatchStatus.TAKING
        batch.options = batch.options | {"mode": Mode(mode).value}
        batch.save(update_fields=["status", "options"])
    return batch


def take_batch(batch: ImportBatch, *, by: Actor, book: Workbook | None = None) -> ImportBatch:
    """Plan once more and write, in one transaction; the file is read unless ``book`` is given.

    The batch keeps the first problems only: ``take_planned`` gives the plan with all of them.

    Rows with problems: mode *all* writes nothing and leaves the batch at its preview, mode *valid*
    writes the others. Raises ``PermissionDenied``, and ``ValidationError`` for a batch that is done
    or when somebody else has written the same records in the very moment.
    """
    return take_planned(batch, by=by, book=book)[0]


def take_planned(batch: ImportBatch, *, by: Actor, book: Workbook | None = None) -> tuple[ImportBatch, Plan | None]:
    """``take_batch`` with the plan that was carried out; without one where the file cannot be used."""
    _require(by)
    _check_state(batch, _OPEN)
    try:
        book = book or _read(batch)
        with transaction.atomic():
            batch = _locked(batch)
            kind, plan = plan_workbook(book, **_choices(batch))
            batch.kind, batch.summary, batch.status = kind.name, _stored(plan, book), BatchStatus.PREVIEWED
            batch.error = ""
            if _may_write(plan):
                act = open_act(_importer(by), "import.take", subject=batch.name)
                kind.write(plan, act)
                batch.act, batch.status = act, BatchStatus.TAKEN
            batch.save(update_fields=["kind", "summary", "status", "act", "error"])
    except (SheetError, UnusableTable) as error:
        return fail_batch(batch, error.message), None
    except IntegrityError as error:
        raise _explained(error, batch) from error
    return batch, plan


def _explained(error: IntegrityError, batch: ImportBatch) -> ValidationError:
    """A number taken since the check is somebody else's doing; any other broken promise is ours."""
    if _is_taken(error):
        message = _("Somebody else has changed the same records meanwhile. Nothing was written: please try again.")
        return ValidationError(message, "changed_meanwhile")
    _log.error("Import %s passed its checks, but the database refused it", batch.pk, exc_info=error)
    message = _("Something unexpected happened; nothing was written. It is in the server's log.")
    return ValidationError(message, "unexpected")


def _is_taken(error: IntegrityError) -> bool:
    """Whether a unique constraint was violated, as PostgreSQL and SQLite say it."""
    cause = error.__cause__
    name = str(getattr(cause, "sqlite_errorname", ""))
    return getattr(cause, "sqlstate", "") == "23505" or name in (
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
    )


def fail_batch(batch: ImportBatch, message: str) -> ImportBatch:
    """The file cannot be used: say why, and do not keep it. A batch that was discarded meanwhile stays so."""
    with transaction.atomic():
        locked: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.status in _OPEN:
            locked.file.delete(save=False)
            locked.status, locked.error, locked.summary = BatchStatus.FAILED, message, {}
            locked.save(update_fields=["status", "error", "summary", "file"])
    return locked


def release_batch(batch: ImportBatch, message: str) -> None:
    """Taking or reading broke off: nothing was written, the batch can be tried again."""
    batch.refresh_from_db()
    if batch.status in _OPEN:
        batch.status = BatchStatus.PREVIEWED if batch.summary else BatchStatus.FAILED
        batch.error = message
        batch.save(update_fields=["status", "error"])


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
    for batch in ImportBatch.objects.filter(status=BatchStatus.TAKING).exclude(pk__in=waiting):
        with translation.override(languages.get(batch.pk) or translation.get_language()):
            message = _(
                "The server stopped while this was being taken. Nothing was written: take it again or discard it."
            )
            release_batch(batch, message)
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


def discard_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Give up a batch that was not taken; its file is removed, and what it said in detail."""
    _require(by)
    with transaction.atomic():
        batch = _locked(batch)
        stored = batch.file.name or ""
        batch.status, batch.file = BatchStatus.DISCARDED, ""
        batch.summary = {name: batch.summary[name] for name in _COUNTS if name in batch.summary}
        batch.save(update_fields=["status", "file", "summary"])
        transaction.on_commit(lambda: batch.file.storage.delete(stored))
    return batch


def _notes(book: Workbook) -> list[str]:
    """How a text file was read: what a wrong guess would explain."""
    return [f"{note_message(note.code, note.value)}." for note in book.notes if note.code in ("encoding", "delimiter")]


def _may_write(plan: Plan) -> bool:
    counts = plan.counts
    if counts["rejected"] and plan.context.options.mode == Mode.ALL:
        return False
    return any(counts[name] for name in ("new", "changed", "unchanged")) or not counts["rejected"]


def _choices(batch: ImportBatch) -> dict[str, Any]:
    return {"kind": batch.kind, "options": Options.of_json(batch.options), "decisions": batch.decisions}


def _read(batch: ImportBatch) -> Workbook:
    return read_workbook(batch.file.path, name=batch.name)


def _stored(plan: Plan, book: Workbook) -> dict[str, Any]:
    summary = plan.summary() | described(book, plan.table)
    problems, unknown = summary["problems"], summary["unknown"]
    return summary | {
        "problems": problems[:_MOST_PROBLEMS],
        "problems_left_out": summary["problems_left_out"] + max(len(problems) - _MOST_PROBLEMS, 0),
        "unknown": unknown[:_MOST_UNKNOWN],
        "unknown_left_out": max(len(unknown) - _MOST_UNKNOWN, 0),
    }


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    locked: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    _check_state(locked, states or _OPEN)
    return locked


def _check_state(batch: ImportBatch, states: tuple[str, ...]) -> None:
    if batch.status not in states:
        raise ValidationError(
            _("This import cannot be continued: %(status)s."), "finished", {"status": batch.get_status_display()}
        )


def _require(by: Actor) -> None:
    """Commands on the server act without a user and may."""
    if by.user is not None or by.channel != Channel.COMMAND:
        require(by.user, Right.IMPORT)


def _importer(by: Actor) -> Actor:
    return Actor(by.user, Channel.IMPORT) if by.user is not None else by


def _check_size(size: int) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise ValidationError(_("The file is too large: at most %(limit)d MB."), "too_large", {"limit": limit})
