from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KindName(TextChoices):
    """What a workbook is about."""

    SCHOOLS = "schools", _("schools")
    ROOMS = "rooms", _("rooms")
    HEADCOUNTS = "headcounts", _("headcounts")
    MODELS = "models", _("device models")
    DEVICES = "devices", _("devices and boards")
    PROJECTS = "projects", _("construction projects")


class BatchStatus(TextChoices):
    UPLOADED = "uploaded", _("waiting to be read")
    PREVIEWED = "previewed", _("ready to be taken")
    TAKING = "taking", _("being taken")
    TAKEN = "taken", _("taken")
    FAILED = "failed", _("not usable")
    DISCARDED = "discarded", _("discarded")


class Mode(TextChoices):
    ALL = "all", _("all rows or none")
    VALID = "valid", _("take the good rows")
