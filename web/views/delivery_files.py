"""The papers of a delivery: adding, handing out, deleting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from inventory.models import Delivery, DeliveryFile
from inventory.services import attach_delivery_file, remove_delivery_file
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.costs import DocumentForm
from web.forms.reasons import OptionalReasonForm
from web.stored_files import handed_out


@login_required
def delivery_file_attach(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(request, pk, Right.BOOK)
    form = DocumentForm(sent(request), request.FILES if request.method == "POST" else None)

    def attach() -> None:
        attach_delivery_file(delivery, form.cleaned_data["file"], by=actor_of(request), name=form.cleaned_data["name"])

    if request.method == "POST" and is_done(form, Delivery.objects.visible_to(request.user).filter(pk=pk), attach):
        messages.success(request, _("The file is kept."))
        return redirect("web:delivery_detail", pk=pk)
    return _page(request, delivery, form, _("Add a file"), is_upload=True)


@login_required
def delivery_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    return handed_out(_file(request, _delivery(request, pk, Right.MONEY), file_pk))


@login_required
def delivery_file_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    delivery = _delivery(request, pk, Right.BOOK)
    file = _file(request, delivery, file_pk)
    form = OptionalReasonForm(sent(request))

    def remove() -> None:
        remove_delivery_file(file, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, Delivery.objects.visible_to(request.user).filter(pk=pk), remove):
        messages.success(request, _("The file is deleted."))
        return redirect("web:delivery_detail", pk=pk)
    return _page(request, delivery, form, _("Delete file"), about=file.name, is_danger=True)


def _delivery(request: HttpRequest, pk: int, right: Right) -> Delivery:
    visible = Delivery.objects.visible_to(request.user).select_related("order", "school")
    delivery: Delivery = get_object_or_404(visible, pk=pk)
    require(request.user, right)
    return delivery


def _file(request: HttpRequest, delivery: Delivery, file_pk: int) -> DeliveryFile:
    visible = DeliveryFile.objects.visible_to(request.user).select_related("delivery")
    file: DeliveryFile = get_object_or_404(visible, pk=file_pk, delivery=delivery)
    return file


def _page(request: HttpRequest, delivery: Delivery, form: Any, heading: str, **context: Any) -> HttpResponse:
    found = {"delivery": delivery, "form": form, "heading": heading, **context}
    return render(request, "deliveries/delivery_file.html", found)
