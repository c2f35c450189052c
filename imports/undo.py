"""Undoing an import, and doing it again.

Every record that the import touched is reversed, kept because somebody changed it since, or failed with a reason;
see ``audit.taking_back``. What an import wrote is known by its act. An undone batch keeps its file and the answers that
were given: it can be checked and taken once more, which is a new act. Its own audit entries tell all of that.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.taking_back import Stays, TakingBack, plan_taking_back, take_back
from costs.taking_back import COSTS
from imports.enums import BatchStatus
from imports.kinds import KINDS
from imports.models import ImportBatch, ImportRow
from imports.services.meanwhile import wait_for_turn
from imports.services.state import check_state, locked, require_file
from inventory.services.taking_back import INVENTORY
from rollout.taking_back import PROJECTS
from schools.access import Right, require
from schools.taking_back import SCHOOLS

#: Those that refer to others before those.
UNDOABLES = (*COSTS, *PROJECTS, *INVENTORY, *SCHOOLS)


def preview_undo(batch: ImportBatch) -> dict[str, Any]:
    """What undoing would do, in the shape of its result; writes nothing. Raises ``ValidationError`` unless taken."""
    check_state(batch, (BatchStatus.TAKEN,))
    return _result(batch, plan_taking_back(_act(batch), UNDOABLES))


def begin_undo(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Mark a taken batch as being undone, so that it is undone once only."""
    _require(by)
    with transaction.atomic():
        batch = locked(batch, BatchStatus.TAKEN)
        batch.status, batch.error = BatchStatus.UNDOING, ""
        batch.save(update_fields=["status", "error"])
    return batch


def undo_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Take back what the import wrote, in one transaction; ``batch.undo`` says what became of each record.

    ``{"reversed", "kept", "failed": numbers, "kinds": [the same per type of record], "kept_rows", "failed_rows":
    [{"kind", "record", "label", "reason", "by", "at", "sheet", "row"}]}``; sheet and row are ``None`` where the file
    does not name the record. Raises ``PermissionDenied``, and ``ValidationError`` for a batch that is not taken.
    """
    _require(by)
    try:
        with transaction.atomic():
            wait_for_turn()
            batch = locked(batch, BatchStatus.TAKEN, BatchStatus.UNDOING)
            taken = _act(batch)
            plan = plan_taking_back(taken, UNDOABLES, is_locked=True)
            act = open_act(by, "import.undo", subject=batch.name, undoes=taken)
            batch.undo = _result(batch, plan)
            take_back(plan, act)
            _move(batch, BatchStatus.UNDONE, act)
            batch.undo_act, batch.error = act, ""
            batch.save(update_fields=["status", "undo_act", "undo", "error"])
    except IntegrityError as error:
        text = _("Somebody else has changed the same records meanwhile. Nothing was undone: please try again.")
        raise ValidationError(text, "changed_meanwhile") from error
    return batch


def redo_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Let an undone batch wait for its preview once more, with all that was chosen for it.

    Raises ``ValidationError`` for a batch that is not undone, or whose file is no longer kept.
    """
    _require(by)
    with transaction.atomic():
        batch = locked(batch, BatchStatus.UNDONE)
        require_file(batch)
        act = open_act(by, "import.redo", subject=batch.name)
        _move(batch, BatchStatus.UPLOADED, act)
        batch.act, batch.undo_act, batch.undo = None, None, {}
        batch.save(update_fields=["status", "act", "undo_act", "undo"])
    return batch


def _move(batch: ImportBatch, status: BatchStatus, act: Act) -> None:
    changes = {"status": [batch.status, status.value]}
    log_records(act, ImportBatch, [Record(batch.pk, batch.name, None, changes)])
    batch.status = status


def _act(batch: ImportBatch) -> Act:
    if batch.act is None:
        raise RuntimeError("a taken batch names its act")  # the database promises it
    return batch.act


def _require(by: Actor) -> None:
    """Commands on the server act without a user and may."""
    if by.user is not None or by.channel != Channel.COMMAND:
        require(by.user, Right.UNDO)


def _result(batch: ImportBatch, plan: TakingBack) -> dict[str, Any]:
    rows = _rows_of(batch, [*plan.kept, *plan.failed])
    return {
        "reversed": plan.reversed,
        "kept": len(plan.kept),
        "failed": len(plan.failed),
        "kinds": _per_kind(plan),
        "kept_rows": [_stays(one, rows) for one in plan.kept],
        "failed_rows": [_stays(one, rows) for one in plan.failed],
    }


def _per_kind(plan: TakingBack) -> list[dict[str, Any]]:
    done = Counter({step.undoable.named._meta.label_lower: len(step.records) for step in plan.steps})
    kept, failed = (Counter(one.kind._meta.label_lower for one in group) for group in (plan.kept, plan.failed))
    kinds = dict.fromkeys([*done, *kept, *failed])
    return [{"kind": kind, "reversed": done[kind], "kept": kept[kind], "failed": failed[kind]} for kind in kinds]


def _stays(one: Stays, rows: Mapping[tuple[str, int], tuple[str, int]]) -> dict[str, Any]:
    kind = one.kind._meta.label_lower
    sheet, row = rows.get((kind, one.record), (None, None))
    return {
        "kind": kind,
        "record": one.record,
        "label": one.label,
        "reason": str(one.reason),
        "by": one.by,
        "at": one.at.isoformat() if one.at else None,
        "sheet": sheet,
        "row": row,
    }


def _rows_of(batch: ImportBatch, stays: Iterable[Stays]) -> dict[tuple[str, int], tuple[str, int]]:
    """Sheet and Excel row of records of the file: by their key, or by what they are called where they were new."""
    model = KINDS[batch.kind].record if batch.kind in KINDS else None
    wanted = [one for one in stays if model and one.kind is model]
    if not wanted:
        return {}
    by_key: dict[int, tuple[str, int]] = {}
    by_label: dict[str, tuple[str, int]] = {}
    for record, label, sheet, row in (
        ImportRow.objects.filter(batch=batch).order_by("-position").values_list("record", "label", "sheet", "number")
    ):
        if record is None:
            by_label[label] = sheet, row
        else:
            by_key[record] = sheet, row
    found = [(one, by_key.get(one.record) or by_label.get(one.label)) for one in wanted]
    return {(one.kind._meta.label_lower, one.record): place for one, place in found if place}
