"""What came other than it was ordered or announced: kept with a delivery, and read from it.

``Delivery.receipt`` is ``{"announced": {serial: [position or 0, model as the list has it]}, "damaged": {serial: text},
"refused": {serial: [problem, position]}}``. Position 0: none of the order; ``null``: the list does not say. Empty parts
are left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from inventory.models import Delivery, Device, Order, OrderLine
from inventory.services.receipt import Announced, CheckedCode, Code, pair_of

#: Problems that say nothing about what came.
_NO_FINDING = ("twice", "unusable")


_KINDS = {
    "missing": _("announced, but not booked"),
    "surplus": _("booked, but not announced"),
    "damaged": _("damaged"),
    "wrong_model": _("other model"),
    "refused": _("not booked"),
}
_PROBLEMS = {
    "in_stock": _("already in stock"),
    "too_many": _("more than ordered"),
    "wrong_model": "",
}


class LineReport(NamedTuple):
    """One order line, numbers of devices. ``before``: with earlier notes. ``announced``: ``None`` without a list."""

    line: OrderLine
    ordered: int
    before: int
    announced: int | None
    booked: int
    damaged: int
    backlog: int


class Deviation(NamedTuple):
    """One serial that deviates. ``kind``: ``missing``, ``surplus``, ``damaged``, ``wrong_model``, ``refused``.

    ``position`` of the order line, if any; ``told``: the model, the damage or the problem, as it was said.
    """

    kind: str
    serial: str
    position: int | None
    told: str
    device: Device | None = None

    @property
    def label(self) -> str:
        return str(_KINDS[self.kind])

    @property
    def remark(self) -> str:
        return str(_PROBLEMS.get(self.told, self.told))


class Discrepancies(NamedTuple):
    lines: list[LineReport]
    deviations: list[Deviation]

    def number(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.deviations)


def receipt_of(
    lines: Iterable[OrderLine],
    codes: Iterable[Code],
    announced: Mapping[str, Announced],
    refused: Iterable[CheckedCode],
) -> dict[str, Any]:
    """What is kept with a delivery about its goods receipt."""
    positions: dict[int | None, int | None] = {0: 0, None: None}
    positions |= {line.pk: line.position for line in lines}
    said = {
        "announced": {serial: [positions.get(one.line, 0), one.model] for serial, one in announced.items()},
        "damaged": {pair_of(code)[1]: code.damage for code in codes if code.damage},
        "refused": {
            code.serial: [code.problem, code.line.position] for code in refused if code.problem not in _NO_FINDING
        },
    }
    return {name: part for name, part in said.items() if part}


def merged(first: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """The receipts of two steps of one delivery as one."""
    names = {**first, **then}
    return {name: {**first.get(name, {}), **then.get(name, {})} for name in names}


def discrepancies(delivery: Delivery) -> Discrepancies:
    """Ordered, delivered before, announced, booked, and each serial that deviates; a constant number of queries."""
    devices = {d.serial: d for d in delivery.devices.existing().select_related("model__manufacturer", "order_line")}
    receipt = delivery.receipt
    deviations = [*_unlike_the_list(receipt.get("announced", {}), devices), *_said(receipt, devices)]
    kinds = list(_KINDS)
    deviations.sort(key=lambda one: (kinds.index(one.kind), one.serial))
    return Discrepancies(_lines(delivery, devices.values(), receipt), deviations)


def parts_of(order: Order) -> list[int]:
    """Keys of the deliveries of an order in the order in which they came: part 1, 2, …"""
    return list(order.deliveries.order_by("delivered_on", "pk").values_list("pk", flat=True))


def _lines(delivery: Delivery, devices: Iterable[Device], receipt: Mapping[str, Any]) -> list[LineReport]:
    order = delivery.order
    booked = Counter(device.order_line_id for device in devices)
    parts = parts_of(order)
    earlier = set(parts[: parts.index(delivery.pk)])
    came = Device.objects.existing().filter(order_line__order=order, delivery__in=earlier).order_by()
    before = Counter(came.values_list("order_line", flat=True))
    listed = Counter(position for position, _told in receipt.get("announced", {}).values())
    broken = Counter(d.order_line_id for d in devices if d.serial in receipt.get("damaged", {}))
    has_list = "announced" in receipt and None not in listed
    return [
        LineReport(
            line,
            line.quantity,
            before[line.pk],
            listed[line.position] if has_list else None,
            booked[line.pk],
            broken[line.pk],
            line.backlog,
        )
        for line in order.lines.with_delivered()
    ]


def _unlike_the_list(announced: Mapping[str, Sequence[Any]], devices: Mapping[str, Device]) -> Iterable[Deviation]:
    if not announced:
        return
    for serial, (position, model) in announced.items():
        device = devices.get(serial)
        if device is None:
            yield Deviation("missing", serial, position or None, model)
        elif position is not None and device.order_line and device.order_line.position != position:
            yield Deviation("wrong_model", serial, device.order_line.position, model, device)
    for serial, device in devices.items():
        if serial not in announced:
            line = device.order_line
            yield Deviation("surplus", serial, line.position if line else None, str(device.model), device)


def _said(receipt: Mapping[str, Any], devices: Mapping[str, Device]) -> Iterable[Deviation]:
    for serial, text in receipt.get("damaged", {}).items():
        device = devices.get(serial)
        if device is not None:
            yield Deviation("damaged", serial, device.order_line.position if device.order_line else None, text, device)
    for serial, (problem, position) in receipt.get("refused", {}).items():
        if serial not in devices:
            yield Deviation("wrong_model" if problem == "wrong_model" else "refused", serial, position, problem)
