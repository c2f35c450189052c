"""Details of a device that have no history of their own: numbers, model, price, note."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from audit.queries import entries_about
from inventory.models import Device
from inventory.services import edit_device
from schools.access import Right, require
from web.actors import actor_of
from web.changes import carried_out, sent
from web.forms.device_edit import DeviceEditForm
from web.remarks import hint_at_persons


@login_required
def device_edit(request: HttpRequest, pk: int) -> HttpResponse:
    device = get_object_or_404(Device.objects.visible_to(request.user).with_names(), pk=pk)
    require(request.user, Right.EDIT)
    form = DeviceEditForm(sent(request), user=request.user, device=device, trail=entries_about(device))
    if request.method == "POST" and _is_edited(request, device, form):
        messages.success(request, _("The details of %(device)s are saved.") % {"device": device})
        hint_at_persons(request, form)
        return redirect("web:device_detail", pk=device.pk)
    return render(request, "inventory/device_edit.html", {"device": device, "form": form})


def _is_edited(request: HttpRequest, device: Device, form: DeviceEditForm) -> bool:
    def edit() -> int:
        edit_device(device, by=actor_of(request), reason=form.cleaned_data["reason"], **form.changes)
        return 1

    return bool(carried_out(form, Device.objects.visible_to(request.user).filter(pk=device.pk), edit))
