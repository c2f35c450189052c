"""One change for many devices: ticked in the list, all that the filter finds, or scanned; shown before it is done."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.queries import entries_under
from common.bulk import ids
from inventory.filters import DeviceFilter
from inventory.models import Device
from inventory.services import Changed, change_many, preview_many
from schools.access import Right, has_right, require
from web.actors import actor_of
from web.bulk_reading import Preview, preview_of
from web.changes import carried_out, sent
from web.device_reading import move_warnings
from web.forms.device_bulk import DeviceBulkChangeForm, DeviceCodesForm, kinds_of
from web.lists import filters_of, keys_of, wants_fragment
from web.remarks import hint_at_persons

SHOWN = 12
#: Where scanned devices wait for what is done with them, and where that is asked.
_SCANNED = "scanned_devices"
_NEXT = {"change": "web:device_bulk_change", "retire": "web:retirement_record"}
#: A preview older than this, in seconds, is shown again.
_SEAL_AGE = 3600
_SALT = "web.device_bulk"


@login_required
def device_bulk_change(request: HttpRequest) -> HttpResponse:
    """The choice stands in the address (``scope=all`` and filters, or ``device=…``), the change is posted.

    It is done once the person was shown what it does to these devices; the ``seal`` says what was shown.
    """
    devices = chosen_devices(request)
    require(request.user, Right.BOOK)
    form = _form(request, devices)
    number = sum(n for _kind, _status, n in form.kinds)
    if not number:
        messages.warning(request, _("No device was chosen."))
        return redirect(_list_address(request))
    preview = None
    if request.method == "POST" and not form.is_preview:
        if _is_sealed(request, devices):
            if _is_changed(request, devices, form):
                return redirect(_list_address(request))
        else:
            preview = _previewed(request, devices, form)
    return _asked(request, devices, form, number, preview)


@login_required
def device_select(request: HttpRequest) -> HttpResponse:
    """Scan to select: the devices wait in the session for what is done with them."""
    visible = Device.objects.visible_to(request.user)
    require(request.user, Right.BOOK)
    form = DeviceCodesForm(sent(request), devices=visible)
    if request.method == "POST" and form.is_valid():
        request.session[_SCANNED] = [device.pk for device in form.cleaned_data["codes"]]
        target = _NEXT.get(request.POST.get("then", ""), _NEXT["change"])
        step = ["retired"] if target == _NEXT["retire"] else []
        return redirect(f"{reverse(target, args=step)}?scope=scanned")
    return render(request, "inventory/device_select.html", {"form": form})


def _asked(
    request: HttpRequest, devices: QuerySet[Device], form: DeviceBulkChangeForm, number: int, preview: Preview | None
) -> HttpResponse:
    sample = devices.select_related("model__manufacturer")[:SHOWN]
    context = {
        "form": form,
        "number": number,
        "sample": sample,
        "back": _list_address(request),
        "preview": preview,
        "seal": _seal(request, devices) if preview else "",
    }
    template = "inventory/_bulk_room.html" if wants_fragment(request) else "inventory/device_bulk_change.html"
    return render(request, template, context)


def chosen_devices(request: HttpRequest) -> QuerySet[Device]:
    """Keys that are not the person's to see count as not there."""
    visible = Device.objects.visible_to(request.user)
    scope = request.GET.get("scope")
    if scope == "all":
        return DeviceFilter(filters_of(request.GET, "device"), visible, request=request).qs
    if scope == "scanned":
        return visible.filter(pk__in=ids(request.session.get(_SCANNED, [])))
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


# --- what is shown before ---------------------------------------------------------------------------------------------


def _previewed(request: HttpRequest, devices: QuerySet[Device], form: DeviceBulkChangeForm) -> Preview | None:
    found: list[Preview] = []

    def look() -> int:
        form.warnings = move_warnings(request, devices, _told(form))
        diff = preview_many(devices, form.change, by=actor_of(request))
        found.append(preview_of(request.user, diff))
        return 1

    return found[0] if carried_out(form, devices, look, are_many=True) else None


def _told(form: DeviceBulkChangeForm) -> dict[str, Any]:
    return {"on": form.change.on, **form.change.placed}


def _shown(request: HttpRequest, devices: QuerySet[Device]) -> str:
    """What a preview was about: who asked, which devices, and all that was entered."""
    entered = sorted(
        (name, values)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "version", "seal", "warned", "apply", "leaves_out")
    )
    keys: Sequence[int] = sorted(devices.order_by().values_list("pk", flat=True))
    return hashlib.sha256(repr((request.user.pk, keys, entered)).encode()).hexdigest()


def _seal(request: HttpRequest, devices: QuerySet[Device]) -> str:
    return signing.dumps(_shown(request, devices), salt=_SALT)


def _is_sealed(request: HttpRequest, devices: QuerySet[Device]) -> bool:
    """Whether exactly this was shown before; else it is shown, and why it has to be is said."""
    if "apply" not in request.POST:
        return False
    try:
        shown = signing.loads(request.POST.get("seal", ""), salt=_SALT, max_age=_SEAL_AGE)
    except signing.BadSignature:
        shown = ""
    if shown == _shown(request, devices):
        return True
    text = _("This is not what was shown before, or it was too long ago. Nothing is changed yet: please look again.")
    messages.warning(request, text)
    return False


# --- doing it ---------------------------------------------------------------------------------------------------------


def _is_changed(request: HttpRequest, devices: QuerySet[Device], form: DeviceBulkChangeForm) -> bool:
    done: list[Changed] = []

    def change() -> int:
        form.confirm(move_warnings(request, devices, _told(form)))
        leaves_out = form.cleaned_data["leaves_out"]
        done.append(change_many(devices, form.change, by=actor_of(request), leaves_out_refused=leaves_out))
        return done[0].diff.changed

    if carried_out(form, devices, change, are_many=True) is None:
        return False
    _say(request, done[0])
    hint_at_persons(request, form)
    return True


def _say(request: HttpRequest, done: Changed) -> None:
    changed = done.diff.changed
    text = ngettext("%(count)d device was changed.", "%(count)d devices were changed.", changed) % {"count": changed}
    if changed and has_right(request.user, Right.UNDO):
        address = reverse("web:act_undo", args=[done.act.pk])
        text = format_html('{} <a href="{}">{}</a>', text, address, _("Take back"))
    messages.success(request, text)


def _list_address(request: HttpRequest) -> str:
    query = filters_of(request.GET, "device").urlencode()
    return reverse("web:device_list") + (f"?{query}" if query else "")
