"""Reading a file, saying what taking it would do, and keeping what somebody decided about it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from common.memory import without_collecting
from common.sheets.messages import note_message
from common.sheets.reader import SheetError, read_workbook
from common.sheets.workbook import Workbook
from imports.corrections import apply_corrections
from imports.enums import BatchStatus, Phase
from imports.headings import Choices
from imports.kinds import Kind
from imports.models import ImportBatch
from imports.options import Context, Options
from imports.preview import Plan
from imports.profiles import read_table
from imports.progress import Cancelled, Step, reporter, silent
from imports.recognition import ColumnsWanted, UnusableTable
from imports.rights import plan_permitted
from imports.rows import changes_by_column, drop_rows, fingerprint, reading, store_rows
from imports.sample import described
from imports.services.columns import mapping_of
from imports.services.state import WAITING, check_state, fail_batch, locked, require_file, require_import, save_at_rest

#: A page shows so many problems; the counts beside them are complete.
_MOST_PROBLEMS = 2_000
#: So many unknown values are asked about at a time.
_MOST_UNKNOWN = 2_000


def plan_workbook(
    book: Workbook,
    *,
    kind: str = "",
    options: Options,
    decisions: Mapping[str, Any] | None = None,
    mapping: Choices | None = None,
    user: Any = None,
    step: Step = silent,
) -> tuple[Kind, Plan]:
    """What taking the workbook would do; writes nothing. Raises ``UnusableTable``.

    ``mapping``: heading → key of a column, as chosen by hand. ``user``: whose rights each row needs; ``None`` for a
    command on the server. ``step`` is told how far it is.
    """
    found = read_table(book, kind=kind, options=options, decisions=decisions, mapping=mapping)
    found.table.notes[:0] = _notes(book)
    context = Context(found.options, timezone.localdate(), found.decisions, user, step=step, profile=found.profile)
    return found.kind, plan_permitted(found.kind, found.table, context)


@without_collecting()
def preview_batch(batch: ImportBatch) -> ImportBatch:
    """Read the file and say what taking it would do. An unusable file fails the batch.

    Where somebody must first say what its columns mean, the summary says so as ``wanted``, and nothing of rows.
    What somebody chose meanwhile is read by the next one. Raises ``Cancelled``, and ``ValidationError`` for
    a batch that is done or being taken.
    """
    check_state(batch, WAITING)
    chosen, corrections = choices(batch, batch.created_by), batch.corrections
    try:
        book = read(batch)
        plan, wanted = _planned(batch, book, chosen)
    except (SheetError, UnusableTable) as error:
        return fail_batch(batch, error.message)
    summary = stored(plan, book) | {"wanted": wanted}
    with transaction.atomic():
        batch = locked(batch, *WAITING)
        if batch.is_cancelled:
            raise Cancelled
        if (choices(batch, batch.created_by), batch.corrections) == (chosen, corrections):
            batch.kind, batch.status, batch.error = plan.table.kind, BatchStatus.PREVIEWED, ""
            batch.summary, batch.profile = summary, plan.context.profile
            batch.options = plan.context.options.as_json()
            batch.sender = batch.sender or (batch.profile.sender if batch.profile else "")
            save_at_rest(batch, "kind", "status", "error", "summary", "profile", "sender", "options")
            drop_rows(batch) if wanted else store_rows(batch, plan)
    return batch


def _planned(batch: ImportBatch, book: Workbook, chosen: Mapping[str, Any]) -> tuple[Plan, str]:
    """The plan, or one without any outcome and what somebody must say first."""
    try:
        return plan_workbook(book, **chosen, step=reporter(batch, Phase.CHECKING))[1], ""
    except ColumnsWanted as error:
        error.table.notes[:0] = _notes(book)
        return Plan(error.table, Context(chosen["options"], timezone.localdate())), error.wanted


def decide(
    batch: ImportBatch,
    *,
    by: Actor,
    decisions: Mapping[str, Mapping[str, Mapping[str, Any] | None]] | None = None,
    kind: str | None = None,
    options: Options | None = None,
    mapping: Choices | None = None,
) -> ImportBatch:
    """Keep what somebody chose: answers for unknown values, another kind, other options, or what headings mean.

    ``decisions``: ``{kind of value: {text: {"action": map|create|reject, "to": key, …}}}``, added to
    earlier ones. ``mapping``: all headings that mean something else than was recognised; another kind or sheet has
    other headings. The batch waits for a new preview. Raises ``ValidationError`` once taken, for a column that does
    not exist, and for one with personal data without ``Right.PERSONAL``.
    """
    require_import(by)
    with transaction.atomic():
        batch = locked(batch, *WAITING)
        merged = {name: dict(given) for name, given in batch.decisions.items()}
        for name, given in (decisions or {}).items():
            merged.setdefault(name, {}).update(given)
        usual = batch.profile.decisions if batch.profile else {}
        batch.decisions = {
            name: {text: one for text, one in given.items() if one or text in usual.get(name, ())}
            for name, given in merged.items()
        }
        batch.mapping = mapping_of(batch, by, kind=kind, options=options, mapping=mapping)
        batch.kind = batch.kind if kind is None else kind
        batch.options = batch.options if options is None else options.as_json()
        batch.status = BatchStatus.UPLOADED
        save_at_rest(batch, "decisions", "mapping", "kind", "options", "status")
    return batch


def read(batch: ImportBatch) -> Workbook:
    """The file, with corrected cells. Raises ``SheetError``, and ``Cancelled`` where somebody stops it."""
    try:
        require_file(batch)
    except ValidationError:
        if ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.DISCARDED).exists():
            raise Cancelled from None
        raise
    book = read_workbook(batch.file.path, name=batch.name, step=reporter(batch, Phase.READING))
    apply_corrections(book, batch.corrections)
    return book


def choices(batch: ImportBatch, user: Any) -> dict[str, Any]:
    """What somebody chose for a batch, as ``plan_workbook`` takes it; ``user``: whose rights the rows need."""
    options = Options.of_json(batch.options)
    return {
        "kind": batch.kind,
        "options": options,
        "decisions": batch.decisions,
        "mapping": batch.mapping,
        "user": user,
    }


def stored(plan: Plan, book: Workbook) -> dict[str, Any]:
    summary = (
        plan.summary()
        | described(book, plan.table)
        | {"changes": changes_by_column(plan), "fingerprint": fingerprint(plan), "reading": reading(plan)}
    )
    problems, unknown = summary["problems"], summary["unknown"]
    return summary | {
        "problems": problems[:_MOST_PROBLEMS],
        "problems_left_out": summary["problems_left_out"] + max(len(problems) - _MOST_PROBLEMS, 0),
        "unknown": unknown[:_MOST_UNKNOWN],
        "unknown_left_out": max(len(unknown) - _MOST_UNKNOWN, 0),
    }


def _notes(book: Workbook) -> list[str]:
    """How a text file was read: what a wrong guess would explain."""
    return [f"{note_message(note.code, note.value)}." for note in book.notes if note.code in ("encoding", "delimiter")]
