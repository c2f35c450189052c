"""What the pages about the end of devices show."""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from inventory.enums import RetirementGap
from inventory.models import Device, Retirement, RetirementItem
from inventory.retirement import gap_q


class Gap(NamedTuple):
    """``key``: as the list of devices filters by it."""

    key: str
    label: Any
    number: int


def gaps(user: Any) -> list[Gap]:
    """How many devices still lack what."""
    devices = Device.objects.visible_to(user).order_by()
    return [Gap(gap.value, gap.label, devices.filter(gap_q(gap)).count()) for gap in RetirementGap]


def items_of(user: Any, retirement: Retirement) -> QuerySet[Any]:
    """The devices on a paper with all that a list names; ``stands``: whether the paper still holds for it."""
    visible = RetirementItem.objects.visible_to(user).filter(retirement=retirement)
    found = visible.annotate(stands=Exists(visible.standing().filter(pk=OuterRef("pk"))))
    names = ("device__model__manufacturer", "device__model__category", "device__school", "retirement")
    return found.select_related(*names).order_by("device__asset_tag", "device__serial", "pk")


def of_device(user: Any, device: Device) -> list[RetirementItem]:
    """The papers about a device that still hold, in their order."""
    found = RetirementItem.objects.visible_to(user).filter(device=device).standing()
    return list(found.select_related("retirement").order_by("retirement__on", "pk"))
