"""Boards and projectors in their rooms: the screen of a school, and the next step of an installation."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.boards import crowding
from inventory.enums import DeviceStatus, WorkflowKind
from inventory.models import Device
from inventory.services import accept_device, mount_device, record_test, record_training, start_device, undo_act
from reports.boards import boards_of
from reports.verbs import verb_text
from reports.workbooks.boards import write_boards
from schools.access import Right, require
from schools.models import School
from web.actors import actor_of
from web.board_reading import STEPS, boards_context, last_act
from web.changes import is_done, sent
from web.dates import day_context, read_as_of
from web.forms.boards import FORMS, StepForm
from web.forms.reasons import ReasonForm
from web.remarks import hint_at_persons
from web.report_reading import workbook_response

_SERVICES: dict[str, Any] = {
    "mount": mount_device,
    "test": record_test,
    "accept": accept_device,
    "train": record_training,
    "start": start_device,
}


@login_required
def school_boards(request: HttpRequest, number: str) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    day = read_as_of(request)
    context = boards_context(request.user, school, day) | day_context(day)
    return render(request, "boards/school_boards.html", context)


@login_required
def school_boards_workbook(request: HttpRequest, number: str) -> FileResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    require(request.user, Right.EXPORT)
    plan, file = boards_of(request.user, school, read_as_of(request)), BytesIO()
    write_boards(file, plan, now=timezone.now())
    return workbook_response(file, _("boards-%(number)s.xlsx") % {"number": number})


@login_required
def installation_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step of the installation; back to the rooms of the school, where the next one stands."""
    device = installed(request, pk)
    require(request.user, Right.BOOK)
    asked = next((one for one in STEPS if one.key == step), None)
    if asked is None:
        raise Http404
    files = request.FILES if request.method == "POST" else None
    form = FORMS[step](sent(request), files, device=device, user=request.user, today=timezone.localdate())

    def carry_out() -> None:
        if step == "mount":
            form.confirm(crowding([device], {"room": form.changes["room"], "status": DeviceStatus.MOUNTED}))
        _SERVICES[step](device, by=actor_of(request), **form.changes)

    if request.method == "POST" and is_done(form, _rows(request, pk), carry_out):
        messages.success(request, _("%(device)s: %(step)s is recorded.") % {"device": device, "step": asked.label})
        hint_at_persons(request, form)
        return redirect(back_of(device))
    return _page(request, device, form, asked.label)


@login_required
def installation_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last step back as a whole: its day, the state that followed and the test."""
    device = installed(request, pk)
    require(request.user, Right.CORRECT)
    act, form = last_act(device), ReasonForm(sent(request))
    if act is None:
        messages.info(request, _("There is no step that could be taken back."))
        return redirect("web:device_detail", pk)

    def undo() -> None:
        if str(act.pk) != request.POST.get("act"):
            text = _("Another step was recorded meanwhile. Please look again.")
            raise ValidationError(text, "changed_meanwhile")
        undo_act(act, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), undo):
        messages.success(request, _("The step is taken back. It stays on record."))
        return redirect("web:device_detail", pk)
    return _page(
        request,
        device,
        form,
        _("Take back the last step"),
        act=act,
        act_text=verb_text(act.verb),
        danger=_("Take back"),
    )


def installed(request: HttpRequest, pk: int) -> Device:
    """A device of a kind that is installed in a room."""
    devices = Device.objects.visible_to(request.user).with_names()
    device: Device = get_object_or_404(devices, pk=pk, model__category__workflow=WorkflowKind.INSTALLED)
    return device


def back_of(device: Device) -> str:
    """The rooms of its school; where it is at none, its own page."""
    if not device.school_id or not device.school:
        return reverse("web:device_detail", args=[device.pk])
    return f"{reverse('web:school_boards', args=[device.school.number])}#device-{device.pk}"


def _rows(request: HttpRequest, pk: int) -> Any:
    return Device.objects.visible_to(request.user).filter(pk=pk)


def _page(
    request: HttpRequest, device: Device, form: StepForm | ReasonForm, heading: Any, **context: Any
) -> HttpResponse:
    found = {"device": device, "form": form, "heading": heading, "back": back_of(device), **context}
    return render(request, "boards/installation_step.html", found)
