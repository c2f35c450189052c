"""Undoing an import: what it would do, doing it, what became of it, and doing the import again."""

from collections.abc import Iterable
from typing import Any, cast

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from audit.models import Entry
from audit.queries import entries_of
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.tasks import preview_import, undo_import
from imports.undo import begin_undo, preview_undo, redo_batch
from schools.access import Right, require
from schools.audit_scope import fields_hidden_from
from schools.models import School
from web.actors import actor_of
from web.histories import deeds_of
from web.lists import PER_PAGE, wants_fragment
from web.views.imports import SeeOther


@login_required
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a taken import what undoing would do; of an undone one what became of its records."""
    batch = _batch(request, pk)
    if request.method == "POST":
        return _undo(request, batch)
    if batch.status not in (BatchStatus.TAKEN, BatchStatus.UNDONE):
        return redirect("web:import_detail", pk=pk)
    result = batch.undo if batch.status == BatchStatus.UNDONE else preview_undo(batch)
    context = {"batch": batch, "result": result, "kinds": _kinds(result), **_rows(request, batch, result)}
    template = context["rows_template"] if wants_fragment(request) else "imports/import_undo.html"
    return render(request, template, context)


@login_required
@require_POST
def import_redo(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    try:
        redo_batch(batch, by=actor_of(request))
        preview_import.enqueue(batch.pk, get_language() or "")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _look(pk)


def _rows(request: HttpRequest, batch: ImportBatch, result: dict[str, Any]) -> dict[str, Any]:
    """One page of what stays; ``?show=reversed`` of what was taken back, which is nowhere else to be seen."""
    number = request.GET.get("page")
    if batch.undo_act and request.GET.get("show") == "reversed":
        page = Paginator(entries_of(batch.undo_act).exclude(kind=batch._meta.label_lower), PER_PAGE).get_page(number)
        return {"rows_template": "imports/_undo_reversed.html", "page_obj": page, "rows": _told(request, page)}
    stays = Paginator([*result["kept_rows"], *result["failed_rows"]], PER_PAGE).get_page(number)
    return {"rows_template": "imports/_undo_rows.html", "page_obj": stays, "rows": [_readable(row) for row in stays]}


def _told(request: HttpRequest, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Audit entries in words; their prices for those with the right to see them."""
    hidden = fields_hidden_from(request.user)
    schools = {school.pk: str(school) for school in School.objects.visible_to(request.user)}
    told = []
    for entry in entries:
        model = apps.get_model(entry.kind)
        (deed,) = deeds_of([entry], model, {School: schools}, hidden)
        told.append({"label": entry.label, "name": model._meta.verbose_name, "changes": deed.changes})
    return told


def _undo(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    try:
        begin_undo(batch, by=actor_of(request))
        undo_import.enqueue(batch.pk, cast(int, request.user.pk), get_language() or "")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _look(batch.pk)


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    """Not visible: 404; visible, but without the right: 403."""
    batches = ImportBatch.objects.visible_to(request.user).select_related("act", "undo_act__user")
    batch: ImportBatch = get_object_or_404(batches, pk=pk)
    require(request.user, Right.UNDO)
    return batch


def _look(pk: int) -> HttpResponse:
    return SeeOther(reverse("web:import_detail", args=[pk]))


def _kinds(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [kind | {"name": apps.get_model(kind["kind"])._meta.verbose_name_plural} for kind in result["kinds"]]


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    name = apps.get_model(row["kind"])._meta.verbose_name
    return row | {"name": name, "at": parse_datetime(row["at"]) if row["at"] else None}
