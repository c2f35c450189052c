"""Un-booking a delivery: what it would do, and doing it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imports.models import ImportBatch
from inventory.models import Delivery, Order
from inventory.services.unbooking import Unbooking, booking_acts, preview_unbooking, unbook_delivery
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.reasons import ReasonForm
from web.lists import PER_PAGE
from web.remarks import hint_at_persons


@login_required
def delivery_unbook(request: HttpRequest, pk: int) -> HttpResponse:
    """What stays is named before and after; of a delivery that came with an import this leads to the import."""
    visible = Delivery.objects.visible_to(request.user).select_related("order", "school")
    delivery = get_object_or_404(visible, pk=pk)
    require(request.user, Right.UNDO)
    form = ReasonForm(sent(request))
    if request.method == "POST" and (done := _unbooked(request, delivery, form)):
        return _told(request, delivery, form, done)
    acts = booking_acts(delivery)
    context: dict[str, Any] = {
        "delivery": delivery,
        "form": form,
        "acts": acts,
        "batch": ImportBatch.objects.visible_to(request.user).filter(act__in=acts).first(),
    }
    try:
        preview = preview_unbooking(delivery)
        page = Paginator(preview.stays, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"preview": preview, "page_obj": page, "rows": [_readable(one) for one in page]}
    except ValidationError as error:
        context["refusal"] = " ".join(error.messages)
    return render(request, "deliveries/delivery_unbook.html", context)


def _unbooked(request: HttpRequest, delivery: Delivery, form: ReasonForm) -> Unbooking | None:
    done: list[Unbooking] = []

    def unbook() -> None:
        done.append(unbook_delivery(delivery, by=actor_of(request), **form.cleaned_data))

    # the service locks the order first, as booking does
    return done[0] if is_done(form, Delivery.objects.visible_to(request.user).none(), unbook) else None


def _told(request: HttpRequest, delivery: Delivery, form: ReasonForm, done: Unbooking) -> HttpResponse:
    number = done.reversed
    text = ngettext("%(count)d device was taken back.", "%(count)d devices were taken back.", number)
    messages.success(request, text % {"count": number})
    if done.stays:
        messages.warning(request, _("Some records stay, because somebody changed them since."))
    hint_at_persons(request, form)
    if not done.is_whole:
        return redirect("web:delivery_detail", delivery.pk)
    # what was recorded with a delivery without an order is gone with it
    is_left = Order.objects.visible_to(request.user).filter(pk=delivery.order_id).exists()
    return redirect("web:order_detail", delivery.order_id) if is_left else redirect("web:order_list")


def _readable(one: Any) -> dict[str, Any]:
    return one._asdict() | {"name": one.kind._meta.verbose_name, "row": None}
