"""Row by row: what an import does, cells corrected in the browser or in the sender's own workbook."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from common.sheets.reader import SheetError
from imports.answers import CREATE, MAP, REJECT, ROW, Answer, decide_rows
from imports.marking import mark_batch
from imports.models import ImportBatch
from imports.options import Options
from imports.services import correct_cells, decide, replace_file
from imports.tasks import preview_import
from web import uploads
from web.actors import actor_of
from web.batch_rows import RowList, column_labels
from web.lists import render_list
from web.views.imports import batch_of, look, read_again

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def import_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows alone: what htmx swaps into the page of the import, and a page of its own without it."""
    batch = batch_of(request, pk)
    context = {"batch": batch, "rows": RowList(batch, request.GET)}
    return render_list(request, "imports/import_rows.html", "imports/_row_table.html", context)


@login_required
@require_POST
def import_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Texts for cells, as many as were changed on the page; ``undo`` names one whose correction is taken back."""
    batch = batch_of(request, pk)
    cells: dict[str, dict[str, str | None]] = {}
    lists = (request.POST.getlist(name) for name in ("at", "was", "text"))
    for at, was, text in zip(*lists, strict=False):
        if text != was:
            _add(cells, at, text)
    if undone := request.POST.get("undo"):
        _add(cells, undone, None)
    if not cells:
        messages.info(request, _("No cell was changed."))
        return look(pk)
    return read_again(request, batch, correct_cells, cells=cells)


@login_required
@require_POST
def import_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Which record a row means, where it may mean several."""
    batch = batch_of(request, pk)
    answers = []
    for question in batch.summary.get("questions", ()):
        action, _mark, to = request.POST.get(f"row:{question['text']}", "").partition(":")
        if action in (MAP, CREATE, REJECT):
            answers.append(Answer(ROW, question["text"], action, int(to) if to.isdecimal() else None))
    try:
        decisions = decide_rows(batch, answers)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return look(pk)
    return read_again(request, batch, decide, decisions=decisions)


@login_required
@require_POST
def import_skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Which of the columns that change anything are wanted."""
    batch = batch_of(request, pk)
    offered, wanted = set(request.POST.getlist("offered")), set(request.POST.getlist("wanted"))
    skip = tuple(key for key in column_labels(batch) if key in offered - wanted)
    return read_again(request, batch, decide, options=replace(Options.of_json(batch.options), skip=skip))


@login_required
def import_marked(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The sender's workbook with its problems marked; made by another process, within its limits."""
    batch = batch_of(request, pk)
    if not batch.file.name or not batch.file.storage.exists(batch.file.name) or not batch.summary.get("header_row"):
        raise Http404
    with TemporaryDirectory() as folder:
        out = Path(folder) / "marked.xlsx"
        try:
            mark_batch(batch, out)
        except SheetError as error:
            messages.error(request, error.message)
            return look(pk)
        content = BytesIO(out.read_bytes())
    name = f"{PurePath(batch.name).stem} – {_('problems')}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=_XLSX)


@csrf_exempt  # the length is looked at before anything reads the body; _replace then asks for the token
@login_required
@require_POST
def import_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a corrected workbook."""
    batch = batch_of(request, pk)
    if uploads.is_too_large(request, settings.UPLOAD_MAX_BYTES):
        uploads.pass_over(request)
        text = uploads.too_large(settings.UPLOAD_MAX_BYTES // uploads.MEGABYTE)
        return render(request, "imports/too_large.html", {"text": text}, status=413)
    response: HttpResponse = _replace(request, batch)
    return response


@csrf_protect
def _replace(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Please choose the corrected workbook."))
        return look(batch.pk)
    try:
        new = replace_file(batch, file, name=file.name or "", by=actor_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return look(batch.pk)
    preview_import.enqueue(new.pk, get_language() or "")
    return look(new.pk)


def _add(cells: dict[str, dict[str, str | None]], at: str, text: str | None) -> None:
    """``at``: sheet and cell, as in ``Geräte!C7``."""
    sheet, _mark, cell = at.rpartition("!")
    cells.setdefault(sheet, {})[cell] = text.strip() if text is not None else None
