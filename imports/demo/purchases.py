"""What devices of the demo city cost, and who paid them: orders by their deliveries, the rest by the quarter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from costs.enums import CostStage
from imports.demo import catalogue
from imports.demo.catalogue import ModelPlan
from imports.demo.city import CitySize
from imports.demo.costs import CostPlan, PartPlan
from imports.demo.devices import DevicePlan
from imports.demo.orders import OrderPlan
from imports.demo.programmes import (
    DIGITALPAKT,
    FUNDED_ORDERS,
    OWN,
    REACT,
    Shares,
    whole,
)

#: Boards that the extra programme paid, of those of 2023.
EXTRA_BOARDS = 69
#: Bought without an order of their own, and who pays them.
_MODELS: Mapping[ModelPlan, Shares] = {
    catalogue.BOARD_75: whole(DIGITALPAKT),
    catalogue.BOARD_86: whole(DIGITALPAKT),
    catalogue.PROJECTOR: whole(DIGITALPAKT),
    catalogue.TROLLEY: whole(OWN),
    catalogue.CAMERA: whole(OWN),
}
_TEXTS = {
    "board": "Digitale Tafeln mit Montage",
    "projector": "Beamer mit Montage",
    "trolley": "Ladewagen",
    "document_camera": "Dokumentenkameras",
}
_SUPPLIER = "Medienhaus Auental KG"


def of_order(number: str) -> Shares:
    return FUNDED_ORDERS.get(number, whole(OWN))


def finance_devices(devices: Sequence[DevicePlan], size: CitySize) -> dict[DevicePlan, Shares]:
    """Who paid which device, without network devices: those come with the works."""
    found: dict[DevicePlan, Shares] = {}
    extra = size.scaled(EXTRA_BOARDS)
    for device in devices:
        if device.order:
            found[device] = of_order(device.order)
        elif device.model in _MODELS:
            is_extra = device.model == catalogue.BOARD_86 and extra > 0
            found[device] = whole(REACT) if is_extra else _MODELS[device.model]
            extra -= is_extra
    return found


def plan_purchases(orders: Sequence[OrderPlan], financed: Mapping[DevicePlan, Shares]) -> Iterator[CostPlan]:
    """Contracts, invoices and payments for all devices, also those of days to come."""
    for order in orders:
        yield from _of_order(order)
    groups: dict[tuple[str, int, int, Shares], list[DevicePlan]] = {}
    for device, shares in financed.items():
        if not device.order:
            came = device.states[0].on
            key = (device.model.category, came.year, (came.month - 1) // 3 + 1, shares)
            groups.setdefault(key, []).append(device)
    for (category, year, quarter, shares), devices in sorted(groups.items()):
        number = f"{_short(category)}{year % 100}{quarter}{'-DAO' if shares == whole(REACT) else ''}"
        yield from _of_group(number, category, shares, devices)


def _of_order(order: OrderPlan) -> Iterator[CostPlan]:
    shares = of_order(order.number)
    lines = Counter({line.model: line.quantity for line in order.lines})
    text = f"Bestellung {order.number}"
    yield CostPlan(
        CostStage.COMMITTED, order.ordered_on, order.number, order.supplier, text, shares, _parts(lines, order.number)
    )
    for delivery in order.deliveries:
        came = Counter([device.model for device in delivery.devices] + [model for model, _serial in delivery.new])
        number = delivery.note.replace("LS", "RE")
        on = delivery.on + timedelta(6 + len(delivery.devices) % 9)
        yield from _paid(number, order.supplier, text, shares, _parts(came, order.number), on)


def _parts(models: Counter[ModelPlan], order: str) -> tuple[PartPlan, ...]:
    return tuple(
        PartPlan(number * Decimal(model.price), category=model.category, order=order)
        for model, number in models.items()
    )


def _of_group(number: str, category: str, shares: Shares, devices: Sequence[DevicePlan]) -> Iterator[CostPlan]:
    """One contract for what came in a quarter, with a part for each school."""
    prices: dict[str, Decimal] = {}
    for device in devices:
        school = next(state.school for state in device.states if state.school)
        prices[school.number] = prices.get(school.number, Decimal(0)) + Decimal(device.model.price)
    parts = tuple(PartPlan(amount, category=category, school=school) for school, amount in prices.items())
    text = _TEXTS[category]
    signed = min(device.purchased_on for device in devices)
    yield CostPlan(CostStage.COMMITTED, signed, f"A-{number}", _SUPPLIER, text, shares, parts)
    came = max(device.states[0].on for device in devices)
    yield from _paid(f"RE-{number}", _SUPPLIER, text, shares, parts, came + timedelta(9))


def _paid(
    number: str, payee: str, text: str, shares: Shares, parts: tuple[PartPlan, ...], on: date
) -> Iterable[CostPlan]:
    for stage, day in ((CostStage.INVOICED, on), (CostStage.PAID, on + timedelta(26))):
        yield CostPlan(stage, day, number, payee, text, shares, parts)


def _short(category: str) -> str:
    return {"board": "DT", "projector": "BM", "trolley": "LW", "document_camera": "DK"}[category]
