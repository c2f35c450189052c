"""Defects of devices: reported by schools, worked off by IT. Each form is a page that works without JavaScript."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.files import PICTURES
from inventory.filters_defects import OPEN
from inventory.models import DefectPhoto, Device, DeviceDefect
from inventory.services import (
    attach_photo,
    close_defect,
    receive_defect,
    remove_photo,
    report_defect,
    send_defect,
    take_defect,
)
from reports.enums import ListName
from schools.access import Right, has_right_at, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.defect_reading import STEPS, defect_context, steps_of
from web.forms.device_defects import CloseForm, CodeForm, PhotoForm, ReceiveForm, ReportForm, StepForm
from web.forms.reasons import OptionalReasonForm
from web.remarks import hint_at_persons

_FORMS: dict[str, type[StepForm]] = {"take": StepForm, "send": StepForm, "receive": ReceiveForm, "close": CloseForm}
_SERVICES: dict[str, Any] = {
    "take": take_defect,
    "send": send_defect,
    "receive": receive_defect,
    "close": close_defect,
}


@login_required
def device_defect_list(request: HttpRequest) -> HttpResponse:
    """The queue: what is open, longest first."""
    require(request.user, Right.SEE)
    return redirect(f"{reverse('web:list_table', args=[ListName.DEVICE_DEFECTS])}?state={OPEN}")


@login_required
def device_defect_find(request: HttpRequest) -> HttpResponse:
    """``?code=``: from the label straight to the report about the device."""
    devices = Device.objects.visible_to(request.user).with_names()
    require(request.user, Right.REPORT)
    form = CodeForm(request.GET if "code" in request.GET else None)
    found = form.found(devices) if form.is_bound else None
    if found and found.device:
        return redirect("web:device_defect_report", found.device.pk)
    return render(request, "defects/defect_find.html", {"form": form, "found": found})


@login_required
def device_defect_report(request: HttpRequest, pk: int) -> HttpResponse:
    """A device with an open report leads to that one."""
    devices = Device.objects.visible_to(request.user)
    device: Device = get_object_or_404(devices.with_names(), pk=pk)
    _require_at(request, device.school_id)
    known = DeviceDefect.objects.visible_to(request.user).open().filter(device=device).first()
    if known:
        messages.info(request, _("This defect is reported already. Here is how far it is."))
        return redirect("web:device_defect", known.pk)
    form, made = ReportForm(sent(request), request.FILES or None), []

    def report() -> None:
        values = dict(form.cleaned_data)
        photo = values.pop("file")
        made.append(report_defect(device, by=actor_of(request), on=timezone.localdate(), photo=photo, **values))

    if request.method == "POST" and is_done(form, devices.filter(pk=pk), report):
        messages.success(request, _("The defect of %(device)s is reported. IT sees it now.") % {"device": device})
        hint_at_persons(request, form)
        return redirect("web:device_defect", made[0].pk)
    return render(request, "defects/defect_report.html", {"device": device, "form": form})


@login_required
def device_defect(request: HttpRequest, pk: int) -> HttpResponse:
    context = defect_context(request.user, _defect(request, pk), timezone.localdate())
    return render(request, "defects/defect_detail.html", context)


@login_required
def device_defect_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step of the workflow; the device's own state follows in the same act."""
    defect = _defect(request, pk)
    require(request.user, Right.BOOK)
    asked = next((one for one in STEPS if one.key == step), None)
    if asked is None:
        raise Http404
    if asked not in steps_of(defect):
        messages.info(request, _("This step was done already, or cannot follow now."))
        return redirect("web:device_defect", pk)
    form = _FORMS[step](sent(request), defect=defect, today=timezone.localdate())

    def carry_out() -> None:
        _SERVICES[step](defect, by=actor_of(request), **form.changes)

    done = request.method == "POST" and _is_carried_out(request, defect, form, carry_out)
    return _answer(request, defect, form, asked.label, done=done)


@login_required
def device_defect_photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    defect = _defect(request, pk)
    _require_at(request, defect.school_id)
    form = PhotoForm(sent(request), request.FILES or None)

    def attach() -> None:
        attach_photo(defect, form.cleaned_data["file"], by=actor_of(request))

    done = request.method == "POST" and _is_carried_out(request, defect, form, attach)
    return _answer(request, defect, form, _("Add a photo"), done=done)


@login_required
def device_defect_photo_remove(request: HttpRequest, pk: int, photo_pk: int) -> HttpResponse:
    photo = _photo(request, pk, photo_pk)
    defect, form = photo.defect, OptionalReasonForm(sent(request))
    _require_at(request, defect.school_id)

    def remove() -> None:
        remove_photo(photo, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, defect, form, remove)
    return _answer(request, defect, form, _("Delete photo"), done=done, danger=_("Delete"))


@login_required
def device_defect_photo(request: HttpRequest, pk: int, photo_pk: int) -> FileResponse:
    """Shown in the page; what it is was read from its content."""
    photo = _photo(request, pk, photo_pk)
    if photo.media_type not in PICTURES or not photo.file.storage.exists(photo.file.name or ""):
        raise Http404
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return FileResponse(photo.file.open("rb"), content_type=photo.media_type, headers=headers)


def _defect(request: HttpRequest, pk: int) -> DeviceDefect:
    defect: DeviceDefect = get_object_or_404(DeviceDefect.objects.visible_to(request.user).with_names(), pk=pk)
    return defect


def _photo(request: HttpRequest, pk: int, photo_pk: int) -> DefectPhoto:
    photos = DefectPhoto.objects.visible_to(request.user).select_related("defect__device")
    photo: DefectPhoto = get_object_or_404(photos, pk=photo_pk, defect=pk)
    return photo


def _require_at(request: HttpRequest, school: int | None) -> None:
    if not has_right_at(request.user, Right.REPORT, school):
        raise PermissionDenied


def _is_carried_out(request: HttpRequest, defect: DeviceDefect, form: forms.Form, act: Any) -> bool:
    """The device is locked first, as its services do."""
    devices: QuerySet[Device] = Device.objects.visible_to(request.user).filter(pk=defect.device_id)
    if not is_done(form, devices, act):
        return False
    messages.success(request, _("Saved."))
    hint_at_persons(request, form)
    return True


def _answer(
    request: HttpRequest, defect: DeviceDefect, form: forms.Form, heading: Any, *, done: bool, danger: str = ""
) -> HttpResponse:
    if done:
        return redirect("web:device_defect", defect.pk)
    context = {"defect": defect, "device": defect.device, "form": form, "heading": heading, "danger": danger}
    return render(request, "defects/defect_step.html", context)
