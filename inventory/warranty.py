"""Until when a device is covered: warranty of the seller, support of the maker. Unknown stays unknown."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from common.dated import add_months
from inventory.models import Device, DeviceModel


class Cover(NamedTuple):
    """Last days; ``None`` where nothing is known. ``day``: seen from this one."""

    warranty_until: date | None
    support_until: date | None
    day: date

    @property
    def has_warranty(self) -> bool | None:
        return None if self.warranty_until is None else self.warranty_until >= self.day

    @property
    def has_support(self) -> bool | None:
        return None if self.support_until is None else self.support_until >= self.day


def cover_of(device: Device, day: date) -> Cover:
    """``device`` with its model and its delivery. The warranty runs from the purchase, else from the delivery."""
    months, bought = device.model.warranty_months, device.purchased_on
    if bought is None and device.delivery:
        bought = device.delivery.delivered_on
    until = add_months(bought, months) - timedelta(days=1) if bought and months is not None else None
    return Cover(until, device.model.support_until, day)


def warranty_q(state: str, day: date, path: Any) -> Q:
    """Condition "the warranty ``runs``, has ``ended`` or is ``unknown`` on ``day``".

    ``path``: from the rows that are filtered to a field of their device.
    """
    bought, months = (
        Coalesce(F(path("purchased_on")), F(path("delivery__delivered_on"))),
        path("model__warranty_months"),
    )
    undated = Q(**{f"{path('purchased_on')}__isnull": True, f"{path('delivery__delivered_on')}__isnull": True})
    unknown = Q(**{f"{months}__isnull": True}) | undated
    if state == "unknown":
        return unknown
    runs = Q(pk__in=[])
    known = (
        DeviceModel.objects.filter(warranty_months__isnull=False).order_by().values_list("warranty_months", flat=True)
    )
    for number in known.distinct():
        runs |= Q(GreaterThanOrEqual(bought, _first_covered(day, number or 0)), **{months: number})
    return runs if state == "runs" else ~runs & ~unknown


def support_q(state: str, day: date, path: Any) -> Q:
    """The same of the support by the maker."""
    until = path("model__support_until")
    if state == "unknown":
        return Q(**{f"{until}__isnull": True})
    return Q(**{f"{until}__gte" if state == "runs" else f"{until}__lt": day})


def _first_covered(day: date, months: int) -> date:
    """The first day of purchase whose warranty of ``months`` has not ended before ``day``."""
    first = add_months(day, -months)
    while add_months(first, months) <= day:
        first += timedelta(days=1)
    return first
