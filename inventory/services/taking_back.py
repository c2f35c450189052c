"""How devices, orders and the catalogue are taken back with the act that wrote them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from audit.taking_back import Step, TakingBack, Undoable
from audit.timelines import Timelines
from common.bulk import codes, ids
from inventory.models import (
    Delivery,
    Device,
    DeviceModel,
    DeviceTest,
    Manufacturer,
    Order,
    OrderLine,
    Retirement,
    RetirementItem,
)
from inventory.services import orders
from inventory.services.boards import STEPS
from inventory.services.devices import DETAILS
from inventory.services.holdings import recounted
from inventory.services.states import STATES

TESTS = Timelines(DeviceTest, "device", ())
MODEL_DETAILS = ("category", "price", "warranty_months", "support_until")
_NUMBERS = ("serial", "asset_tag", "mdm_id")


def _number_obstacles(plan: TakingBack, step: Step) -> Mapping[int, Any]:
    """An old number that another device has now cannot come back."""
    reasons = {}
    for name in _NUMBERS:
        wanted = dict(_old_numbers(step, name))
        rows = Device.objects.existing().filter(**{f"{name}__in": codes(wanted.values())}) if wanted else ()
        holders: dict[str, set[tuple[int, int]]] = {}
        for device in rows:
            if device.pk not in step.created and wanted.get(device.pk, getattr(device, name)) == getattr(device, name):
                holders.setdefault(getattr(device, name), set()).add((device.pk, device.manufacturer_id))
        makers = dict(Device.objects.filter(pk__in=list(wanted)).values_list("pk", "manufacturer")) if holders else {}
        for pk, number in wanted.items():
            others = {maker for other, maker in holders.get(number, ()) if other != pk}
            if makers.get(pk) in others if name == "serial" else others:
                reasons[pk] = _("Another device has the number %(number)s now.") % {"number": number}
    return reasons


def _old_numbers(step: Step, name: str) -> Iterator[tuple[int, str]]:
    for pk, touched in step.changed.items():
        old = touched.changes.get(name, [""])[0]
        if old:
            yield pk, old


def _order_obstacles(_plan: TakingBack, step: Step) -> Mapping[int, Any]:
    """What came cannot have come before it was ordered."""
    first = dict(
        Delivery.objects.filter(order__in=ids(step.changed))
        .order_by()
        .values_list("order")
        .annotate(Min("delivered_on"))
    )
    return {
        pk: _("Something was delivered before that day already.")
        for pk, came in first.items()
        if (old := step.changed[pk].changes.get("ordered_on", [None])[0]) and came.isoformat() < old
    }


def _line_obstacles(_plan: TakingBack, step: Step) -> Mapping[int, Any]:
    remodelled = [pk for pk, touched in step.changed.items() if "model" in touched.changes]
    came = Device.objects.existing().filter(order_line__in=ids(remodelled)).order_by()
    return {
        pk: _("Devices of it were delivered already.") for pk in came.values_list("order_line", flat=True).distinct()
    }


def _paper_obstacles(plan: TakingBack, step: Step) -> Mapping[int, Any]:
    """A device whose state stays, stays on the paper that says why."""
    stay = [row.record for row in (*plan.kept, *plan.failed) if row.kind is Device]
    items = RetirementItem.objects.filter(pk__in=ids(step.created), device__in=ids(stay)).order_by()
    return {pk: _("The state of the device stays.") for pk in items.values_list("pk", flat=True)}


#: Those that refer to others before those; papers after their devices, which no act makes together with them.
INVENTORY = (
    Undoable(
        Device,
        born="model",
        details=(*DETAILS, "order_line", "delivery"),
        timelines=(STATES, TESTS, STEPS),
        clears=("order_line", "delivery"),
        obstacles=_number_obstacles,
        around=recounted,
    ),
    Undoable(RetirementItem, born="device", obstacles=_paper_obstacles),
    Undoable(Retirement, born="step"),
    Undoable(Delivery, born="note_number", remarks=("compared",)),
    Undoable(OrderLine, born="model", details=orders.LINE_DETAILS, obstacles=_line_obstacles),
    Undoable(Order, born="number", details=orders.DETAILS, obstacles=_order_obstacles),
    Undoable(DeviceModel, born="name", details=MODEL_DETAILS),
    Undoable(Manufacturer, born="name"),
)
