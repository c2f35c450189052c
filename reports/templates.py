"""Keeping the workbooks that somebody made to be filled."""

from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import insert_record, locked
from audit.services import Record, log_records, open_act
from common.files import XLSX, file_fields, kept_or_removed, remove_with_file
from common.sheets.filling import Filling
from common.sheets.reader import SheetError
from reports.models import ReportTemplate
from reports.template_fields import fill_template
from reports.workbooks.progress import read_progress
from reports.workbooks.sheet import Progress
from schools.access import Right, require

_KEPT = ("name", "media_type", "size", "digest")


def keep_template(upload: File, *, by: Actor, name: str, progress: Progress, reason: str = "") -> ReportTemplate:
    """Keep a workbook as a template; ``progress``: any report, to see what the workbook asks for.

    Raises ``ValidationError`` at ``file``: not an xlsx, cannot be opened, or asks for nothing that we know.
    """
    with transaction.atomic():
        act = open_act(by, "report_template.keep", subject=name, reason=reason)
        template = ReportTemplate(**file_fields(upload, name, act.at))
        if template.media_type != XLSX.media_type:
            raise _refused(_("Only a workbook in the format .xlsx can be filled."), "not_a_template")
        _check_asks(upload, progress, template.name)
        template.full_clean(exclude=["file"])
        with kept_or_removed(template):
            return insert_record(template, act, _KEPT)


def remove_template(template: ReportTemplate, *, by: Actor, reason: str = "") -> None:
    """Delete a template for good; the trail keeps its name and its digest."""
    with transaction.atomic():
        current = locked(template)
        act = open_act(by, "report_template.remove", subject=current.name, reason=reason)
        told = {name: [getattr(current, name), None] for name in _KEPT}
        log_records(act, ReportTemplate, [Record(current.pk, str(current), None, told)])
        remove_with_file(current)


def what_it_asks(template: ReportTemplate, progress: Progress) -> Filling:
    """What would be filled, and what not. Raises ``SheetError``."""
    with template.file.open("rb") as file:
        return _filled(file, None, progress, template.name)


def write_filled(
    template: ReportTemplate,
    target: IO[bytes],
    *,
    reader: Any,
    as_of: date,
    now: datetime,
    known_at: datetime | None = None,
    compare_with: date | None = None,
) -> Filling:
    """Write the filled template in the active language; for whoever may see the template, about the whole authority.

    Raises ``SheetError``, and ``PermissionDenied`` without the right to take reports away.
    """
    require(reader, Right.EXPORT)
    progress = read_progress(as_of, now, known_at=known_at, compare_with=compare_with, reader=reader)
    with NamedTemporaryFile(suffix=".xlsx") as out, template.file.open("rb") as file:
        filling = _filled(file, Path(out.name), progress, template.name)
        target.write(Path(out.name).read_bytes())
    return filling


def _check_asks(upload: File, progress: Progress, name: str) -> None:
    try:
        filling = _filled(upload, None, progress, name)
    except SheetError as error:
        raise _refused(error.message, error.code) from error
    if not filling.names and not any(filling.tables.values()):
        text = _(
            "This workbook has no cell and no table with a name that is known here. The example shows how a template "
            "is made."
        )
        raise _refused(text, "asks_for_nothing")


def _filled(file: File, out: Path | None, progress: Progress, name: str) -> Filling:
    with NamedTemporaryFile(suffix=".xlsx") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return fill_template(Path(copy.name), out, progress, name=name)


def _refused(text: Any, code: str) -> ValidationError:
    return ValidationError({"file": ValidationError(text, code)})
