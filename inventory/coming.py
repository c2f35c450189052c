"""Devices that are still to come: planned for a school, or ordered and delivered and at no school yet."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q, Sum

from inventory.enums import ON_THE_WAY
from inventory.models import DeviceState, OrderLine, PlannedHandOver


class PlannedDevices(NamedTuple):
    """So many devices are still to be handed over to a school (key), by ``on``; ``order``: number of theirs."""

    school: int
    category: int
    number: int
    on: date
    order: str = ""


class FreeDevices(NamedTuple):
    """So many devices are planned for no school. ``order``: its number, empty for what is in the central store.

    ``on``: the day on which the order is expected, ``None``: nobody has said.
    """

    category: int
    number: int
    order: str = ""
    on: date | None = None


def planned_devices(day: date, known_at: datetime | None = None) -> list[PlannedDevices]:
    """What is planned for schools and not due before ``day``, less what came there of the order line of the plan.

    Nothing comes before its order: then the expected day of the order counts. That is as known now.
    """
    plans = PlannedHandOver.objects.as_of(day, known_at).filter(due_until__gt=day, school__isnull=False).order_by()
    order = "order_line__order__"
    names = ("school", "category", "due_until", "order_line", f"{order}number", f"{order}expected_on")
    rows = plans.values_list(*names).annotate(number=Sum("quantity")).order_by("due_until", "order_line")
    found = list(rows)
    came = _came({row[3] for row in found if row[3]}, day, known_at)
    planned = []
    for school, category, until, line, reference, expected_on, number in found:
        here = min(came[school, line], number) if line else 0
        came[school, line] -= here
        if number > here:
            on = max(until - timedelta(1), expected_on or date.min)
            planned.append(PlannedDevices(school, category, number - here, on, reference or ""))
    return planned


def free_devices(plans: Iterable[PlannedDevices], day: date, known_at: datetime | None = None) -> list[FreeDevices]:
    """What is at no school and in none of ``plans``: first what the central store is preparing, then orders.

    The reserve in the store is none of it. A plan takes from its order, then from the front: of orders from the one
    that is expected next. Orders and what came of them are as known now.
    """
    planned: Counter[tuple[str, int]] = Counter()
    for plan in plans:
        planned[plan.order, plan.category] += plan.number
    there = [*_in_store(day, known_at), *_on_order(day)]
    own = [_less(one, planned, one.order) for one in there]
    for (order, category), number in list(planned.items()):
        if order:
            planned["", category] += number
    return [rest for one in own if (rest := _less(one, planned, "")).number]


def _less(one: FreeDevices, planned: Counter[tuple[str, int]], order: str) -> FreeDevices:
    """What plans of an order (``""``: of none) leave of it."""
    taken = min(planned[order, one.category], one.number)
    planned[order, one.category] -= taken
    return one._replace(number=one.number - taken)


def _came(lines: set[int], day: date, known_at: datetime | None) -> Counter[tuple[int, int]]:
    """Devices by school and order line, whatever became of them there; no query where no plan names a line."""
    if not lines:
        return Counter()
    states = DeviceState.objects.as_of(day, known_at).filter(device__order_line__in=lines, school__isnull=False)
    rows = states.order_by().values_list("school", "device__order_line").annotate(number=Count("pk"))
    return Counter({(school, line): number for school, line, number in rows})


def _in_store(day: date, known_at: datetime | None) -> Iterator[FreeDevices]:
    """By status first: nearly every device once stood in the store."""
    states = DeviceState.objects.as_of(day, known_at).filter(status__in=ON_THE_WAY).order_by()
    for school, category, number in states.values_list("school", "device__model__category").annotate(n=Count("pk")):
        if school is None:
            yield FreeDevices(category, number)


def _on_order(day: date) -> Iterator[FreeDevices]:
    came = Count("devices", filter=Q(devices__delivery__isnull=True) | Q(devices__delivery__delivered_on__lte=day))
    lines = OrderLine.objects.filter(order__ordered_on__lte=day).annotate(came=came, rest=F("quantity") - F("came"))
    names = ("model__category", "rest", "order__number", "order__expected_on")
    rows = lines.filter(rest__gt=0).order_by(F("order__expected_on").asc(nulls_last=True), "order__number", "position")
    for row in rows.values_list(*names):
        yield FreeDevices(*row)
