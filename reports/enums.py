"""Kinds and wordings of figures, and the groups in which reports show the states of devices."""

from enum import Enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inventory.enums import BROKEN, COUNTS, GONE, ON_THE_WAY, DeviceStatus
from schools.access import Right


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
    SHARE = "share"
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


class SearchKind(TextChoices):
    """What the search looks through; the label stands above what it found of it."""

    DEVICE = "device", _("Devices")
    SCHOOL = "school", _("Schools")
    ROOM = "room", _("Rooms")
    ORDER = "order", _("Orders")
    DELIVERY = "delivery", _("Deliveries")
    PROJECT = "project", _("Construction sites")


class ListName(TextChoices):
    """The lists whose columns, filter, order and groups can be chosen and kept as a view."""

    DEVICES = "devices", _("Devices")
    DEVICE_DEFECTS = "device_defects", _("Defects of devices")
    RETURNS = "returns", _("Returns")
    SCHOOLS = "schools", _("Schools")
    ROOMS = "rooms", _("Rooms")
    HEADCOUNTS = "headcounts", _("Headcounts")
    MODELS = "models", _("Device models")
    PROJECTS = "projects", _("Construction sites")
    MILESTONES = "milestones", _("Milestones")
    DEFECTS = "defects", _("Defects of the works")
    COSTS = "costs", _("Costs")
    ORDERS = "orders", _("Orders")
    DELIVERIES = "deliveries", _("Deliveries")
    WAIVERS = "waivers", _("Waivers")
    BINDING = "binding", _("Binding periods")
    FINANCINGS = "financings", _("Financings")
    PUBLICATIONS = "publications", _("Committee reports")
    PEOPLE = "people", _("People")
    AUDIT = "audit", _("Audit trail")
    IMPORTS = "imports", _("Imports")
    WEBHOOKS = "webhooks", _("Webhooks")


#: What a list needs beside the right to see: whoever lacks it sees neither the list nor views of it.
LIST_RIGHTS = {ListName.COSTS: Right.MONEY, ListName.IMPORTS: Right.IMPORT}
#: The same, where the right is needed in the whole authority: what is in these lists belongs to no school.
WHOLE_LIST_RIGHTS = {
    ListName.FINANCINGS: Right.MONEY,
    ListName.PUBLICATIONS: Right.EXPORT,
    ListName.PEOPLE: Right.USERS,
    ListName.WEBHOOKS: Right.CONNECT,
}


class FigureSubject(TextChoices):
    """What somebody's own figure can be about: the list whose filters it takes."""

    DEVICES = "devices", _("Devices")
    PROJECTS = "projects", _("Construction projects")
    COSTS = "costs", _("Costs")
    SCHOOLS = "schools", _("Schools")
    ORDERS = "orders", _("Orders")
    DELIVERIES = "deliveries", _("Deliveries")


class FigureMeasure(TextChoices):
    """``PLACES``: on how many schools (of works: sites, of order lines: orders) the records are."""

    COUNT = "count", _("number of records")
    SUM = "sum", _("sum")
    SHARE = "share", _("share in percent")
    PLACES = "places", _("number of schools, sites or orders")


class SubscriptionSubject(TextChoices):
    """What comes by mail."""

    PROGRESS = "progress", _("Progress as a workbook")
    REPORT = "report", _("Committee report as a PDF")
    FIGURE = "figure", _("A figure")


class Rhythm(TextChoices):
    WEEKLY = "weekly", _("every Monday")
    MONTHLY = "monthly", _("on the first of each month")
    SESSION = "session", _("on the day before each session")


class MailState(TextChoices):
    """``BEGUN`` stays where the server stopped in between: whether the mail went out is not known, so none follows."""

    BEGUN = "begun", _("begun")
    SENT = "sent", _("sent")
    REFUSED = "refused", _("not sent")
    FAILED = "failed", _("failed")
