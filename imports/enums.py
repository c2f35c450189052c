from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KindName(TextChoices):
    """What a workbook is about."""

    SCHOOLS = "schools", _("schools")
    ROOMS = "rooms", _("rooms")
    HEADCOUNTS = "headcounts", _("headcounts")
    MODELS = "models", _("device models")
    DEVICES = "devices", _("devices and boards")
    ORDERS = "orders", _("orders")
    DELIVERIES = "deliveries", _("deliveries")
    MDM = "mdm", _("device management (MDM)")
    PROJECTS = "projects", _("construction projects")
    COSTS = "costs", _("costs")


class BatchStatus(TextChoices):
    UPLOADED = "uploaded", _("waiting to be read")
    PREVIEWED = "previewed", _("ready to be taken")
    TAKING = "taking", _("being taken")
    TAKEN = "taken", _("taken")
    FAILED = "failed", _("not usable")
    DISCARDED = "discarded", _("discarded")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")


class Outcome(TextChoices):
    """What taking a workbook does with one of its rows."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REJECTED = "rejected", _("rejected")
    AMBIGUOUS = "ambiguous", _("ambiguous")
    SKIPPED = "skipped", _("left out")


class Phase(TextChoices):
    """How far the worker is with a batch."""

    WAITING = "waiting", _("waiting")
    READING = "reading", _("reading the file")
    CHECKING = "checking", _("checking the rows")
    WRITING = "writing", _("writing")


class Mode(TextChoices):
    ALL = "all", _("all rows or none")
    VALID = "valid", _("take the good rows")


class Blank(TextChoices):
    """What a blank cell says about a value that is known already."""

    KEEP = "keep", _("keep what is known")
    CLEAR = "clear", _("clear what is known")


class FindingKind(TextChoices):
    """Where a list of somebody else and our records do not agree."""

    NOT_IN_STOCK = "not_in_stock", _("in MDM, not in stock")
    NOT_IN_MDM = "not_in_mdm", _("in stock, not in MDM")
    OTHER_MODEL = "other_model", _("another model")
    STILL_REPORTING = "still_reporting", _("gone here, but still reporting")
    NOT_DELIVERED = "not_delivered", _("in the list, not in the delivery")
    NOT_LISTED = "not_listed", _("in the delivery, not in the list")


class FindingStatus(TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")


class FindingDeed(TextChoices):
    """What somebody does about findings."""

    FINISH = "finish", _("note as done")
    REOPEN = "reopen", _("open again")
    RELEASE = "release", _("record as not under MDM")
    RECEIVE = "receive", _("create the devices")
