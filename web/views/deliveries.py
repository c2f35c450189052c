"""Orders, and goods received against them by scanning."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import Delivery, Device, Order, PlannedHandOver
from inventory.services import book_delivery, create_order
from inventory.services.deliveries import Code, check_codes
from inventory.services.orders import NewLine, backlog
from schools.access import Right, require
from web.actors import actor_of
from web.forms.deliveries import MOST_CODES, OrderForm, OrderLineFormSet, ReceiptForm, ScanForm, collected
from web.table_reading import begins_with_view


@login_required
@begins_with_view("orders")
def order_list(request: HttpRequest) -> HttpResponse:
    context = {
        "page_obj": Paginator(Order.objects.visible_to(request.user).with_quantities(), 50).get_page(
            request.GET.get("page")
        ),
        "deliveries": Delivery.objects.visible_to(request.user).with_devices()[:20],
    }
    return render(request, "deliveries/order_list.html", context)


@login_required
def order_create(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.BOOK)
    form = OrderForm(request.POST or None, initial={"ordered_on": timezone.localdate()})
    lines = OrderLineFormSet(request.POST or None, form_kwargs={"user": request.user}, prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        order = _create(request, form, lines)
        if order:
            return redirect("web:order_detail", order.pk)
    return render(request, "deliveries/order_create.html", {"form": form, "lines": lines})


@login_required
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    plans = PlannedHandOver.objects.visible_to(request.user).as_of(timezone.localdate())
    plans = plans.filter(order_line__order=order).order_by("due_from", "school__sort_key")
    context = {
        "order": order,
        "plans": plans.select_related("category", "model__manufacturer", "school", "programme"),
        "lines": order.lines.with_delivered(),
        "deliveries": order.deliveries.with_devices(),
        "rest": sum(max(n, 0) for n in backlog(order).values()),
    }
    return render(request, "deliveries/order_detail.html", context)


@login_required
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("order", "school"), pk=pk)
    devices = Device.objects.visible_to(request.user).filter(delivery=delivery).with_names().order_by("pk")
    page = Paginator(devices, 100).get_page(request.GET.get("page"))
    return render(request, "deliveries/delivery_detail.html", {"delivery": delivery, "page_obj": page})


@login_required
def delivery_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Goods receipt: every press of a button posts the whole form, so that it works without JavaScript."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.BOOK)
    form = ReceiptForm(request.POST or None, user=request.user, initial={"delivered_on": timezone.localdate()})
    codes = _edited(request, order)
    if request.POST.get("action") == "book" and form.is_valid():
        delivery = _book(request, order, form, codes)
        if delivery:
            return redirect("web:delivery_detail", delivery.pk)
    return _receipt(request, order, form, codes)


def _receipt(request: HttpRequest, order: Order, form: ReceiptForm, codes: Sequence[Code]) -> HttpResponse:
    checked = check_codes(order, codes)
    if request.POST.get("action") != "book":
        form.errors.clear()  # only booking asks for the frame to be complete
    lines = order.lines.with_delivered()
    scan = ScanForm(order=order, initial={"line": request.POST.get("line") or lines[0].pk})
    context = {
        "order": order,
        "form": form,
        "scan": scan,
        "checked": list(reversed(list(enumerate(checked)))),
        "good": sum(not code.problem for code in checked),
        "problems": sum(bool(code.problem) for code in checked),
        "too_many": any(code.problem == "too_many" for code in checked),
        "accept_more": bool(request.POST.get("accept_more")),
        "last": checked[-1] if checked else None,
        "lines": lines,
    }
    template = "deliveries/_codes.html" if getattr(request, "htmx", False) else "deliveries/delivery_create.html"
    return render(request, template, context)


def _edited(request: HttpRequest, order: Order) -> list[Code]:
    """The collected codes after what was pressed: add (the default), remove one, drop the problems, clear."""
    codes = collected(request.POST.getlist("code"), order)
    if "remove" in request.POST:
        return [code for index, code in enumerate(codes) if str(index) != request.POST["remove"]]
    if request.POST.get("action") == "clean":
        return [Code(code.line, code.serial) for code in check_codes(order, codes) if not code.problem]
    if request.method == "POST":
        codes += ScanForm(request.POST, order=order).codes()
    if len(codes) > MOST_CODES:
        text = _("More than %(most)s codes at once: only the first %(most)s were taken.")
        messages.warning(request, text % {"most": MOST_CODES})
    return codes[:MOST_CODES]


def _book(request: HttpRequest, order: Order, form: ReceiptForm, codes: Sequence[Code]) -> Delivery | None:
    try:
        delivery = book_delivery(
            order,
            **form.cleaned_data,
            serials=codes,
            by=actor_of(request),
            accept_more=bool(request.POST.get("accept_more")),
        )
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None
    text = ngettext("%(count)d device booked.", "%(count)d devices booked.", len(codes)) % {"count": len(codes)}
    messages.success(request, text)
    return delivery


def _create(request: HttpRequest, form: OrderForm, lines: Any) -> Order | None:
    new = [NewLine(**line.cleaned_data) for line in lines if line.cleaned_data]
    try:
        order = create_order(**form.cleaned_data, lines=new, by=actor_of(request))
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None
    messages.success(request, _("The order was saved."))
    return order
