"""How devices were paid: one, those ticked in the list, all that the filter finds, or those of an order line."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.queries import entries_about, entries_under
from inventory.binding import financing_warnings
from inventory.models import Device, Order, OrderLine
from inventory.services import finance_devices, finance_line
from schools.access import Right, require
from web.actors import actor_of
from web.changes import carried_out, is_done, sent
from web.forms.device_finance import DeviceFinanceForm
from web.lists import filters_of, keys_of
from web.remarks import hint_at_persons
from web.views.device_bulk import SHOWN, chosen_devices


@login_required
def device_finance(request: HttpRequest) -> HttpResponse:
    """The choice stands in the address (``scope=all`` and filters, or ``device=…``), the financing is posted."""
    devices = chosen_devices(request)
    require(request.user, Right.FUND)
    number = devices.count()
    if not number:
        messages.warning(request, _("No device was chosen."))
        return redirect("web:device_list")
    trail = entries_under(Device, devices.order_by().values("pk"))
    form = DeviceFinanceForm(sent(request), user=request.user, trail=trail)
    if request.method == "POST" and _is_financed(request, devices, form):
        return redirect(_back(request))
    sample = devices.select_related("model__manufacturer", "financing")[:SHOWN]
    context = {"form": form, "number": number, "sample": sample, "back": _back(request)}
    return render(request, "inventory/device_finance.html", context)


@login_required
def line_finance(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """The devices of the line follow, apart from those that have a financing of their own."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    line: OrderLine = get_object_or_404(order.lines.with_delivered(), pk=line_pk)
    require(request.user, Right.FUND)
    following = Device.objects.visible_to(request.user).filter(order_line=line, financing=line.financing)
    trail, known = entries_about(line), {"financing": line.financing}
    form = DeviceFinanceForm(sent(request), user=request.user, trail=trail, initial=known)

    def finance() -> None:
        financing = form.cleaned_data["financing"]
        if financing:
            form.confirm(financing_warnings(following, financing))
        finance_line(line, by=actor_of(request), **form.cleaned_data)

    lines = order.lines.filter(pk=line.pk)
    if request.method == "POST" and is_done(form, lines, finance):
        messages.success(request, _("The financing of the line is saved."))
        hint_at_persons(request, form)
        return redirect("web:order_detail", pk)
    context = {"order": order, "line": line, "form": form, "number": following.count()}
    return render(request, "deliveries/line_finance.html", context)


def _is_financed(request: HttpRequest, devices: QuerySet[Device], form: DeviceFinanceForm) -> bool:
    def finance() -> int:
        financing = form.cleaned_data["financing"]
        if financing:
            form.confirm(financing_warnings(devices, financing))
        return finance_devices(devices, by=actor_of(request), **form.cleaned_data).changed

    changed = carried_out(form, devices, finance, are_many=True)
    if changed is None:
        return False
    text = ngettext("%(count)d device was changed.", "%(count)d devices were changed.", changed)
    messages.success(request, text % {"count": changed})
    hint_at_persons(request, form)
    return True


def _back(request: HttpRequest) -> str:
    """To the device, or to the list with its filters."""
    keys = keys_of(request.GET.getlist("device"))
    if len(keys) == 1 and request.GET.get("scope") != "all":
        return reverse("web:device_detail", args=keys)
    query = filters_of(request.GET, "device").urlencode()
    return reverse("web:device_list") + (f"?{query}" if query else "")
