"""Kinds and wordings of figures, and the groups in which reports show the states of devices."""

from enum import Enum

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
    LIST = "list", _("list")


class Adding(Enum):
    """How the value of a figure comes from the records behind it."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    MEAN = "mean"
    ALL = "all"
    ANY = "any"


class Wording(TextChoices):
    """How a published number is worded; ``reports.figures.wording`` says what each may be said of."""

    EXACT = "exact", _("exact")
    ROUND = "round", _("around")
    ABOUT = "about", _("about")
    ALREADY = "already", _("already")
    MORE_THAN = "more_than", _("more than")


class Part(TextChoices):
    """What the progress workbook can leave out."""

    COMPLETION = "completion", _("Completion and gaps")
    DEVICES = "devices", _("Devices")
    WORKS = "works", _("Construction sites")
    CHARTS = "charts", _("Charts")


class CompletionTable(TextChoices):
    """How far a committee report goes into completion."""

    NONE = "none", _("leave out")
    BY_TYPE = "types", _("per school type")
    BY_SCHOOL = "schools", _("per school type and per school")


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
