"""Orders, and goods received against them by scanning."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Delivery, DeliveryFile, Device, Order, PlannedHandOver
from inventory.order_distribution import distribution_of
from inventory.services import create_order
from inventory.services.orders import NewLine
from schools.access import Right, require, sees_everything
from schools.models import School
from web.actors import actor_of
from web.forms.deliveries import OrderForm, OrderLineFormSet
from web.table_reading import begins_with_view
from web.views.delivery_report import report_context


@login_required
@begins_with_view("orders")
def order_list(request: HttpRequest) -> HttpResponse:
    orders = Order.objects.visible_to(request.user).with_backlog(timezone.localdate())
    context = {
        "page_obj": Paginator(orders, 50).get_page(request.GET.get("page")),
        "overdue": orders.filter(is_overdue=True).count(),
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
    lines = list(order.lines.with_delivered())
    context = {
        "order": order,
        "plans": plans.select_related("category", "model__manufacturer", "school", "programme"),
        "lines": lines,
        "grid": distribution_of(lines, School.objects.visible_to(request.user), timezone.localdate()),
        "deliveries": order.deliveries.with_devices(),
        "rest": (rest := sum(max(line.backlog, 0) for line in lines)),
        "is_overdue": bool(rest and order.expected_on and order.expected_on < timezone.localdate()),
    }
    return render(request, "deliveries/order_detail.html", context)


@login_required
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("order", "school"), pk=pk)
    devices = Device.objects.visible_to(request.user).filter(delivery=delivery).with_names().order_by("pk")
    context: dict[str, Any] = {
        "delivery": delivery,
        "page_obj": Paginator(devices, 100).get_page(request.GET.get("page")),
        "files": DeliveryFile.objects.visible_to(request.user).filter(delivery=delivery),
    }
    if sees_everything(request.user):
        context |= report_context(delivery)
    return render(request, "deliveries/delivery_detail.html", context)


def _create(request: HttpRequest, form: OrderForm, lines: Any) -> Order | None:
    new = [NewLine(**line.cleaned_data) for line in lines if line.cleaned_data]
    try:
        order = create_order(**form.cleaned_data, lines=new, by=actor_of(request))
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return None
    messages.success(request, _("The order was saved."))
    return order
