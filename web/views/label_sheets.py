"""The sheets and tapes that labels are printed on: their measures, and a test print to set the printer right."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit.queries import entries_about, entries_under
from inventory.models import LabelSheet
from inventory.services import add_label_sheet, delete_label_sheet, edit_label_sheet
from reports.labels import write_outlines
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.labels import LabelSheetForm
from web.forms.reasons import OptionalReasonForm
from web.views.publications import PDF


@login_required
def label_sheet_list(request: HttpRequest) -> HttpResponse:
    sheets = LabelSheet.objects.visible_to(request.user)
    require(request.user, Right.EXPORT)
    return render(request, "labels/label_sheet_list.html", {"sheets": sheets})


@login_required
def label_sheet_test(request: HttpRequest, pk: int) -> FileResponse:
    sheet = _sheet(request, pk, Right.EXPORT)
    file = BytesIO(write_outlines(sheet, at=timezone.now()))
    name = _("test-print-%(sheet)s.pdf") % {"sheet": slugify(sheet.name) or sheet.pk}
    return FileResponse(file, as_attachment=True, filename=name, content_type=PDF)


@login_required
def label_sheet_create(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.EDIT)
    form = LabelSheetForm(sent(request), sheet=None, trail=entries_under(LabelSheet, []))

    def create() -> None:
        add_label_sheet(by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, None), create):
        messages.success(request, _("The label sheet is there. A test print shows whether it is right."))
        return redirect("web:label_sheet_list")
    return render(request, "labels/label_sheet_form.html", {"form": form})


@login_required
def label_sheet_change(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _sheet(request, pk, Right.EDIT)
    form = LabelSheetForm(sent(request), sheet=sheet, trail=entries_about(sheet))

    def change() -> None:
        edit_label_sheet(sheet, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), change):
        messages.success(request, _("The label sheet is saved."))
        return redirect("web:label_sheet_list")
    return render(request, "labels/label_sheet_form.html", {"form": form, "sheet": sheet})


@login_required
def label_sheet_delete(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _sheet(request, pk, Right.EDIT)
    form = OptionalReasonForm(sent(request))

    def delete() -> None:
        delete_label_sheet(sheet, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), delete):
        messages.success(request, _("The label sheet is deleted."))
        return redirect("web:label_sheet_list")
    return render(request, "labels/label_sheet_delete.html", {"form": form, "sheet": sheet})


def _sheet(request: HttpRequest, pk: int, right: Right) -> LabelSheet:
    sheet: LabelSheet = get_object_or_404(LabelSheet.objects.visible_to(request.user), pk=pk)
    require(request.user, right)
    return sheet


def _rows(request: HttpRequest, pk: int | None) -> QuerySet[LabelSheet]:
    return LabelSheet.objects.visible_to(request.user).filter(pk__in=[pk] if pk else [])
