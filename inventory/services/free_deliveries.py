"""A delivery that nobody has ordered here: a gift, goods of another authority, an order that was never recorded."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.services import open_act
from inventory.models import Delivery, DeviceModel, Order, OrderLine
from inventory.services.deliveries import NewDelivery, book_deliveries
from inventory.services.orders import NewLine, NewOrder, create_orders
from inventory.services.receipt import Code
from schools.models import School


class FreeLine(NamedTuple):
    """What came of one model: its serials."""

    model: DeviceModel
    serials: Sequence[str]


def book_free_delivery(
    *,
    order_number: str,
    supplier: str,
    note_number: str,
    delivered_on: date,
    lines: Sequence[FreeLine],
    by: Actor,
    school: School | None = None,
    token: str = "",
) -> Delivery:
    """Book a delivery without an order; for the books one is recorded with it, of that day and of what came.

    Both are one act, and are taken back with it. ``school`` is ``None`` for the central store; ``token`` as in
    ``book_delivery``. Raises ``ValidationError`` as ``create_order`` and ``book_delivery``; then nothing is booked.
    """
    came = [line for line in lines if line.serials]
    if not came:
        raise ValidationError(_("Please scan or type at least one serial number."), "no_codes")
    first = Delivery.objects.filter(token=token).first() if token else None
    if first:
        return first
    try:
        with transaction.atomic():
            act = open_act(by, "delivery.book", subject=f"{order_number} / {note_number}")
            ordered = [NewLine(line.model, len(line.serials)) for line in came]
            (key,) = create_orders([NewOrder(order_number, supplier, delivered_on, ordered)], act)
            codes = _codes(key, came)
            order = Order.objects.get(pk=key)
            (note,) = book_deliveries(
                [NewDelivery(order, note_number, delivered_on, codes, school, token=token)], act, accept_booked=False
            )
            return Delivery.objects.get(pk=note)
    except IntegrityError as error:
        text = _("Somebody else has just booked one of these serial numbers. Check the list and book again.")
        raise ValidationError(text, "in_stock") from error


def _codes(order: int, came: Sequence[FreeLine]) -> list[Code]:
    rows = OrderLine.objects.filter(order=order).select_related("model__category", "model__manufacturer")
    return [
        Code(row, serial) for row, line in zip(rows.order_by("position"), came, strict=True) for serial in line.serials
    ]
