"""One device takes the place of another."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.binding import bindings_of
from inventory.enums import DeviceStatus
from inventory.models import Device
from inventory.services import swap_devices
from schools.access import Right, require
from web.actors import actor_of
from web.board_reading import warn_of_crowding
from web.changes import is_done, sent
from web.forms.device_defects import MOST_OFFERED, SwapForm
from web.remarks import hint_at_persons

#: What can be handed out again at once or nearly so.
_SPARE = (
    DeviceStatus.IN_STOCK,
    DeviceStatus.CONFIGURED,
    DeviceStatus.INVENTORIED,
    DeviceStatus.DELIVERED,
    DeviceStatus.RETURNED,
    DeviceStatus.DISMOUNTED,
)


@login_required
def device_swap(request: HttpRequest, pk: int) -> HttpResponse:
    """The replacement takes school, room and use; both pages lead to each other from then on."""
    devices = Device.objects.visible_to(request.user).with_names()
    device: Device = get_object_or_404(devices, pk=pk)
    require(request.user, Right.BOOK)
    spare = _spare(devices, device)
    form = SwapForm(sent(request), devices=devices, spare=spare, today=timezone.localdate())

    def swap() -> None:
        swap_devices(device, by=actor_of(request), **form.changes)

    if request.method == "POST" and is_done(form, devices.filter(pk=pk), swap):
        names = {"new": form.changes["replacement"], "old": device}
        messages.success(request, _("%(new)s has taken the place of %(old)s.") % names)
        hint_at_persons(request, form)
        warn_of_crowding(request, form.changes["replacement"].pk)
        return redirect("web:device_detail", form.changes["replacement"].pk)
    context = {"device": device, "form": form, "binding": bindings_of([device]).get(device.pk)}
    return render(request, "defects/device_swap.html", context)


def _spare(devices: QuerySet[Device], device: Device) -> list[Device]:
    """The same model first, what is in the store before what is somewhere else."""
    near = Case(When(model=device.model_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    stored = Case(When(status=DeviceStatus.IN_STOCK, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = devices.filter(model__category=device.model.category_id, status__in=_SPARE).exclude(pk=device.pk)
    return list(found.order_by(near, stored, "model__name", "asset_tag", "pk")[:MOST_OFFERED])
