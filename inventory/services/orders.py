"""Orders, and deliveries booked against them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.services import Record, log_records, open_act
from common.bulk import codes
from common.parsing import normalise_code
from inventory.enums import DeviceStatus
from inventory.models import Delivery, Device, DeviceModel, Order, OrderLine
from inventory.services.devices import NewDevice, create_devices
from inventory.services.states import Placed
from schools.models import School

SERIAL_LENGTH = 60


class NewLine(NamedTuple):
    """``unit_price``: gross, in euro."""

    model: DeviceModel
    quantity: int
    unit_price: Decimal | None = None


class Code(NamedTuple):
    """One scanned or typed serial, for one order line."""

    line: OrderLine
    serial: str


class CheckedCode(NamedTuple):
    """``problem`` is empty for a new serial; else ``twice``, ``in_stock``, ``too_many``, ``unusable``."""

    line: OrderLine
    serial: str
    problem: str = ""
    known: Device | None = None


def create_order(
    *,
    number: str,
    supplier: str,
    ordered_on: date,
    lines: Sequence[NewLine],
    by: Actor,
    expected_on: date | None = None,
) -> Order:
    """Create an order with its lines. Raises ``ValidationError`` for a used number or no line."""
    if not lines:
        raise ValidationError(_("An order needs at least one line."), "no_lines")
    with transaction.atomic():
        act = open_act(by, "order.create", subject=number)
        order = Order(number=number, supplier=supplier, ordered_on=ordered_on, expected_on=expected_on)
        order.full_clean()
        order.save()
        for position, line in enumerate(lines, 1):
            row = OrderLine(
                order=order, position=position, model=line.model, quantity=line.quantity, unit_price=line.unit_price
            )
            row.full_clean()
            row.save()
        log_records(act, Order, [Record(order.pk, number, None, {"number": [None, number]})])
    return order


def backlog(order: Order) -> dict[int, int]:
    """Ordered minus delivered per line key; negative where more came than was ordered."""
    return dict(order.lines.with_delivered().values_list("pk", "backlog"))


def check_codes(order: Order, scanned: Sequence[Code]) -> list[CheckedCode]:
    """Say for each code, in order, whether it can be booked: the live check of the goods receipt."""
    serials = [normalise_code(code.serial) or "" for code in scanned]
    known = {
        (d.manufacturer_id, d.serial): d
        for d in Device.objects.filter(serial__in=codes(serials)).select_related("school", "model__manufacturer")
    }
    rest = Counter(backlog(order))
    seen: set[tuple[int, str]] = set()
    checked = []
    for code, serial in zip(scanned, serials, strict=True):
        key = (code.line.model.manufacturer_id, serial)
        problem = _problem(serial, key in seen, key in known, rest[code.line.pk])
        if not problem:
            rest[code.line.pk] -= 1
        seen.add(key)
        checked.append(CheckedCode(code.line, serial, problem, known.get(key)))
    return checked


def book_delivery(
    order: Order,
    *,
    note_number: str,
    delivered_on: date,
    serials: Sequence[Code],
    by: Actor,
    school: School | None = None,
    accept_more: bool = False,
) -> Delivery:
    """Book a delivery: its devices come into being as *delivered*, in one transaction.

    ``school`` is ``None`` for the central store. ``accept_more`` books more than was ordered.
    Raises ``ValidationError`` naming each code that cannot be booked; then nothing is booked.
    """
    if not serials:
        raise ValidationError(_("Please scan or type at least one serial number."), "no_codes")
    with transaction.atomic():
        act = open_act(by, "delivery.book", subject=f"{order.number} / {note_number}")
        order = Order.objects.select_for_update().get(pk=order.pk)
        if delivered_on < order.ordered_on:
            raise ValidationError(_("The delivery lies before the day of the order."), "before_order")
        checked = check_codes(order, serials)
        _refuse_problems(checked, accept_more)
        delivery = Delivery(order=order, note_number=note_number, delivered_on=delivered_on, school=school)
        delivery.full_clean()
        delivery.save()
        try:
            create_devices([_new_device(code, delivery) for code in checked], act)
        except IntegrityError as error:
            # Against another order the same serial may come in at this very moment: the database decides.
            text = _("Somebody else has just booked one of these serial numbers. Check the list and book again.")
            raise ValidationError(text, "in_stock") from error
        school_id = school.pk if school else None
        log_records(act, Delivery, [Record(delivery.pk, str(delivery), school_id, {"devices": [0, len(checked)]})])
    return delivery


MESSAGES = {
    "twice": _("%(serial)s was scanned twice."),
    "in_stock": _("%(serial)s is already in stock."),
    "too_many": _("%(serial)s is more than was ordered in position %(position)s."),
    "unusable": _("“%(serial)s” is not a serial number."),
}


def _refuse_problems(checked: Sequence[CheckedCode], accept_more: bool) -> None:
    errors = [
        ValidationError(MESSAGES[code.problem], code.problem, {"serial": code.serial, "position": code.line.position})
        for code in checked
        if code.problem and not (accept_more and code.problem == "too_many")
    ]
    if errors:
        raise ValidationError(errors)


def _problem(serial: str, is_twice: bool, is_known: bool, rest: int) -> str:
    if not serial or len(serial) > SERIAL_LENGTH:
        return "unusable"
    if is_twice:
        return "twice"
    if is_known:
        return "in_stock"
    return "" if rest > 0 else "too_many"


def _new_device(code: CheckedCode, delivery: Delivery) -> NewDevice:
    model = code.line.model
    placed = Placed(DeviceStatus.DELIVERED, delivery.school_id, None, model.category.default_use, None)
    return NewDevice(
        model=model,
        on=delivery.delivered_on,
        placed=placed,
        serial=code.serial,
        purchased_on=delivery.order.ordered_on,
        price=code.line.unit_price,
        order_line=code.line.pk,
        delivery=delivery.pk,
    )
