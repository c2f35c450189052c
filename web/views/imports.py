"""Imports: upload a workbook, see what was recognised and what would happen, decide, take it or not."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from imports.corrections import corrected_cells
from imports.enums import BatchStatus, Mode
from imports.filters import BatchFilter
from imports.models import ImportBatch
from imports.options import Options
from imports.services import begin_taking, cancel_batch, decide, discard_batch, upload_batch
from imports.tasks import preview_import, take_import
from imports.waiting import is_worker_missing
from schools.access import Right, require
from web import uploads
from web.actors import actor_of
from web.batch_rows import QUESTIONS_AT_A_TIME, RowList, changed_columns
from web.batches import BUSY, STEPS, Problems, counts, lacks_status, list_address, step_of, what_taking_does
from web.forms.decisions import DecisionSet
from web.forms.imports import RereadForm, UploadForm
from web.lists import PER_PAGE, chips_of, render_list, wants_fragment


class SeeOther(HttpResponseRedirect):
    """After a POST: look there, with GET."""

    status_code = 303


@csrf_exempt  # the length is looked at before anything reads the body; _import_list then asks for the token
@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.IMPORT)
    if uploads.is_too_large(request, settings.UPLOAD_MAX_BYTES):
        uploads.pass_over(request)
        text = uploads.too_large(settings.UPLOAD_MAX_BYTES // uploads.MEGABYTE)
        return render(request, "imports/too_large.html", {"text": text}, status=413)
    return _import_list(request)


@csrf_protect
def _import_list(request: HttpRequest) -> HttpResponse:
    is_sent = request.method == "POST"  # a body without a single field is an answer too: the form says what is missing
    data = (request.POST, request.FILES) if is_sent else (None, None)
    form = UploadForm(*data, max_bytes=settings.UPLOAD_MAX_BYTES)
    batch = _upload(request, form) if is_sent and form.is_valid() else None
    if batch:
        return look(batch.pk)
    rows = (
        ImportBatch.objects.visible_to(request.user).select_related("created_by").defer("summary", "decisions", "undo")
    )
    found = BatchFilter(request.GET, rows.with_counts(), request=request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "chips": chips_of(found.form, request.GET)}
    return render_list(request, "imports/import_list.html", "imports/_import_table.html", context)


@login_required
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    return _detail(request, batch)


@login_required
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked by htmx every second while the worker is at it; afterwards the whole page is read anew.

    That there is no worker is said once: whoever was told asks with ``?told=1``.
    """
    batch = batch_of(request, pk)
    if batch.status not in BUSY:
        return HttpResponse(headers={"HX-Refresh": "true"})
    is_stuck = "told" not in request.GET and is_worker_missing(timezone.now())
    template = "imports/_busy.html" if is_stuck else "imports/_progress.html"
    return render(request, template, {"batch": batch, "is_stuck": is_stuck, "is_swapped": True})


