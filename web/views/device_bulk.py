"""One change for many devices: those ticked in the list, or all that the filter finds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.queries import entries_under
from inventory.filters import DeviceFilter
from inventory.models import Device
from inventory.services import change_devices
from schools.access import Right, require
from web.actors import actor_of
from web.changes import carried_out, sent
from web.device_reading import move_warnings
from web.forms.devices import DeviceBulkChangeForm, kinds_of
from web.lists import filters_of, keys_of, wants_fragment
from web.remarks import hint_at_persons

SHOWN = 12


@login_required
def device_bulk_change(request: HttpRequest) -> HttpResponse:
    """The choice stands in the address (``scope=all`` and filters, or ``device=…``), the change is posted."""
    devices = chosen_devices(request)
    require(request.user, Right.BOOK)
    form = _form(request, devices)
    number = sum(n for _kind, _status, n in form.kinds)
    if not number:
        messages.warning(request, _("No device was chosen."))
    elif request.method != "POST" or form.is_preview or not _is_changed(request, devices, form):
        return _asked(request, devices, form, number)
    return redirect(_list_address(request))


def _asked(request: HttpRequest, devices: QuerySet[Device], form: DeviceBulkChangeForm, number: int) -> HttpResponse:
    sample = devices.select_related("model__manufacturer")[:SHOWN]
    context = {"form": form, "number": number, "sample": sample, "back": _list_address(request)}
    template = "inventory/_bulk_room.html" if wants_fragment(request) else "inventory/device_bulk_change.html"
    return render(request, template, context)


def chosen_devices(request: HttpRequest) -> QuerySet[Device]:
    """Keys that are not the person's to see count as not there."""
    visible = Device.objects.visible_to(request.user)
    if request.GET.get("scope") == "all":
        return DeviceFilter(filters_of(request.GET, "device"), visible, request=request).qs
    return visible.filter(pk__in=keys_of(request.GET.getlist("device")))


def _form(request: HttpRequest, devices: QuerySet[Device]) -> DeviceBulkChangeForm:
    return DeviceBulkChangeForm(
        sent(request),
        user=request.user,
        trail=entries_under(Device, devices.order_by().values("pk")),
        kinds=kinds_of(devices),
        today=timezone.localdate(),
        is_preview="refresh" in request.POST,
        rooms_of_school=wants_fragment(request),
    )


def _is_changed(request: HttpRequest, devices: QuerySet[Device], form: DeviceBulkChangeForm) -> bool:
    by = actor_of(request)

    def change() -> int:
        form.confirm(move_warnings(request, devices, form.changes))
        return change_devices(devices, by=by, **form.changes).changed

    changed = carried_out(form, devices, change, are_many=True)
    if changed is None:
        return False
    text = ngettext("%(count)d device was changed.", "%(count)d devices were changed.", changed)
    messages.success(request, text % {"count": changed})
    hint_at_persons(request, form)
    return True


def _list_address(request: HttpRequest) -> str:
    query = filters_of(request.GET, "device").urlencode()
    return reverse("web:device_list") + (f"?{query}" if query else "")
