"""Works over months, drawn on the server: where bars and marks stand, and what is written beside them. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.dated import add_months
from rollout.enums import Lack, ProjectStatus, Readiness
from rollout.progress import SchoolReadiness, WorksOnDay
from schools.enums import Trade
from schools.models import School
from web.templatetags.works import slip_text
from web.tones import BAD, PROJECT_TONES, slip_tone

#: Width of the drawing; each month has the same share of it, however long it is.
UNITS = 1200


class Month(NamedTuple):
    label: str
    year: str


@dataclass(frozen=True, slots=True)
class Window:
    """``months`` whole months from the first day ``first`` of one."""

    first: date
    months: int

    def x(self, day: date) -> int:
        """Place of a day in units; before and after the window: its edges."""
        month = (day.year - self.first.year) * 12 + day.month - self.first.month
        length = monthrange(day.year, day.month)[1]
        return round(max(0.0, min(1.0, (month + (day.day - 1) / length) / self.months)) * UNITS)

    def holds(self, day: date) -> bool:
        return self.first <= day < add_months(self.first, self.months)

    @property
    def labels(self) -> list[Month]:
        firsts = [add_months(self.first, number) for number in range(self.months)]
        step = 1 if self.months <= 12 else 3
        return [
            Month(date_format(day, "M") if step == 1 or (day.month - 1) % step == 0 else "", _year(day, number))
            for number, day in enumerate(firsts)
        ]

    @property
    def lines(self) -> list[int]:
        """Where months begin."""
        return [round(number * UNITS / self.months) for number in range(1, self.months)]

    def moved(self, months: int) -> str:
        """Name of the window that begins so many months later."""
        return f"{add_months(self.first, months):%Y-%m}"


class Bar(NamedTuple):
    """``kind``: ``prep`` or ``build``; ``ahead``: what is only expected. Units as the drawing writes them."""

    kind: str
    x: SafeString
    width: SafeString


@dataclass(frozen=True, slots=True)
class Lane:
    """One project as a line of the board, with all that is written in it."""

    url: SafeString
    trade: str
    place: str
    status: str
    status_tone: str
    tone: str
    bars: Sequence[Bar]
    planned_x: SafeString | None
    accepted: str
    is_accepted: bool
    slip: str
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """One school with the works at its sites; ``left_out``: how many were over before the window."""

    school: School
    ready: str
    ready_tone: str
    lanes: Sequence[Lane]
    left_out: int


def is_over_before(works: WorksOnDay, window: Window) -> bool:
    return works.is_finished and works.accepted_on is not None and works.accepted_on < window.first


class Words:
    """What the reader's language calls trades, states and days, and addresses; looked up once for a whole board."""

    def __init__(self) -> None:
        self.states = {status.value: str(status.label) for status in ProjectStatus}
        self.trades = {trade.value: str(trade.label) for trade in Trade}
        self.day = cache(lambda day: date_format(day, "SHORT_DATE_FORMAT"))
        self.slip = cache(slip_text)
        self._address = reverse("web:project_detail", args=[0]).rpartition("0")

    def url(self, project: int) -> SafeString:
        """Of a project's page; the project is all that differs between them."""
        before, _zero, after = self._address
        return SafeString(f"{before}{project}{after}")


def lanes_of(works: Iterable[WorksOnDay], window: Window, day: date, words: Words) -> list[Lane]:
    """By trade and place."""
    order = list(words.trades)
    ordered = sorted(works, key=lambda one: (order.index(one.project.trade), one.project.pk))
    return [_lane(one, window, day, words) for one in ordered]


def _lane(works: WorksOnDay, window: Window, day: date, words: Words) -> Lane:
    milestone = works.milestones.get(ProjectStatus.ACCEPTED)
    planned_on = milestone.planned_on if milestone else None
    accepted = works.accepted_or_forecast
    project = works.project
    return Lane(
        url=words.url(project.pk),
        trade=words.trades[project.trade],
        place=project.building.name if project.building else "",
        status=words.states[works.status],
        status_tone=PROJECT_TONES[works.status],
        tone=tone_of(works),
        bars=list(_bars(works, window, day)),
        planned_x=SafeString(window.x(planned_on)) if planned_on and window.holds(planned_on) else None,
        accepted=words.day(accepted) if accepted else "",
        is_accepted=works.accepted_on is not None,
        slip=_("overdue") if works.is_overdue else words.slip(works.slip),
        reason=works.reason,
    )


def tone_of(works: WorksOnDay) -> str:
    """Colour by slip; what is blocked, or whose day has passed, is late whatever its forecast says."""
    return BAD if works.status == ProjectStatus.BLOCKED or works.is_overdue else slip_tone(works.slip)


def _bars(works: WorksOnDay, window: Window, day: date) -> Iterator[Bar]:
    """Preparation, then building until acceptance; each in what has passed by ``day`` and what is ahead."""
    if works.status == ProjectStatus.CANCELLED:
        return
    build = works.milestones.get(ProjectStatus.UNDER_CONSTRUCTION)
    begin = works.begun_on or (build.expected_on if build else None)
    end = works.accepted_or_forecast
    known = [one.expected_on for one in works.milestones.values() if one.expected_on]
    start = min([*known, *filter(None, (begin, end))], default=None)
    if start is None:
        return
    if begin is None:
        yield from _split("prep", start, end or max(day, start), window, day)
        return
    yield from _split("prep", start, begin, window, day)
    yield from _split("build", begin, end or max(day, begin), window, day)
    if end is None:
        yield from _piece("open", max(day, begin), add_months(window.first, window.months), window)


def _split(kind: str, start: date, end: date, window: Window, day: date) -> Iterator[Bar]:
    yield from _piece(kind, start, min(end, day), window)
    yield from _piece(f"{kind} ahead", max(start, day), end, window)


def _piece(kind: str, start: date, end: date, window: Window) -> Iterator[Bar]:
    x, until = window.x(start), window.x(end)
    if until > x:
        yield Bar(kind, SafeString(x), SafeString(until - x))


def _year(day: date, number: int) -> str:
    return str(day.year) if number == 0 or day.month == 1 else ""


# --- when a school is ready -------------------------------------------------------------------------------------------

READY_TONES = {Readiness.READY: "good", Readiness.EXPECTED: "way", Readiness.UNKNOWN: "neutral"}


def readiness_text(readiness: SchoolReadiness) -> str:
    """One line: since when, when, or why that is not known."""
    shown = date_format(readiness.on, "SHORT_DATE_FORMAT") if readiness.on else ""
    if readiness.state == Readiness.READY:
        return _("ready since %(day)s") % {"day": shown}
    if readiness.state == Readiness.EXPECTED:
        return _("ready on %(day)s by forecast") % {"day": shown}
    if not readiness.missing:
        return _("the standard requires no works")
    return _("not known when ready: %(why)s") % {"why": "; ".join(_lacks(readiness))}


def _lacks(readiness: SchoolReadiness) -> list[str]:
    """Trades by what is missing, each once: a trade may lack at several sites."""
    by_lack: dict[Lack, list[str]] = {}
    for missing in readiness.missing:
        names = by_lack.setdefault(missing.lack, [])
        if (name := str(Trade(missing.trade).label)) not in names:
            names.append(name)
    return [f"{', '.join(names)} ({lack.label})" for lack, names in by_lack.items()]