@login_required
@require_POST
def import_decide(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    chosen = DecisionSet(batch, request.user, request.POST, request.POST.get("page"))
    if not chosen.is_valid():
        return _detail(request, batch, decisions=chosen)
    return _decided(request, batch, decisions=chosen.decisions())


@login_required
@require_POST
def import_reconsider(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one earlier answer back."""
    batch = batch_of(request, pk)
    return _decided(request, batch, decisions={request.POST.get("kind", ""): {request.POST.get("text", ""): None}})


@login_required
@require_POST
def import_reread(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    form = _reread_form(batch, request.POST)
    if not form.is_valid():
        return _detail(request, batch, reread=form)
    options = form.options(Options.of_json(batch.options))
    return _decided(request, batch, kind=form.cleaned_data["kind"], options=options)


@login_required
@require_POST
def import_take(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    mode = Mode.VALID if request.POST.get("mode") == Mode.VALID else Mode.ALL
    try:
        begin_taking(batch, by=actor_of(request), mode=mode)
        take_import.enqueue(batch.pk, cast(int, request.user.pk), get_language() or "")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return look(pk)


@login_required
@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the worker; a batch that was never read has nothing to show and is gone with that."""
    batch = batch_of(request, pk)
    try:
        batch = cancel_batch(batch, by=actor_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return look(pk)
    if batch.status == BatchStatus.PREVIEWED:
        return look(pk)
    messages.success(request, _("“%(name)s” was discarded; nothing was written.") % {"name": batch.name})
    return SeeOther(reverse("web:import_list"))


@login_required
@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    try:
        discard_batch(batch, by=actor_of(request))
        messages.success(request, _("“%(name)s” was discarded; nothing was written.") % {"name": batch.name})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return SeeOther(reverse("web:import_list"))


@login_required
def import_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came, never shown by the browser itself: its content is a stranger's."""
    batch = batch_of(request, pk)
    if not batch.file.name or not batch.file.storage.exists(batch.file.name):
        raise Http404
    headers = {"X-Content-Type-Options": "nosniff"}
    kept = batch.file.open("rb")
    return FileResponse(
        kept, as_attachment=True, filename=batch.name, content_type="application/octet-stream", headers=headers
    )


def batch_of(request: HttpRequest, pk: int) -> ImportBatch:
    """Not visible: 404; visible, but without the right: 403."""
    batch: ImportBatch = get_object_or_404(
        ImportBatch.objects.visible_to(request.user).select_related("created_by", "act__user", "profile"), pk=pk
    )
    require(request.user, Right.IMPORT)
    return batch


def _upload(request: HttpRequest, form: UploadForm) -> ImportBatch | None:
    file, chosen = form.cleaned_data["file"], {name: form.cleaned_data[name] for name in ("kind", "sender")}
    try:
        batch = upload_batch(file, name=file.name, by=actor_of(request), options=form.options(), **chosen)
    except ValidationError as error:
        form.add_error("file", error)
        return None
    preview_import.enqueue(batch.pk, get_language() or "")
    return batch


def _decided(request: HttpRequest, batch: ImportBatch, **choices: Any) -> HttpResponse:
    return read_again(request, batch, decide, **choices)


def read_again(
    request: HttpRequest, batch: ImportBatch, keep: Callable[..., ImportBatch], **choices: Any
) -> HttpResponse:
    """Keep what was chosen by the service ``keep`` and let the worker read the file once more."""
    try:
        keep(batch, by=actor_of(request), **choices)
        preview_import.enqueue(batch.pk, get_language() or "")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return look(batch.pk)


def _successor(request: HttpRequest, batch: ImportBatch) -> ImportBatch | None:
    """The corrected workbook that was uploaded in its stead; one that waits for its taking has none."""
    if batch.status == BatchStatus.PREVIEWED:
        return None
    found: ImportBatch | None = ImportBatch.objects.visible_to(request.user).filter(replaces=batch).first()
    return found


def look(pk: int) -> HttpResponse:
    return SeeOther(reverse("web:import_detail", args=[pk]))


def _reread_form(batch: ImportBatch, data: Any = None) -> RereadForm:
    chosen = {"kind": batch.kind} | batch.options | {"header_row": batch.options.get("header_row") or None}
    sheets = batch.summary.get("sheets", [])
    return RereadForm(data, sheets=sheets, initial=chosen)


def _detail(
    request: HttpRequest, batch: ImportBatch, *, decisions: DecisionSet | None = None, reread: RereadForm | None = None
) -> HttpResponse:
    problems = Problems(batch, request.GET)
    page = Paginator(problems.rows, PER_PAGE).get_page(request.GET.get("page"))
    is_correctable = batch.status == BatchStatus.PREVIEWED and problems.show == "error"
    context: dict[str, Any] = {
        "batch": batch,
        "problems": problems,
        "page_obj": page,
        "has_cells": is_correctable and any(problem["cell"] for problem in page),
        "is_correctable": is_correctable,
    }
    if wants_fragment(request):
        return render(request, "imports/_problem_table.html", context)
    counted = counts(batch)
    open_rows = counted["rejected"] + counted["ambiguous"]
    context |= {
        "steps": STEPS,
        "step": step_of(batch),
        "is_busy": batch.status in BUSY,
        "is_stuck": batch.status in BUSY and is_worker_missing(timezone.now()),
        "counts": counted,
        "deed": what_taking_does(batch),
        "lacks_status": lacks_status(batch),
        "list_url": list_address(batch.kind),
        "rows": RowList(batch, {"outcome": request.GET.get("outcome", "")}),
        "changed_columns": changed_columns(batch),
        "corrected": corrected_cells(batch),
        "open_rows": open_rows,
        "has_marked": open_rows and batch.file and batch.status in (BatchStatus.PREVIEWED, BatchStatus.TAKEN),
        "successor": _successor(request, batch),
        "questions": batch.summary.get("questions", [])[:QUESTIONS_AT_A_TIME],
    }
    if batch.status == BatchStatus.PREVIEWED:
        context["decisions"] = decisions or DecisionSet(batch, request.user, page=request.GET.get("unknown"))
        context["is_blocked"] = context["open_rows"] and batch.options.get("mode") != Mode.VALID
        context["reread"] = reread or _reread_form(batch)
    return render(request, "imports/import_detail.html", context)
