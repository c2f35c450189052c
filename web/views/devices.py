"""Devices: the list, one device with its history, and changes of its state."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_about
from inventory.binding import bindings_of
from inventory.models import Device, DeviceState
from inventory.services import change_devices, correct_state, withdraw_state
from schools.access import Right, require
from web.actors import actor_of
from web.board_reading import warn_of_crowding
from web.changes import carried_out, is_done, sent
from web.device_reading import (
    detail_context,
    entries_of,
    facts_about,
    list_context,
    move_warnings,
    neighbours_of,
    recorded_text,
    with_papers,
)
from web.forms.devices import DeviceChangeForm, StateCorrectForm
from web.forms.reasons import ReasonForm
from web.lists import render_list, wants_fragment
from web.meanwhile import answer_overtaken
from web.remarks import hint_at_persons
from web.table_reading import begins_with_view


@login_required
@begins_with_view("devices")
def device_list(request: HttpRequest) -> HttpResponse:
    context = list_context(request)
    return render_list(request, "inventory/device_list.html", "inventory/_device_table.html", context)


@login_required
def device_detail(request: HttpRequest, pk: int) -> HttpResponse:
    device = get_object_or_404(with_papers(Device.objects.visible_to(request.user)), pk=pk)
    return render(request, "inventory/device_detail.html", detail_context(request, device))


@login_required
def device_change(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own; htmx puts the form alone into the device's page, and refreshes its choices."""
    device = get_object_or_404(Device.objects.visible_to(request.user).with_names(), pk=pk)
    require(request.user, Right.BOOK)
    form = _change_form(request, device)
    if request.method == "POST" and not form.is_preview and _is_changed(request, device, form):
        return redirect("web:device_detail", pk=device.pk)
    fragment = "inventory/_placement_fields.html" if form.is_preview else "inventory/_device_change.html"
    template = fragment if wants_fragment(request) else "inventory/device_change.html"
    context = {"device": device, "form": form, "binding": bindings_of([device]).get(device.pk)}
    return render(request, template, context)


def _change_form(request: HttpRequest, device: Device) -> DeviceChangeForm:
    return DeviceChangeForm(
        sent(request),
        user=request.user,
        device=device,
        states=list(facts_about(request, device).known()),
        trail=entries_about(device),
        today=timezone.localdate(),
        is_preview="refresh" in request.POST,
        rooms_of_school=wants_fragment(request),
    )


def _is_changed(request: HttpRequest, device: Device, form: DeviceChangeForm) -> bool:
    def change() -> int:
        form.confirm(move_warnings(request, [device], form.changes))
        return change_devices([device], by=actor_of(request), **form.changes).changed

    changed = carried_out(form, _rows(request, device.pk), change)
    if changed:
        messages.success(request, recorded_text(request, device, form.changes["on"]))
        hint_at_persons(request, form)
    elif changed is not None:
        messages.info(request, _("That was already recorded; nothing was changed."))
    return changed is not None


@login_required
def state_correct(request: HttpRequest, pk: int, state_pk: int) -> HttpResponse:
    state = get_object_or_404(entries_of(request, pk), pk=state_pk)
    require(request.user, Right.CORRECT)
    if state.superseded_at:
        return _too_late(request, state)
    form = _correct_form(request, state)

    def correct() -> None:
        correct_state(state, by=actor_of(request), **form.changes)

    if request.method == "POST" and not form.is_preview and is_done(form, _rows(request, pk), correct):
        messages.success(request, _("The entry is corrected. The former one stays on record."))
        warn_of_crowding(request, pk)
        return redirect("web:device_detail", pk=pk)
    template = "inventory/_placement_fields.html" if wants_fragment(request) else "inventory/state_correct.html"
    return render(request, template, {"device": state.device, "state": state, "form": form})


@login_required
def state_withdraw(request: HttpRequest, pk: int, state_pk: int) -> HttpResponse:
    state = get_object_or_404(entries_of(request, pk), pk=state_pk)
    require(request.user, Right.CORRECT)
    if state.superseded_at:
        return _too_late(request, state)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_state(state, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), withdraw):
        messages.success(request, _("The entry is withdrawn. It stays on record."))
        return redirect("web:device_detail", pk=pk)
    context = {"device": state.device, "state": state, "before": neighbours_of(request, state)[0], "form": form}
    return render(request, "inventory/state_withdraw.html", context)


def _too_late(request: HttpRequest, state: DeviceState) -> HttpResponse:
    form, facts = _correct_form(request, state), facts_about(request, state.device)
    names = {"page": "web:device_detail", "correct": "web:state_correct"}
    return answer_overtaken(request, state.device, state, form, facts, **names)


def _correct_form(request: HttpRequest, state: DeviceState) -> StateCorrectForm:
    before, after = neighbours_of(request, state)
    return StateCorrectForm(
        sent(request),
        user=request.user,
        state=state,
        neighbours=(before.status if before else None, after.status if after else None),
        today=timezone.localdate(),
        is_preview="refresh" in request.POST,
        rooms_of_school=wants_fragment(request),
    )


def _rows(request: HttpRequest, pk: int) -> QuerySet[Device]:
    """What is locked while a device or an entry of its history changes."""
    return Device.objects.visible_to(request.user).filter(pk=pk)
