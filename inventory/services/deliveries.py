"""Goods received against orders: their devices come into being, or are known already and filed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import check_not_future
from common.bulk import ids, insert_rows, next_ids, update_rows
from inventory.enums import DeviceStatus
from inventory.models import Delivery, Device, Order
from inventory.services.devices import NewDevice, create_devices
from inventory.services.discrepancies import merged
from inventory.services.receipt import (
    CheckedCode,
    Code,
    Known,
    backlogs,
    checked_codes,
    known_devices,
    message_of,
    pair_of,
)
from inventory.services.states import Placed
from inventory.workflow import status_in
from schools.models import School

#: Booked notes by key of the order and number, with ``devices_count``.
_Booked = Mapping[tuple[int, str], Any]


class NewDelivery(NamedTuple):
    """What came with one delivery note; ``school`` is ``None`` for the central store.

    Devices of ``serials`` come into being as *delivered*. Those of ``filed`` are in the inventory already: they
    get their order line, and their states stay. ``receipt``: as ``inventory.services.discrepancies`` writes it.
    """

    order: Order
    note_number: str
    delivered_on: date
    serials: Sequence[Code] = ()
    school: School | None = None
    filed: Sequence[Code] = ()
    receipt: Mapping[str, Any] = {}
    token: str = ""

    @property
    def label(self) -> str:
        return f"{self.order.number} / {self.note_number}"


def book_delivery(
    order: Order,
    *,
    note_number: str,
    delivered_on: date,
    serials: Sequence[Code],
    by: Actor,
    school: School | None = None,
    accept_more: bool = False,
    accept_booked: bool = False,
    receipt: Mapping[str, Any] | None = None,
    token: str = "",
) -> Delivery:
    """Book a delivery: its devices come into being as *delivered*, the damaged ones as broken, in one transaction.

    ``school`` is ``None`` for the central store. ``accept_more`` books more than was ordered, ``accept_booked`` adds to
    a note that is booked already. ``token``: of the form; where that was booked before, its delivery is returned.
    Raises ``ValidationError`` naming each code that cannot be booked; then nothing is booked.
    """
    if not serials:
        raise ValidationError(_("Please scan or type at least one serial number."), "no_codes")
    new = NewDelivery(order, note_number, delivered_on, serials, school, receipt=receipt or {}, token=token)
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order.pk)
        first = booked_by_form(order, token)
        if first:
            return first
        act = open_act(by, "delivery.book", subject=new.label)
        try:
            (key,) = book_deliveries([new], act, accept_more=accept_more, accept_booked=accept_booked)
        except IntegrityError as error:
            # Against another order the same serial may come in at this very moment: the database decides.
            text = _("Somebody else has just booked one of these serial numbers. Check the list and book again.")
            raise ValidationError(text, "in_stock") from error
        return Delivery.objects.get(pk=key)


def booked_by_form(order: Order, token: str) -> Delivery | None:
    """What this very form has booked before: sent twice, or once more after going back in the browser."""
    return Delivery.objects.filter(order=order, token=token).first() if token else None


def file_delivery(
    order: Order, *, note_number: str, delivered_on: date, serials: Sequence[Code], by: Actor
) -> Delivery:
    """Record a past delivery of known devices: they get their order line, their states stay as they are.

    Raises ``ValidationError`` naming the serials that are unknown, given twice, or of another delivery.
    """
    with transaction.atomic():
        act = open_act(by, "delivery.file", subject=f"{order.number} / {note_number}")
        new = NewDelivery(order, note_number, delivered_on, filed=serials)
        (key,) = book_deliveries([new], act, accept_booked=False)
        return Delivery.objects.get(pk=key)


def book_deliveries(
    deliveries: Sequence[NewDelivery], act: Act, *, accept_more: bool = False, accept_booked: bool = True
) -> list[int]:
    """Book delivery notes with their devices and audit entries in a constant number of statements.

    ``accept_more`` books more than was ordered, ``accept_booked`` adds to notes that are booked already.
    Returns their keys in the given order. Raises ``ValidationError`` naming each note and each code that
    cannot be booked; then nothing is.
    """
    wanted = Order.objects.filter(pk__in=ids(new.order.pk for new in deliveries))
    orders = {order.pk: order for order in wanted.select_for_update().order_by("pk")}
    known = known_devices([code for new in deliveries for code in (*new.serials, *new.filed)], is_locked=True)
    booked: _Booked = {
        (d.order_id, d.note_number): d for d in Delivery.objects.filter(order__in=ids(orders)).with_devices()
    }
    rest = backlogs(orders)
    rest.subtract(code.line.pk for new in deliveries for code in new.filed)
    seen: set[tuple[int, str]] = set()
    checked = [list(checked_codes(new.serials, known, rest, seen, {})) for new in deliveries]
    errors = [fault for new in deliveries for fault in _faults(new, orders[new.order.pk], act)]
    errors += [fault for new in deliveries for fault in _note_faults(new, booked.get(_note(new)), accept_booked)]
    errors += [*_problems([code for one in checked for code in one], accept_more), *_unfit(deliveries, known)]
    if errors:
        raise ValidationError(errors) if len(errors) > 1 else errors[0]
    keys = _insert(deliveries, booked)
    create_devices(
        [
            _new_device(code, key, new, orders[new.order.pk])
            for key, new, codes_of_one in zip(keys, deliveries, checked, strict=True)
            for code in codes_of_one
        ],
        act,
    )
    _file([(key, code) for key, new in zip(keys, deliveries, strict=True) for code in new.filed], known, act)
    log_records(act, Delivery, (_record(key, new, booked) for key, new in zip(keys, deliveries, strict=True)))
    return keys


def _faults(new: NewDelivery, order: Order, act: Act) -> Iterator[ValidationError]:
    """What speaks against a note, without asking the database again."""
    note = Delivery(note_number=new.note_number, delivered_on=new.delivered_on)
    try:
        check_not_future(new.delivered_on, act.at)
        note.clean_fields(exclude={"order", "school"})
    except ValidationError as error:
        yield from error.error_list if hasattr(error, "error_list") else chain(*error.error_dict.values())
    if new.delivered_on < order.ordered_on:
        yield ValidationError(_("The delivery lies before the day of the order."), "before_order")
    if any(code.line.order_id != order.pk for code in (*new.serials, *new.filed)):
        yield ValidationError(_("A line is none of this order."), "foreign_line")
    if not (new.serials or new.filed):
        yield ValidationError(_("Please scan or type at least one serial number."), "no_codes")


def _note_faults(new: NewDelivery, there: Delivery | None, accept_booked: bool) -> Iterator[ValidationError]:
    if there and not accept_booked:
        yield ValidationError(_("This delivery note of the order is already booked."), "booked")
    elif there and (there.delivered_on, there.school_id) != (new.delivered_on, _school(new)):
        text = _("%(note)s is booked already, with another day or another school.")
        yield ValidationError(text, "other_note", {"note": new.label})


def _problems(checked: Sequence[CheckedCode], accept_more: bool) -> Iterator[ValidationError]:
    for code in checked:
        if code.problem and not (accept_more and code.problem == "too_many"):
            yield ValidationError(message_of(code), code.problem)


def _unfit(deliveries: Sequence[NewDelivery], known: Known) -> Iterator[ValidationError]:
    """Codes that cannot be filed: of no device, given twice, or of a device that came with another note."""
    pairs = [pair_of(code) for new in deliveries for code in new.filed]
    times = Counter(pairs)
    bad = [pair for pair in times if times[pair] > 1 or pair not in known or known[pair].delivery_id is not None]
    if bad:
        yield ValidationError(
            _("Not in the inventory, given twice, or of another delivery: %(serials)s."),
            "unknown_serials",
            {"serials": ", ".join(sorted(serial for _maker, serial in bad)[:20])},
        )


def _insert(deliveries: Sequence[NewDelivery], booked: _Booked) -> list[int]:
    """Write the notes that are not booked yet; the key of each, booked or new, in the given order."""
    keys = {pair: note.pk for pair, note in booked.items()}
    new = {_note(one): one for one in deliveries if _note(one) not in keys}
    keys |= dict(zip(new, next_ids(Delivery, len(new)), strict=True))
    insert_rows(
        Delivery,
        ("id", "order", "note_number", "delivered_on", "school", "receipt", "token"),
        (
            (keys[pair], *pair, one.delivered_on, _school(one), dict(one.receipt), one.token)
            for pair, one in new.items()
        ),
    )
    _add_receipts([(booked[_note(one)], one) for one in deliveries if _note(one) in booked])
    return [keys[_note(one)] for one in deliveries]


def _add_receipts(added: Sequence[tuple[Any, NewDelivery]]) -> None:
    """What the receipt of a further step says comes to what the steps before said."""
    rows = [
        (note.pk, merged(note.receipt, one.receipt), one.token or note.token)
        for note, one in added
        if one.receipt or one.token
    ]
    if rows:
        update_rows(Delivery, ("receipt", "token"), rows)


def _file(filed: Sequence[tuple[int, Code]], known: Known, act: Act) -> None:
    if not filed:
        return
    devices = [(known[pair_of(code)], key, code) for key, code in filed]
    update_rows(Device, ("order_line", "delivery"), [(d.pk, code.line.pk, key) for d, key, code in devices])
    records = (
        Record(d.pk, str(d), d.school_id, {"delivery": [None, key], "order_line": [d.order_line_id, code.line.pk]})
        for d, key, code in devices
    )
    log_records(act, Device, records)


def _record(key: int, new: NewDelivery, booked: _Booked) -> Record:
    there = booked.get(_note(new))
    before = there.devices_count if there else 0
    changes: dict[str, list[Any]] = {"devices": [before, before + len(new.serials) + len(new.filed)]}
    return Record(
        key, new.label, _school(new), changes if there else {"note_number": [None, new.note_number]} | changes
    )


def _note(new: NewDelivery) -> tuple[int, str]:
    return new.order.pk, new.note_number


def _school(new: NewDelivery) -> int | None:
    return new.school.pk if new.school else None


def _new_device(code: CheckedCode, delivery: int, new: NewDelivery, order: Order) -> NewDevice:
    model = code.line.model
    status = status_in(model.category.workflow, DeviceStatus.IN_REPAIR) if code.damage else DeviceStatus.DELIVERED
    return NewDevice(
        model=model,
        on=new.delivered_on,
        placed=Placed(status, _school(new), None, model.category.default_use, None),
        serial=code.serial,
        asset_tag=code.asset_tag,
        note=code.damage,
        purchased_on=order.ordered_on,
        price=code.line.unit_price,
        order_line=code.line.pk,
        delivery=delivery,
        financing=code.line.financing_id,
    )
