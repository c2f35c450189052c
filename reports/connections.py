"""How far the connection of the schools has come: fibre, cabling and WLAN per school and site. Open data.

Neither money nor reasons nor contractors: what everybody may know.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rollout.enums import FINISHED, ProjectStatus
from rollout.models import ConstructionProject
from schools.enums import Trade
from schools.models import School, SiteUse

#: What connects a school.
TRADES = (Trade.FIBRE, Trade.LAN, Trade.WLAN)


class Connection(TextChoices):
    """How far a site has come."""

    DONE = "done", _("finished")
    RUNNING = "running", _("works going on")
    AHEAD = "ahead", _("still to come")
    NONE = "none", _("nothing recorded")


class Line(NamedTuple):
    """One trade at a site of a school; ``since``: first day of the status. ``building``: ``""`` for the whole site."""

    school_number: str
    school: str
    site_id: int
    site: str
    building: str
    trade: str
    status: str
    since: date


class Place(NamedTuple):
    """A site of a school, with its lines by trade. ``easting``, ``northing``: metres (EPSG:25832), or ``None``."""

    school_number: str
    school: str
    site_id: int
    site: str
    easting: int | None
    northing: int | None
    lines: tuple[Line, ...]

    @property
    def state(self) -> Connection:
        if not self.lines:
            return Connection.NONE
        finished = [line.status in FINISHED for line in self.lines]
        if all(finished):
            return Connection.DONE
        started = any(finished) or any(line.status not in _WAITING for line in self.lines)
        return Connection.RUNNING if started else Connection.AHEAD

    def of_trade(self, trade: str) -> list[Line]:
        return [line for line in self.lines if line.trade == trade]


#: Nobody has come to build yet.
_WAITING = (
    ProjectStatus.PLANNED,
    ProjectStatus.SURVEYED,
    ProjectStatus.DESIGNED,
    ProjectStatus.TENDERED,
    ProjectStatus.AWARDED,
    ProjectStatus.BLOCKED,
)


def places(today: date) -> list[Place]:
    """Sites of the schools that are open, by school. Two queries."""
    works = _works()
    uses = SiteUse.objects.filter(school__in=School.objects.open_on(today)).select_related("school", "site")
    found = []
    for use in uses.order_by("school__sort_key", "school__number", "-is_main", "site__sort_key", "site"):
        school, site = use.school, use.site
        lines = tuple(
            Line(school.number, school.name, site.pk, site.name, building or "", trade, status, since)
            for building, trade, status, since in works.get(site.pk, ())
        )
        found.append(Place(school.number, school.name, site.pk, site.name, site.easting, site.northing, lines))
    return found


def lines_of(found: Iterable[Place]) -> list[Line]:
    return [line for place in found for line in place.lines]


def _works() -> dict[int, list[tuple[str, str, str, date]]]:
    """Building, trade, status and its first day of the works at each site, trades in their usual order."""
    rows = ConstructionProject.objects.existing().filter(trade__in=TRADES).exclude(status=ProjectStatus.CANCELLED)
    found: dict[int, list[tuple[str, str, str, date]]] = {}
    order = {trade.value: place for place, trade in enumerate(TRADES)}
    for site, *work in rows.order_by("site", "building__name", "pk").values_list(
        "site", "building__name", "trade", "status", "since"
    ):
        found.setdefault(site, []).append((work[0], work[1], work[2], work[3]))
    return {site: sorted(works, key=lambda work: order[work[1]]) for site, works in found.items()}
