"""Orders of the demo city with their deliveries; three of 2026 have a backlog."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from imports.demo import catalogue
from imports.demo.catalogue import ModelPlan
from imports.demo.city import CitySize
from imports.demo.devices import LOTS, DevicePlan, Numbers
from imports.demo.installed import BOARD_ORDER
from inventory.enums import DeviceStatus

_SUPPLIERS = ("Kranich Systemhaus GmbH", "Medienhaus Auental KG", "Bürotechnik Hohenbach e. K.")
#: Boards ordered beyond those that came.
_BOARDS_MISSING = 8


class LinePlan(NamedTuple):
    model: ModelPlan
    quantity: int

    @property
    def price(self) -> Decimal:
        return Decimal(self.model.price)


class DeliveryPlan(NamedTuple):
    """``devices`` came into the inventory by a list; ``new`` are serials booked by the delivery itself."""

    on: date
    note: str
    devices: Sequence[DevicePlan] = ()
    new: Sequence[tuple[ModelPlan, str]] = ()


@dataclass(slots=True)
class OrderPlan:
    number: str
    supplier: str
    ordered_on: date
    lines: list[LinePlan]
    deliveries: list[DeliveryPlan] = field(default_factory=list)

    @property
    def expected_on(self) -> date:
        return self.ordered_on + timedelta(90)

    @property
    def missing(self) -> int:
        """Ordered and not delivered."""
        came = sum(len(delivery.devices) + len(delivery.new) for delivery in self.deliveries)
        return sum(line.quantity for line in self.lines) - came


def plan_orders(devices: Sequence[DevicePlan], size: CitySize, numbers: Numbers, until: date) -> list[OrderPlan]:
    """Orders placed up to ``until``, the oldest first."""
    by_order: dict[str, list[DevicePlan]] = {}
    for device in devices:
        if device.order and device.states:
            by_order.setdefault(device.order, []).append(device)
    orders = [*_of_lots(size), _of_boards(by_order.get(BOARD_ORDER, [])), *_open_orders(size, numbers, until)]
    orders.sort(key=lambda order: (order.ordered_on, order.number))
    for order in orders:
        order.deliveries += _delivered(order, by_order.get(order.number, []))
    return [order for order in orders if order.ordered_on <= until and order.lines]


def _of_lots(size: CitySize) -> list[OrderPlan]:
    orders: dict[str, OrderPlan] = {}
    for lot in LOTS:
        if lot.order:
            supplier = _SUPPLIERS[len(orders) % len(_SUPPLIERS)]
            order = orders.setdefault(lot.order, OrderPlan(lot.order, supplier, lot.ordered_on, []))
            order.lines.append(LinePlan(lot.model, size.scaled(lot.quantity)))
    return list(orders.values())


def _of_boards(boards: Sequence[DevicePlan]) -> OrderPlan:
    lines = [LinePlan(catalogue.BOARD_86, len(boards) + _BOARDS_MISSING)] if boards else []
    return OrderPlan(BOARD_ORDER, _SUPPLIERS[1], date(2026, 4, 20), lines)


def _open_orders(size: CitySize, numbers: Numbers, until: date) -> list[OrderPlan]:
    """One delivered in part and not in any list yet, one of which nothing has come."""
    tablets = OrderPlan("B-2026-019", _SUPPLIERS[0], date(2026, 9, 14), [LinePlan(catalogue.IPAD_11, size.scaled(110))])
    came = date(2026, 11, 4)
    if came <= until:
        serials = [(catalogue.IPAD_11, numbers.serial(catalogue.IPAD_11)) for _ in range(size.scaled(40))]
        tablets.deliveries.append(DeliveryPlan(came, "LS-88121", new=serials))
    laptops = OrderPlan(
        "B-2026-023", _SUPPLIERS[2], date(2026, 10, 5), [LinePlan(catalogue.NEW_LAPTOP, size.scaled(60))]
    )
    return [tablets, laptops]


def _delivered(order: OrderPlan, devices: Sequence[DevicePlan]) -> list[DeliveryPlan]:
    """One delivery per day on which devices of the order came."""
    by_day: dict[date, list[DevicePlan]] = {}
    for device in devices:
        came = next((state.on for state in device.states if state.status == DeviceStatus.DELIVERED), None)
        if came:
            by_day.setdefault(came, []).append(device)
    number = order.number.removeprefix("B-").replace("-", "")
    return [DeliveryPlan(day, f"LS-{number}-{n}", by_day[day]) for n, day in enumerate(sorted(by_day), 1)]
