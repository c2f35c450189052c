"""Orders and their lines: one by hand, hundreds from a workbook, by the same code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import locked
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.bulk import codes, ids, insert_rows, next_ids, update_rows
from funding.models import Financing
from inventory.models import DeviceModel, Order, OrderLine
from inventory.services.financing import follow_lines

DETAILS = ("number", "supplier", "ordered_on", "expected_on")
LINE_DETAILS = ("model", "quantity", "unit_price", "financing")


class NewLine(NamedTuple):
    """``unit_price``: gross, in euro. Without a ``position`` it comes after the others of its order."""

    model: DeviceModel
    quantity: int
    unit_price: Decimal | None = None
    position: int | None = None
    financing: Financing | None = None


class NewOrder(NamedTuple):
    number: str
    supplier: str
    ordered_on: date
    lines: Sequence[NewLine]
    expected_on: date | None = None


class OrderChange(NamedTuple):
    """``fields`` of ``DETAILS``, ``lines``: ``{line key: {field of LINE_DETAILS: value}}``, and lines to be added."""

    fields: Mapping[str, Any] = {}
    lines: Mapping[int, Mapping[str, Any]] = {}
    new: Sequence[NewLine] = ()


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
    with transaction.atomic():
        act = open_act(by, "order.create", subject=number)
        (key,) = create_orders([NewOrder(number, supplier, ordered_on, lines, expected_on)], act)
        return Order.objects.get(pk=key)


def create_orders(orders: Sequence[NewOrder], act: Act) -> Sequence[int]:
    """Create orders with their lines and audit entries in a constant number of statements; returns their keys.

    Raises ``ValidationError`` naming each order that cannot be.
    """
    used = set(Order.objects.filter(number__in=codes(new.number for new in orders)).values_list("number", flat=True))
    errors: list[ValidationError] = []
    for new in orders:
        errors += _faults(new, is_used=new.number in used)
        used.add(new.number)
    if errors:
        raise ValidationError(errors) if len(errors) > 1 else errors[0]
    keys = next_ids(Order, len(orders))
    insert_rows(
        Order,
        ("id", *DETAILS),
        ((pk, *(getattr(new, name) for name in DETAILS)) for pk, new in zip(keys, orders, strict=True)),
    )
    log_records(
        act, Order, (Record(pk, new.number, None, _first(new, DETAILS)) for pk, new in zip(keys, orders, strict=True))
    )
    _insert_lines([(pk, new.number, _placed(new.lines, ())) for pk, new in zip(keys, orders, strict=True)], act)
    return keys


def update_orders(changes: Mapping[int, OrderChange], act: Act) -> int:
    """Carry out ``{order key: what changes}`` in a constant number of statements; returns how many changed.

    Devices follow the financing of their line, unless they have one of their own.
    Raises ``ValidationError`` for a quantity below what came already, another model of a line of which
    devices came, and days that contradict each other.
    """
    orders = {o.pk: o for o in Order.objects.filter(pk__in=ids(changes)).select_for_update().order_by("pk")}
    lines: dict[int, list[Any]] = {}
    for line in OrderLine.objects.filter(order__in=ids(changes)).with_delivered():
        line.order = orders[line.order_id]
        lines.setdefault(line.order_id, []).append(line)
    came = _first_deliveries(changes)
    errors = [
        fault
        for pk, change in changes.items()
        for fault in _refusals(orders[pk], change, lines.get(pk, []), came.get(pk))
    ]
    if errors:
        raise ValidationError(errors) if len(errors) > 1 else errors[0]
    changed = _update_fields({orders[pk]: change.fields for pk, change in changes.items()}, act)
    changed |= _update_lines(
        [
            (orders[pk], line, change.lines.get(line.pk, {}))
            for pk, change in changes.items()
            for line in lines.get(pk, [])
        ],
        act,
    )
    taken = {pk: [line.position for line in of_one] for pk, of_one in lines.items()}
    _insert_lines(
        [(pk, orders[pk].number, _placed(change.new, taken.get(pk, ()))) for pk, change in changes.items()], act
    )
    return len(changed | {pk for pk, change in changes.items() if change.new})


def edit_order(order: Order, *, change: OrderChange, by: Actor, reason: str = "") -> Order:
    """Carry out one change; the trail has an entry about the order itself, also for its lines.

    Raises ``ValidationError`` as ``update_orders``, and by field for what an order cannot be.
    """
    with transaction.atomic():
        current = locked(order)
        act = open_act(by, "order.edit", subject=current.number, reason=reason)
        faults = list(_edit_faults(current, change))
        if faults:
            raise ValidationError(faults) if len(faults) > 1 else faults[0]
        update_orders({current.pk: change}, act)
        if change.lines or change.new:
            _log_lines(current, act)
        return Order.objects.get(pk=current.pk)


def backlog(order: Order) -> dict[int, int]:
    """Ordered minus delivered per line key; negative where more came than was ordered."""
    return dict(order.lines.with_delivered().values_list("pk", "backlog"))


def _faults(new: NewOrder, *, is_used: bool) -> Iterator[ValidationError]:
    """What speaks against an order, without asking the database again."""
    order = Order(number=new.number, supplier=new.supplier, ordered_on=new.ordered_on, expected_on=new.expected_on)
    yield from _field_faults(order)
    if not new.lines:
        yield ValidationError(_("An order needs at least one line."), "no_lines")
    if is_used:
        yield ValidationError(_("There is already an order with this number."), "used_number")
    if new.expected_on and new.expected_on < new.ordered_on:
        yield ValidationError(_("The expected day lies before the day of the order."), "expected_before")
    positions = [line.position for line in new.lines if line.position]
    if len(set(positions)) < len(positions):
        yield ValidationError(_("The order already has this position."), "used_position")
    yield from _line_faults(new.lines)


def _line_faults(lines: Iterable[NewLine]) -> Iterator[ValidationError]:
    for line in lines:
        row = OrderLine(position=line.position or 1, quantity=line.quantity, unit_price=line.unit_price)
        yield from _field_faults(row, exclude=("order", "model"))
        if line.quantity < 1:
            yield ValidationError(_("The quantity must be at least 1."), "quantity")
        if line.unit_price is not None and line.unit_price < 0:
            yield ValidationError(_("A price cannot be negative."), "negative_price")


def _field_faults(record: Order | OrderLine, exclude: Sequence[str] = ()) -> Iterator[ValidationError]:
    try:
        record.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        yield from chain(*error.error_dict.values())


def _edit_faults(order: Order, change: OrderChange) -> Iterator[ValidationError]:
    """What speaks against a change by hand and is never in a workbook: those are checked column by column."""
    lines = {line.pk: line for line in order.lines.all()}
    for name, value in change.fields.items():
        setattr(order, name, value)
    yield from _field_faults(order)
    if "number" in change.fields and Order.objects.filter(number=order.number).exclude(pk=order.pk).exists():
        yield ValidationError(_("There is already an order with this number."), "used_number")
    if change.lines.keys() - lines.keys():
        yield ValidationError(_("A line is none of this order."), "foreign_line")
    for pk in change.lines.keys() & lines.keys():
        for name, value in change.lines[pk].items():
            setattr(lines[pk], name, value)
        yield from _line_faults([NewLine(lines[pk].model, lines[pk].quantity, lines[pk].unit_price)])
    taken = [line.position for line in (*lines.values(), *change.new) if line.position]
    if len(set(taken)) < len(taken):
        yield ValidationError(_("The order already has this position."), "used_position")


def _log_lines(order: Order, act: Act) -> None:
    """The version of an order counts its lines, too."""
    positions = order.lines.order_by("position").values_list("position", flat=True)
    log_records(act, Order, [Record(order.pk, order.number, None, {"lines": [None, ", ".join(map(str, positions))]})])


def _refusals(order: Order, change: OrderChange, lines: Sequence[Any], came: date | None) -> Iterator[ValidationError]:
    """What speaks against a change; ``lines`` are counted ``with_delivered``."""
    ordered_on = change.fields.get("ordered_on", order.ordered_on)
    expected_on = change.fields.get("expected_on", order.expected_on)
    if expected_on and expected_on < ordered_on:
        yield ValidationError(_("The expected day lies before the day of the order."), "expected_before")
    if came and came < ordered_on:
        yield ValidationError(_("Something was delivered before that day already."), "delivered_before")
    for line in lines:
        given = change.lines.get(line.pk, {})
        if given.get("quantity", line.quantity) < min(line.delivered, line.quantity):
            text = _("%(line)s: %(count)d were delivered already, so no fewer can have been ordered.")
            yield ValidationError(text, "below_delivered", {"line": line, "count": line.delivered})
        if line.delivered and "model" in given and given["model"] != line.model:
            text = _("%(line)s: devices of it were delivered already, so its model stays.")
            yield ValidationError(text, "delivered_model", {"line": line})
    yield from _line_faults(change.new)


def _first_deliveries(orders: Iterable[int]) -> dict[int, date]:
    rows = Order.objects.filter(pk__in=ids(orders), deliveries__isnull=False).order_by()
    return dict(rows.values("pk").annotate(came=Min("deliveries__delivered_on")).values_list("pk", "came"))


def _update_fields(changes: Mapping[Order, Mapping[str, Any]], act: Act) -> set[int]:
    """Write what changes of the orders themselves; returns their keys."""
    pairs = {order: _pairs(order, fields) for order, fields in changes.items()}
    pairs = {order: changed for order, changed in pairs.items() if changed}
    if pairs:
        rows = [(o.pk, *(changes[o].get(name, getattr(o, name)) for name in DETAILS)) for o in pairs]
        update_rows(Order, DETAILS, rows)
        log_records(act, Order, [Record(o.pk, o.number, None, changed) for o, changed in pairs.items()])
    return {order.pk for order in pairs}


def _update_lines(changes: Iterable[tuple[Order, OrderLine, Mapping[str, Any]]], act: Act) -> set[int]:
    """Write what changes of known lines; returns the keys of their orders. Devices follow the financing."""
    rows, records, orders, financed = [], [], set(), {}
    for order, line, fields in changes:
        changed = _pairs(line, fields)
        if changed:
            rows.append((line.pk, *(_plain(fields.get(name, getattr(line, name))) for name in LINE_DETAILS)))
            records.append(Record(line.pk, f"{order.number} / {line.position}", None, changed))
            orders.add(order.pk)
            if "financing" in changed:
                financed[line.pk] = changed["financing"]
    if rows:
        update_rows(OrderLine, LINE_DETAILS, rows)
        log_records(act, OrderLine, records)
    if financed:
        follow_lines(financed, act)
    return orders


def _insert_lines(lines: Iterable[tuple[int, str, Sequence[NewLine]]], act: Act) -> None:
    """``lines``: key and number of the order, its new lines with their positions."""
    rows = [(order, number, line) for order, number, of_one in lines for line in of_one]
    if not rows:
        return
    keys = next_ids(OrderLine, len(rows))
    insert_rows(
        OrderLine,
        ("id", "order", "position", *LINE_DETAILS),
        (
            (pk, order, line.position, *(_plain(getattr(line, name)) for name in LINE_DETAILS))
            for pk, (order, _number, line) in zip(keys, rows, strict=True)
        ),
    )
    log_records(
        act,
        OrderLine,
        (
            Record(pk, f"{number} / {line.position}", None, _first(line, LINE_DETAILS))
            for pk, (_order, number, line) in zip(keys, rows, strict=True)
        ),
    )


def _placed(lines: Sequence[NewLine], taken: Iterable[int]) -> list[NewLine]:
    """The lines with a position each: their own, or the next after all others."""
    last = max([*taken, *(line.position for line in lines if line.position)], default=0)
    placed = []
    for line in lines:
        last += not line.position
        placed.append(line if line.position else line._replace(position=last))
    return placed


def _first(new: NewOrder | NewLine, names: Sequence[str]) -> dict[str, list[Any]]:
    values = {name: _plain(getattr(new, name)) for name in names}
    return {name: [None, value] for name, value in values.items() if value is not None}


def _pairs(record: Order | OrderLine, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    pairs = {name: [_plain(getattr(record, name)), _plain(value)] for name, value in fields.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, DeviceModel | Financing) else value
