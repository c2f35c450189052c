"""States of construction projects, measures and levels of the equipment standard."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProjectStatus(TextChoices):
    PLANNED = "planned", _("planned")
    SURVEYED = "surveyed", _("surveyed")
    DESIGNED = "designed", _("designed")
    TENDERED = "tendered", _("tendered")
    AWARDED = "awarded", _("awarded")
    UNDER_CONSTRUCTION = "under_construction", _("under construction")
    BLOCKED = "blocked", _("blocked")
    ACCEPTED = "accepted", _("accepted")
    LIVE = "live", _("live")
    CANCELLED = "cancelled", _("cancelled")


_P = ProjectStatus
#: Phases that a project passes, in order; each may have a milestone.
PHASES = (_P.SURVEYED, _P.DESIGNED, _P.TENDERED, _P.AWARDED, _P.UNDER_CONSTRUCTION, _P.ACCEPTED, _P.LIVE)
#: "n sites in parallel" counts these.
RUNNING = (_P.UNDER_CONSTRUCTION,)
#: Works are finished; fibre laid is not fibre lit, so "live" stands apart.
FINISHED = (_P.ACCEPTED, _P.LIVE)
#: What proves that works were built.
BUILT = (_P.UNDER_CONSTRUCTION, *FINISHED)
ON_THE_WAY = (
    _P.PLANNED,
    _P.SURVEYED,
    _P.DESIGNED,
    _P.TENDERED,
    _P.AWARDED,
    _P.UNDER_CONSTRUCTION,
    _P.BLOCKED,
)


class Level(TextChoices):
    BASIS = "basis", _("basis")
    TARGET = "target", _("target")


class Measure(TextChoices):
    """How a requirement is measured."""

    DEVICES_PER_HEAD = "devices_per_head", _("devices per pupil, teacher or class")
    DEVICES_PER_ROOM = "devices_per_room", _("devices per room of given kinds")
    DEVICES_FLAT = "devices_flat", _("number of devices per school")
    SHARE = "share", _("share of another requirement")
    MANAGED = "managed", _("share of mobile devices under MDM")
    TESTED = "tested", _("share of devices with a valid electrical test")
    TRADE_LIVE = "trade_live", _("trade live on each site")
    TRADE_ACCEPTED = "trade_accepted", _("trade accepted on each site")
    MINIMUM = "minimum", _("minimum value")
    YES_NO = "yes_no", _("yes or no")


#: Ask for a number of devices. One device may count for several of them.
DEVICE_MEASURES = frozenset((Measure.DEVICES_PER_HEAD, Measure.DEVICES_PER_ROOM, Measure.DEVICES_FLAT, Measure.SHARE))
#: Count devices by their category.
BY_CATEGORY = DEVICE_MEASURES | {Measure.MANAGED, Measure.TESTED}


class Head(TextChoices):
    PUPILS = "pupils", _("pupils")
    TEACHERS = "teachers", _("teachers")
    CLASSES = "classes", _("classes")


class Outcome(TextChoices):
    """State of one requirement at one school."""

    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    NOT_MET = "not_met", _("not met")
    NOT_DUE = "not_due", _("not due yet")
    COVERED = "covered", _("covered by waiver")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    UNKNOWN = "unknown", _("unknown")


class Concern(TextChoices):
    """Why somebody must look after works."""

    BLOCKED = "blocked", _("blocked")
    OVERDUE = "overdue", _("overdue")
    NO_FORECAST = "no_forecast", _("no forecast")
    WAITING = "waiting", _("waits for other works")


class Lack(TextChoices):
    """Why it is not known when a trade is accepted at a site."""

    NO_PROJECT = "no_project", _("no project is recorded")
    NO_FORECAST = "no_forecast", _("no forecast")
    OVERDUE = "overdue", _("the forecast has passed")
    BLOCKED = "blocked", _("blocked after acceptance")


class Readiness(TextChoices):
    """Whether all required trades are accepted at a school."""

    READY = "ready", _("ready")
    EXPECTED = "expected", _("expected")
    UNKNOWN = "unknown", _("unknown")


class Coming(TextChoices):
    """From where it is known, or not, when something missing comes."""

    ORDERED = "ordered", _("ordered")
    DELIVERED = "delivered", _("delivered, not yet in service")
    PLANNED = "planned", _("planned hand-over")
    WORKS = "works", _("construction works")


class NoDate(TextChoices):
    """Why nobody can name a day on which a requirement is met: what has to happen first."""

    NOT_ORDERED = "not_ordered", _("not ordered")
    UNDISTRIBUTED = "undistributed", _("ordered or in the store, not distributed")
    NO_DAY = "no_day", _("ordered without a day to come")
    NOT_IN_SERVICE = "not_in_service", _("delivered, not in service")
    WORKS = "works", _("works without a forecast to come")
    UPKEEP = "upkeep", _("electrical test or MDM outstanding")
    BY_HAND = "by_hand", _("to be recorded by hand")
    NOT_KNOWN = "not_known", _("not known what is missing")


class Precision(TextChoices):
    """How exactly the day of a progress entry is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class EntryState(TextChoices):
    """How far what a progress entry tells of has come."""

    DONE = "done", pgettext_lazy("progress", "done")
    UNDER_WAY = "under_way", pgettext_lazy("progress", "under way")
    PLANNED = "planned", pgettext_lazy("progress", "planned")
