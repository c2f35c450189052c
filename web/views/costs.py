"""Costs: the list, one document, recording, correcting and withdrawing it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_about, entries_under
from costs.enums import CostStage
from costs.limits import warnings_of
from costs.models import CostEntry, CostFile
from costs.services import (
    attach_document,
    correct_cost,
    cost_as_new,
    end_plan,
    record_cost,
    remove_document,
    withdraw_cost,
)
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.cost_beginning import begin
from web.cost_reading import cost_for, detail_context, list_context
from web.forms.cost_picks import Picks
from web.forms.costs import CostForm, DocumentForm, EndForm
from web.forms.reasons import OptionalReasonForm, ReasonForm
from web.lists import render_list
from web.remarks import hint_at_persons
from web.stored_files import handed_out
from web.table_reading import begins_with_view


@login_required
@begins_with_view("costs")
def cost_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.MONEY)
    return render_list(request, "costs/cost_list.html", "costs/_cost_table.html", list_context(request))


@login_required
def cost_detail(request: HttpRequest, pk: int) -> HttpResponse:
    entry = cost_for(request, pk, Right.MONEY)
    return render(request, "costs/cost_detail.html", detail_context(request, entry))


@login_required
def cost_create(request: HttpRequest) -> HttpResponse:
    """``?programme=``, ``?order=`` or ``?project=`` (a key) fills in what is known."""
    require(request.user, Right.FUND)
    picks = Picks(request.user)
    known = begin(picks, request.GET)
    form = CostForm(
        sent(request),
        request.FILES,
        picks=picks,
        today=timezone.localdate(),
        known=known.document,
        rows=known.rows,
        trail=entries_under(CostEntry, []),
    )
    made: list[CostEntry] = []

    def create() -> None:
        made.append(_record(request, form))

    if request.method == "POST" and not form.is_preview and is_done(form, _rows(request), create):
        messages.success(request, _("The cost is recorded."))
        hint_at_persons(request, form)
        return redirect("web:cost_detail", pk=made[0].pk)
    return render(request, "costs/cost_form.html", {"form": form, "picks": picks})


def _record(request: HttpRequest, form: CostForm) -> CostEntry:
    assert form.new
    form.confirm(warnings_of(form.new, timezone.localdate()))
    try:
        entry = record_cost(form.new, by=actor_of(request), reason=form.cleaned_data["reason"])
    except ValidationError as error:
        raise form.placed(error) from error
    if upload := form.cleaned_data["file"]:
        attach_document(entry, upload, by=actor_of(request))
    return entry


@login_required
def cost_correct(request: HttpRequest, pk: int) -> HttpResponse:
    entry = cost_for(request, pk)
    picks = Picks(request.user)
    form = CostForm(
        sent(request), picks=picks, today=timezone.localdate(), cost=cost_as_new(entry), trail=entries_about(entry)
    )

    def correct() -> None:
        assert form.new
        form.confirm(warnings_of(form.new, timezone.localdate(), entry=entry))
        try:
            correct_cost(entry, form.new, by=actor_of(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            raise form.placed(error) from error

    if request.method == "POST" and not form.is_preview and is_done(form, _rows(request, pk), correct):
        messages.success(request, _("The entry is corrected. The former one stays on record."))
        hint_at_persons(request, form)
        return redirect("web:cost_detail", pk=pk)
    return render(request, "costs/cost_form.html", {"entry": entry, "form": form, "picks": picks})


@login_required
def cost_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    entry = cost_for(request, pk)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_cost(entry, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), withdraw):
        messages.success(request, _("The entry is withdrawn. It stays on record."))
        return redirect("web:cost_list")
    return _deed_page(request, entry, form, _("Withdraw cost entry"), is_danger=True)


@login_required
def cost_end(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan that another one replaced."""
    entry = cost_for(request, pk)
    form = EndForm(sent(request), today=timezone.localdate())

    def end() -> None:
        end_plan(entry, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), end):
        messages.success(request, _("The plan has ended. Reports of earlier days still have it."))
        return redirect("web:cost_detail", pk=pk)
    return _deed_page(request, entry, form, _("End plan"), is_plan=entry.stage == CostStage.PLANNED)


@login_required
def cost_file_attach(request: HttpRequest, pk: int) -> HttpResponse:
    entry = cost_for(request, pk)
    form = DocumentForm(sent(request), request.FILES if request.method == "POST" else None)

    def attach() -> None:
        attach_document(entry, form.cleaned_data["file"], by=actor_of(request), name=form.cleaned_data["name"])

    if request.method == "POST" and is_done(form, _rows(request, pk), attach):
        messages.success(request, _("The file is kept."))
        return redirect("web:cost_detail", pk=pk)
    return _deed_page(request, entry, form, _("Add a file"), is_upload=True)


@login_required
def cost_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    return handed_out(_file(request, pk, file_pk, Right.MONEY))


@login_required
def cost_file_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    file = _file(request, pk, file_pk, Right.FUND)
    form = OptionalReasonForm(sent(request))

    def remove() -> None:
        remove_document(file, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), remove):
        messages.success(request, _("The file is deleted."))
        return redirect("web:cost_detail", pk=pk)
    return _deed_page(request, file.entry, form, _("Delete file"), about=file.name, is_danger=True)


def _file(request: HttpRequest, pk: int, file_pk: int, right: Right) -> CostFile:
    entry = cost_for(request, pk, right)
    visible = CostFile.objects.visible_to(request.user).select_related("entry")
    file: CostFile = get_object_or_404(visible, pk=file_pk, entry=entry)
    return file


def _deed_page(request: HttpRequest, entry: CostEntry, form: Any, heading: str, **context: Any) -> HttpResponse:
    return render(request, "costs/cost_deed.html", {"entry": entry, "form": form, "heading": heading, **context})


def _rows(request: HttpRequest, pk: int | None = None) -> QuerySet[CostEntry]:
    """What is locked meanwhile; of a new document nothing."""
    return CostEntry.objects.visible_to(request.user).filter(pk=pk)
