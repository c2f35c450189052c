"""Correcting cells in the browser, or the whole file on somebody's own computer."""

from collections.abc import Mapping
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actor import Actor
from imports.conflicts import CONFLICT
from imports.corrections import Corrections, position
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.options import Options
from imports.services.state import WAITING, locked, require_import, save_at_rest
from imports.services.upload import discard_batch, upload_batch

_LONGEST, _MOST = 1_000, 5_000
#: Decisions about rows and cells go by their place in the file: in another file they would mean others.
_OF_THIS_FILE = ("row", CONFLICT)


def correct_cells(batch: ImportBatch, *, by: Actor, cells: Corrections) -> ImportBatch:
    """Keep other texts for cells of the file, which itself stays as it came; the batch waits for a new preview.

    Raises ``ValidationError`` once taken, and for what cannot be the name or the text of a cell.
    """
    require_import(by)
    with transaction.atomic():
        batch = locked(batch, *WAITING)
        merged = {name: dict(given) for name, given in batch.corrections.items()}
        for name, given in cells.items():
            _check(batch, name, given)
            merged[name] = merged.get(name, {}) | dict(given)
        kept = {name: {c: text for c, text in given.items() if text is not None} for name, given in merged.items()}
        batch.corrections = {name: given for name, given in kept.items() if given}
        if sum(map(len, batch.corrections.values())) > _MOST:
            message = _("So many cells are better corrected in the file: at most %(limit)d here.")
            raise ValidationError(message, "too_many", {"limit": _MOST})
        batch.status = BatchStatus.UPLOADED
        save_at_rest(batch, "corrections", "status")
    return batch


def _check(batch: ImportBatch, sheet: str, cells: Mapping[str, str | None]) -> None:
    if sheet not in batch.summary.get("sheets", [sheet]):
        raise ValidationError(_("The file has no sheet “%(sheet)s”."), "no_sheet", {"sheet": sheet})
    for cell, text in cells.items():
        position(cell)
        if text is not None and len(text) > _LONGEST:
            message = _("The text for %(cell)s is too long: at most %(limit)d characters.")
            raise ValidationError(message, "too_long", {"cell": cell, "limit": _LONGEST})


def replace_file(batch: ImportBatch, file: IO[bytes], *, name: str, by: Actor) -> ImportBatch:
    """Go on with a corrected workbook: a new batch with all that was chosen for ``batch``, which is discarded.

    Of a batch that was taken the corrected rows follow; it stays as it is. Corrections of cells and decisions
    about rows are left behind: in the new file other rows may stand there. Raises ``ValidationError``.
    """
    with transaction.atomic():
        batch = locked(batch, *WAITING, BatchStatus.TAKEN)
        new = upload_batch(file, name=name, by=by, kind=batch.kind, options=Options.of_json(batch.options))
        new.replaces = None if ImportBatch.objects.filter(replaces=batch).exists() else batch
        new.mapping, new.sender, new.profile = batch.mapping, batch.sender, batch.profile
        new.decisions = {kind: given for kind, given in batch.decisions.items() if kind not in _OF_THIS_FILE}
        new.save(update_fields=["replaces", "mapping", "sender", "profile", "decisions"])
        if batch.status != BatchStatus.TAKEN:
            discard_batch(batch, by=by)
    return new
