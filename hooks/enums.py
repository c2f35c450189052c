from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryState(TextChoices):
    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("handed over")
    FAILED = "failed", _("failed for good")


class Topic(TextChoices):
    """What acts are about: the first word of their verb."""

    DEVICE = "device", _("devices")
    DELIVERY = "delivery", _("deliveries")
    ORDER = "order", _("orders")
    PROJECT = "project", _("construction sites")
    IMPORT = "import", _("imports")
    FINDING = "finding", _("findings of imports")
    SCHOOL = "school", _("schools")
    SITE = "site", _("sites")
    BUILDING = "building", _("buildings")
    ROOM = "room", _("rooms")
    HEADCOUNT = "headcount", _("headcounts")
    ATTAINMENT = "attainment", _("fulfilment of requirements")
    WAIVER = "waiver", _("waivers")
    STANDARD = "standard", _("standards")
    REQUIREMENT = "requirement", _("requirements")
    CATEGORY = "category", _("categories")
    MANUFACTURER = "manufacturer", _("manufacturers")
    MODEL = "model", _("device models")
