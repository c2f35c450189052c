"""Kinds of figures, and the groups in which reports show the states of devices."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inventory.enums import BROKEN, COUNTS, GONE, ON_THE_WAY, DeviceStatus


class FigureKind(TextChoices):
    STOCK = "stock", _("stock on the day")
    RUNNING_TOTAL = "running_total", _("running total up to the day")
    FLOW = "flow", _("flow in a period")
    PLAN = "plan", _("plan")
    SUM = "sum", _("sum")
    MILESTONE = "milestone", _("milestone")
    DERIVED = "derived", _("derived")


class StatusGroup(TextChoices):
    """What a reader wants to tell apart. Every state is in exactly one group."""

    IN_SERVICE = "in_service", _("in service")
    ON_THE_WAY = "on_the_way", _("on the way")
    IN_RESERVE = "in_reserve", _("in reserve")
    UNDER_REPAIR = "under_repair", _("under repair")
    PLANNED = "planned", _("planned")
    GONE = "gone", _("gone")


STATES: dict[str, tuple[str, ...]] = {
    StatusGroup.IN_SERVICE: COUNTS,
    StatusGroup.ON_THE_WAY: ON_THE_WAY,
    StatusGroup.IN_RESERVE: (DeviceStatus.IN_STOCK, DeviceStatus.RETURNED, DeviceStatus.DISMOUNTED),
    StatusGroup.UNDER_REPAIR: BROKEN,
    StatusGroup.PLANNED: (DeviceStatus.PLANNED,),
    StatusGroup.GONE: GONE,
}
GROUP_OF: dict[str, str] = {str(status): str(group) for group, states in STATES.items() for status in states}
#: Not yet handed over to the authority. From any other state nothing leads back here.
NOT_DELIVERED = (DeviceStatus.PLANNED, DeviceStatus.ORDERED)
