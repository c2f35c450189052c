"""The papers of a retirement: adding, handing out, deleting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from inventory.models import Retirement, RetirementFile
from inventory.services import attach_retirement_file, remove_retirement_file
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.costs import DocumentForm
from web.forms.reasons import OptionalReasonForm
from web.stored_files import handed_out


@login_required
def retirement_file_attach(request: HttpRequest, pk: int) -> HttpResponse:
    retirement = _retirement(request, pk, Right.BOOK)
    form = DocumentForm(sent(request), request.FILES if request.method == "POST" else None)

    def attach() -> None:
        given = form.cleaned_data
        attach_retirement_file(retirement, given["file"], by=actor_of(request), name=given["name"])

    if request.method == "POST" and is_done(form, _rows(request, pk), attach):
        messages.success(request, _("The file is kept."))
        return redirect("web:retirement_detail", pk=pk)
    return _page(request, retirement, form, _("Add a file"), is_upload=True)


@login_required
def retirement_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    return handed_out(_file(request, _retirement(request, pk, Right.MONEY), file_pk))


@login_required
def retirement_file_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    retirement = _retirement(request, pk, Right.BOOK)
    file = _file(request, retirement, file_pk)
    form = OptionalReasonForm(sent(request))

    def remove() -> None:
        remove_retirement_file(file, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), remove):
        messages.success(request, _("The file is deleted."))
        return redirect("web:retirement_detail", pk=pk)
    return _page(request, retirement, form, _("Delete file"), about=file.name, is_danger=True)


def _rows(request: HttpRequest, pk: int) -> Any:
    return Retirement.objects.visible_to(request.user).filter(pk=pk)


def _retirement(request: HttpRequest, pk: int, right: Right) -> Retirement:
    retirement: Retirement = get_object_or_404(Retirement.objects.visible_to(request.user), pk=pk)
    require(request.user, right)
    return retirement


def _file(request: HttpRequest, retirement: Retirement, file_pk: int) -> RetirementFile:
    visible = RetirementFile.objects.visible_to(request.user).select_related("retirement")
    file: RetirementFile = get_object_or_404(visible, pk=file_pk, retirement=retirement)
    return file


def _page(request: HttpRequest, retirement: Retirement, form: Any, heading: str, **context: Any) -> HttpResponse:
    found = {"retirement": retirement, "form": form, "heading": heading, **context}
    return render(request, "retirement/retirement_file.html", found)
