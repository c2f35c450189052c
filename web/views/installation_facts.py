"""Correcting and withdrawing what was said of an installation, and the protocols of its tests."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inventory.enums import StepKind
from inventory.models import Device, DeviceProtocol, DeviceTest, InstallationStep
from inventory.services import (
    attach_protocol,
    correct_step,
    correct_test,
    remove_protocol,
    withdraw_step,
    withdraw_test,
)
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.boards import ElectricalCorrectForm, ProtocolForm, StepCorrectForm
from web.forms.reasons import OptionalReasonForm, ReasonForm
from web.remarks import hint_at_persons
from web.stored_files import handed_out


@login_required
def step_correct(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    step = _step(request, pk, step_pk)
    form = StepCorrectForm(sent(request), step=step, today=timezone.localdate())

    def correct() -> None:
        correct_step(step, by=actor_of(request), **form.cleaned_data)

    return _answer(request, step.device, form, _("Correct step"), correct, about=step.get_kind_display())


@login_required
def step_withdraw(request: HttpRequest, pk: int, step_pk: int) -> HttpResponse:
    step, form = _step(request, pk, step_pk), ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_step(step, by=actor_of(request), **form.cleaned_data)

    about = step.get_kind_display()
    return _answer(request, step.device, form, _("Withdraw step"), withdraw, about=about, danger=_("Withdraw"))


@login_required
def test_correct(request: HttpRequest, pk: int, test_pk: int) -> HttpResponse:
    test = _test(request, pk, test_pk)
    form = ElectricalCorrectForm(sent(request), test=test, today=timezone.localdate())

    def correct() -> None:
        correct_test(test, by=actor_of(request), **form.cleaned_data)

    return _answer(request, test.device, form, _("Correct electrical test"), correct)


@login_required
def test_withdraw(request: HttpRequest, pk: int, test_pk: int) -> HttpResponse:
    test, form = _test(request, pk, test_pk), ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_test(test, by=actor_of(request), **form.cleaned_data)

    about = date_format(test.valid_from, "SHORT_DATE_FORMAT")
    return _answer(
        request, test.device, form, _("Withdraw electrical test"), withdraw, about=about, danger=_("Withdraw")
    )


@login_required
def protocol_add(request: HttpRequest, pk: int) -> HttpResponse:
    """``?on=``: the test that it belongs to."""
    device = get_object_or_404(Device.objects.visible_to(request.user).with_names(), pk=pk)
    require(request.user, Right.BOOK)
    files = request.FILES if request.method == "POST" else None
    form = ProtocolForm(sent(request), files, days=_tested_days(request, device))

    def attach() -> None:
        attach_protocol(device, form.cleaned_data["on"], form.cleaned_data["file"], by=actor_of(request))

    return _answer(request, device, form, _("Add a protocol"), attach)


@login_required
def protocol(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    return handed_out(_protocol(request, pk, file_pk))


@login_required
def protocol_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    paper, form = _protocol(request, pk, file_pk), OptionalReasonForm(sent(request))
    require(request.user, Right.CORRECT)

    def remove() -> None:
        remove_protocol(paper, by=actor_of(request), **form.cleaned_data)

    return _answer(request, paper.device, form, _("Delete protocol"), remove, about=paper.name, danger=_("Delete"))


def _tested_days(request: HttpRequest, device: Device) -> list[tuple[str, str]]:
    """Days on which it was tested, passed or not, latest first."""
    tests = DeviceTest.objects.visible_to(request.user).known().filter(device=device)
    failed = InstallationStep.objects.visible_to(request.user).known().filter(device=device, kind=StepKind.FAILED)
    days = {*tests.values_list("valid_from", flat=True), *failed.values_list("valid_from", flat=True)}
    return [(day.isoformat(), date_format(day, "SHORT_DATE_FORMAT")) for day in sorted(days, reverse=True)]


def _step(request: HttpRequest, pk: int, step_pk: int) -> InstallationStep:
    steps = InstallationStep.objects.visible_to(request.user).known().select_related("device__model__manufacturer")
    step: InstallationStep = get_object_or_404(steps, pk=step_pk, device=pk)
    require(request.user, Right.CORRECT)
    return step


def _test(request: HttpRequest, pk: int, test_pk: int) -> DeviceTest:
    tests = DeviceTest.objects.visible_to(request.user).known().filter(device__revoked_by__isnull=True)
    test: DeviceTest = get_object_or_404(tests.select_related("device__model__manufacturer"), pk=test_pk, device=pk)
    require(request.user, Right.CORRECT)
    return test


def _protocol(request: HttpRequest, pk: int, file_pk: int) -> DeviceProtocol:
    papers = DeviceProtocol.objects.visible_to(request.user).select_related("device__model__manufacturer")
    paper: DeviceProtocol = get_object_or_404(papers, pk=file_pk, device=pk)
    return paper


def _answer(
    request: HttpRequest, device: Device, form: forms.Form, heading: Any, act: Callable[[], Any], **context: Any
) -> HttpResponse:
    """The page of the form, or back to the device once ``act`` is done."""
    rows = Device.objects.visible_to(request.user).filter(pk=device.pk)
    if request.method == "POST" and is_done(form, rows, act):
        messages.success(request, _("Saved."))
        hint_at_persons(request, form)
        return redirect("web:device_detail", device.pk)
    back = reverse("web:device_detail", args=[device.pk])
    found = {"device": device, "form": form, "heading": heading, "back": back, **context}
    return render(request, "boards/installation_step.html", found)
