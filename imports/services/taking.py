"""Writing what a batch says, all of it or nothing.

The rows are checked without any lock; then one short transaction writes them, if nobody has written
meanwhile (``imports.services.meanwhile``). Otherwise they are checked again, the last time behind the lock.
"""

import logging

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from audit.services import open_act
from common.memory import without_collecting
from common.sheets.reader import SheetError
from common.sheets.workbook import Workbook
from imports.enums import BatchStatus, Mode, Phase
from imports.models import ImportBatch
from imports.preview import Plan
from imports.profiles import note_use
from imports.progress import Cancelled, report, reporter
from imports.recognition import ColumnsWanted, UnusableTable
from imports.rows import store_rows
from imports.services.meanwhile import Overtaken, is_overtaken, lock_records, mark_now, wait_for_turn
from imports.services.previewing import choices, plan_workbook, read, stored
from imports.services.state import OPEN, check_state, fail_batch, locked, require_import, save_at_rest

_log = logging.getLogger("imports.services")
#: So often the rows are checked before somebody else's writing is given as the reason for writing nothing.
_ATTEMPTS = 3


def begin_taking(batch: ImportBatch, *, by: Actor, mode: str) -> ImportBatch:
    """Mark a previewed batch as being taken, so that it is taken once only."""
    require_import(by)
    with transaction.atomic():
        batch = locked(batch, BatchStatus.PREVIEWED)
        batch.status, batch.error = BatchStatus.TAKING, ""
        batch.options = batch.options | {"mode": Mode(mode).value}
        save_at_rest(batch, "status", "error", "options")
    return batch


def take_batch(batch: ImportBatch, *, by: Actor, book: Workbook | None = None) -> ImportBatch:
    """Plan once more and write; the file is read unless ``book`` is given.

    The batch keeps the first problems only: ``take_planned`` gives the plan with all of them.

    Rows with problems: mode *all* writes nothing and leaves the batch at its preview, mode *valid*
    writes the others. Raises ``PermissionDenied``, ``Cancelled``, and ``ValidationError`` for a batch that is
    done or when others have written the same records again and again.
    """
    return take_planned(batch, by=by, book=book)[0]


@without_collecting()
def take_planned(batch: ImportBatch, *, by: Actor, book: Workbook | None = None) -> tuple[ImportBatch, Plan | None]:
    """``take_batch`` with the plan that was carried out; without one where the file cannot be used."""
    require_import(by)
    check_state(batch, OPEN)
    is_confirmed = batch.status == BatchStatus.TAKING
    try:
        book = book or read(batch)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                is_last = attempt == _ATTEMPTS
                return _checked_and_written(batch, by, book, is_confirmed=is_confirmed, is_last=is_last)
            except (Overtaken, ValidationError, IntegrityError, OperationalError) as error:
                if attempt == _ATTEMPTS or not is_overtaken(error):
                    raise _explained(error, batch) from error
                batch.refresh_from_db()
    except ColumnsWanted as error:  # the file is kept: somebody can still say it
        raise ValidationError(error.wanted, "columns_wanted") from error
    except (SheetError, UnusableTable) as error:
        return fail_batch(batch, error.message), None
    raise AssertionError("the last attempt returns or raises")


def _checked_and_written(
    batch: ImportBatch, by: Actor, book: Workbook, *, is_confirmed: bool, is_last: bool
) -> tuple[ImportBatch, Plan]:
    """``is_confirmed``: somebody began the taking, and it holds for what was chosen then only."""
    mark, chosen = mark_now(), choices(batch, by.user)
    kind, plan = plan_workbook(book, **chosen, step=reporter(batch, Phase.CHECKING))
    summary = stored(plan, book)
    report(batch, Phase.WRITING, 0, len(plan.outcomes))
    with transaction.atomic():
        wait_for_turn()
        batch = locked(batch)
        if batch.is_cancelled or (is_confirmed and batch.status != BatchStatus.TAKING):
            raise Cancelled  # something else may have been chosen for it since
        previewed, seen = batch.summary.get("fingerprint"), _reading_seen(batch)
        lock_records(kind, plan)
        if mark_now() != mark or choices(batch, by.user) != chosen:
            if not is_last:
                raise Overtaken
            kind, plan = plan_workbook(book, **choices(batch, by.user))
            summary = stored(plan, book)
        batch.kind, batch.summary, batch.status, batch.error = kind.name, summary, BatchStatus.PREVIEWED, ""
        if seen not in ("", summary["reading"]):
            batch.error = _(
                "Nothing was written: headings or words of this file mean something else since its preview."
            )
        elif _may_write(plan):
            act = open_act(_importer(by), "import.take", subject=batch.name)
            kind.write(plan, act)
            if kind.conclude:
                kind.conclude(plan, batch)
            batch.act, batch.status = act, BatchStatus.TAKEN
            note_use(plan.context.profile, act.at)
        batch.profile, batch.options = plan.context.profile, plan.context.options.as_json()
        batch.sender = batch.sender or (batch.profile.sender if batch.profile else "")
        save_at_rest(batch, "kind", "profile", "sender", "options", "summary", "status", "error", "act")
    if (
        previewed and previewed != summary["fingerprint"]
    ):  # a page shows the rows; outside the transaction that others wait for
        with transaction.atomic():
            store_rows(batch, plan)
    return batch, plan


def _reading_seen(batch: ImportBatch) -> str:
    """How the file was understood in the preview that somebody saw; empty where there is none that still holds."""
    return "" if batch.status == BatchStatus.UPLOADED else str(batch.summary.get("reading", ""))


def _explained(error: Exception, batch: ImportBatch) -> Exception:
    """A number taken since the check is somebody else's doing; any other broken promise is ours."""
    if is_overtaken(error):
        message = _("Somebody else has changed the same records meanwhile. Nothing was written: please try again.")
        return ValidationError(message, "changed_meanwhile")
    if not isinstance(error, IntegrityError):
        return error
    _log.error("Import %s passed its checks, but the database refused it", batch.pk, exc_info=error)
    message = _("Something unexpected happened; nothing was written. It is in the server's log.")
    return ValidationError(message, "unexpected")


def _may_write(plan: Plan) -> bool:
    counts = plan.counts
    if not plan.is_complete and plan.context.options.mode == Mode.ALL:
        return False
    return any(counts[name] for name in ("new", "changed", "unchanged")) or plan.is_complete


def _importer(by: Actor) -> Actor:
    return Actor(by.user, Channel.IMPORT, by.via) if by.user is not None else by
