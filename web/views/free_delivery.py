"""A delivery without an order: what came of which model."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import Delivery
from inventory.services import book_free_delivery
from inventory.services.free_deliveries import FreeLine
from schools.access import Right, require
from web.actors import actor_of
from web.changes import sent
from web.forms.free_delivery import FreeDeliveryForm, FreeLineFormSet


@login_required
def delivery_free(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.BOOK)
    form = FreeDeliveryForm(sent(request), user=request.user, initial={"delivered_on": timezone.localdate()})
    lines = FreeLineFormSet(sent(request), form_kwargs={"user": request.user}, prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        delivery = _book(request, form, lines)
        if delivery:
            return redirect("web:delivery_detail", delivery.pk)
    token = request.POST.get("token") or str(uuid4())
    return render(request, "deliveries/delivery_free.html", {"form": form, "lines": lines, "token": token})


def _book(request: HttpRequest, form: FreeDeliveryForm, lines: Any) -> Delivery | None:
    came = [FreeLine(line.cleaned_data["model"], line.cleaned_data["serials"]) for line in lines if line.cleaned_data]
    number = _("without order: %(note)s") % {"note": form.cleaned_data["note_number"]}
    try:
        delivery = book_free_delivery(
            **form.cleaned_data,
            order_number=number[:60],
            lines=came,
            by=actor_of(request),
            token=request.POST.get("token", "")[:36],
        )
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages[:20]))
        return None
    count = sum(len(line.serials) for line in came)
    messages.success(
        request, ngettext("%(count)d device booked.", "%(count)d devices booked.", count) % {"count": count}
    )
    return delivery
