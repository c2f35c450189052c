"""Goods receipt against an order: scanning, pasting or reading a supplier's list, and booking."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imports.comparing import read_announced
from inventory.models import Delivery, Order
from inventory.services import book_delivery
from inventory.services.deliveries import booked_by_form
from inventory.services.discrepancies import receipt_of
from inventory.services.receipt import CheckedCode, check_codes
from schools.access import Right, require
from web.actors import actor_of
from web.forms.deliveries import AnnouncedForm, ReceiptForm, ScanForm
from web.receiving import MOST_CODES, Receiving

#: So many rows of the list are shown, newest first; what needs a look is shown in any case.
_SHOWN = 100


@login_required
def delivery_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Every press of a button posts the whole form, so that it works without JavaScript."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.BOOK)
    form = ReceiptForm(request.POST or None, user=request.user, initial={"delivered_on": timezone.localdate()})
    is_booking = request.POST.get("action") == "book"
    first = booked_by_form(order, request.POST.get("token", "")) if is_booking else None
    if first:
        messages.info(request, _("This form was booked already: here is what came of it."))
        return redirect("web:delivery_detail", first.pk)
    announced = AnnouncedForm(request.POST, request.FILES, max_bytes=settings.UPLOAD_MAX_BYTES)
    receiving = _edited(request, order, announced)
    if is_booking and form.is_valid():
        delivery = _book(request, form, receiving)
        if delivery:
            return redirect("web:delivery_detail", delivery.pk)
    return _receipt(request, form, receiving, announced)


def _receipt(request: HttpRequest, form: ReceiptForm, receiving: Receiving, announced: AnnouncedForm) -> HttpResponse:
    order, action = receiving.order, request.POST.get("action")
    checked = check_codes(order, receiving.codes, receiving.announced)
    if action != "book":
        form.errors.clear()  # only booking asks for the frame to be complete
    lines = order.lines.with_delivered()
    context = {
        "order": order,
        "form": form,
        "scan": ScanForm(order=order, initial={"line": request.POST.get("line") or lines[0].pk}),
        "list_form": announced if action == "announce" else AnnouncedForm(max_bytes=settings.UPLOAD_MAX_BYTES),
        "hidden": receiving.hidden,
        "token": request.POST.get("token") or str(uuid4()),
        "receiving": receiving,
        "last": checked[-1] if checked and action in (None, "", "add", "scan") else None,
        "lines": lines,
        "booked": _booked(request, order, request.POST.get("note_number", "").strip()),
        "add_to_booked": bool(request.POST.get("add_to_booked")),
        "accept_more": bool(request.POST.get("accept_more")),
        **_counts(receiving, checked),
    }
    template = "deliveries/_codes.html" if getattr(request, "htmx", False) else "deliveries/delivery_create.html"
    return render(request, template, context)


def _counts(receiving: Receiving, checked: Sequence[CheckedCode]) -> dict[str, Any]:
    newest = list(enumerate(checked))[::-1]
    shown = [(i, code) for n, (i, code) in enumerate(newest) if n < _SHOWN or code.problem][: 2 * _SHOWN]
    serials = {code.serial for code in checked}
    return {
        "checked": shown,
        "more": len(checked) - len(shown),
        "good": sum(not code.problem for code in checked),
        "problems": sum(bool(code.problem) for code in checked),
        "damaged": sum(bool(code.damage) for code in checked),
        "too_many": any(code.problem == "too_many" for code in checked),
        "sortable": any(code.problem == "wrong_model" and not code.known for code in checked),
        "missing": [serial for serial in receiving.announced if serial not in serials],
        "surplus": sum(not c.problem and c.serial not in receiving.announced for c in checked),
    }


def _booked(request: HttpRequest, order: Order, note: str) -> Delivery | None:
    """The delivery that is booked with this note already, by whomever."""
    visible = Delivery.objects.visible_to(request.user).filter(order=order, note_number=note)
    return visible.with_devices().first() if note else None


def _edited(request: HttpRequest, order: Order, announced: AnnouncedForm) -> Receiving:
    """What was collected after what was pressed: add (the default), and the other buttons of the page."""
    receiving, action = Receiving.of(order, request.POST), request.POST.get("action")
    if "remove" in request.POST:
        receiving.remove(request.POST["remove"])
    elif "damage_of" in request.POST:
        receiving.turn_damage(request.POST["damage_of"])
    elif action == "undo":
        receiving.undo_last()
    elif action == "clean":
        receiving.set_aside()
    elif action == "sort":
        receiving.follow_the_list()
    elif action == "announce":
        _announce(receiving, announced)
    elif request.method == "POST":
        receiving.add(ScanForm(request.POST, order=order).codes())
    if receiving.is_cut:
        text = _("More than %(most)s codes at once: only the first %(most)s were taken.")
        messages.warning(request, text % {"most": MOST_CODES})
    return receiving


def _announce(receiving: Receiving, form: AnnouncedForm) -> None:
    if not form.is_valid():
        return
    file = form.cleaned_data["announced_file"]
    try:
        receiving.announced = read_announced(file, receiving.order, name=file.name)
    except ValidationError as error:
        form.add_error("announced_file", ValidationError(error.messages))


def _book(request: HttpRequest, form: ReceiptForm, receiving: Receiving) -> Delivery | None:
    frame = dict(form.cleaned_data)
    codes = receiving.with_damage(frame.pop("damage") or _("Damaged when it was delivered."))
    try:
        delivery = book_delivery(
            receiving.order,
            **frame,
            serials=codes,
            by=actor_of(request),
            accept_more=bool(request.POST.get("accept_more")),
            accept_booked=bool(request.POST.get("add_to_booked")),
            receipt=receipt_of(receiving.lines.values(), codes, receiving.announced, receiving.refused),
            token=request.POST.get("token", "")[:36],
        )
    except ValidationError as error:
        form.add_error(None, ValidationError(_shortened(error.messages)))
        return None
    text = ngettext("%(count)d device booked.", "%(count)d devices booked.", len(codes)) % {"count": len(codes)}
    messages.success(request, text)
    return delivery


def _shortened(texts: Sequence[str]) -> list[str]:
    """The first refusals, and how many more there are."""
    rest = len(texts) - 20
    more = [ngettext("… and %(count)d more.", "… and %(count)d more.", rest) % {"count": rest}] if rest > 0 else []
    return [*texts[:20], *more]
