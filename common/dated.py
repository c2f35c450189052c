"""Dated facts: what was true when, and since when we believed it (bitemporal).

Each fact is a row with two half-open periods: *valid* (days on which it was true) and *recorded*
(instants at which the system believed it). Rows are never overwritten: a change or a correction
supersedes rows and records better ones, so that every past answer can be given again.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Self, TypeVar

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

#: Earlier days and instants are mistyped: nobody asks for them, and nothing was known then.
EARLIEST = date(1990, 1, 1)

_M = TypeVar("_M", bound=models.Model)


class DatedQuerySet(models.QuerySet[_M]):
    """The one filter by which pages, API and workbooks ask for a past day."""

    def known(self, known_at: datetime | None = None) -> Self:
        """Rows that were believed at ``known_at`` (default: now)."""
        return self.filter(known_q(known_at))

    def as_of(self, day: date, known_at: datetime | None = None) -> Self:
        """Rows valid on ``day`` as known at ``known_at`` (default: now)."""
        return self.filter(as_of_q(day, known_at))


class PeriodEnd(Func):
    """``valid_until``, later than any day where it is open: what ends after a day is one range of an index.

    Both databases order the word after all dates: PostgreSQL knows it as a date, SQLite compares letters.
    """

    function = "COALESCE"
    template = "%(function)s(%(expressions)s, 'infinity')"
    output_field = models.DateField()


def known_q(known_at: datetime | None = None) -> Q:
    """Condition "believed at ``known_at``"."""
    if known_at is None:
        return Q(superseded_at__isnull=True)
    return Q(recorded_at__lte=known_at) & (Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_at))


def as_of_q(day: date, known_at: datetime | None = None) -> Q:
    """Condition "valid on ``day`` and believed at ``known_at``"."""
    return Q(GreaterThan(PeriodEnd("valid_until"), day), valid_from__lte=day) & known_q(known_at)


class DatedFact(models.Model):
    """Valid period in days and recorded period in instants, both half-open."""

    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)

    class Meta:
        abstract = True


def period_constraints(prefix: str) -> list[models.CheckConstraint]:
    """The two promises of every dated row; ``prefix`` is ``<app>_<model>``."""
    return [
        models.CheckConstraint(
            condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            name=f"{prefix}_valid_period",
            violation_error_message=_("The end must be after the beginning."),
        ),
        models.CheckConstraint(
            condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
            name=f"{prefix}_recorded_period",
            violation_error_message=_("A fact cannot be superseded before it was recorded."),
        ),
    ]


def timeline_constraints(prefix: str, *owner: str) -> list[models.BaseConstraint]:
    """Promises of a timeline: per owner one open row, and one row per first day."""
    return [
        *period_constraints(prefix),
        models.UniqueConstraint(
            fields=owner,
            condition=Q(superseded_at__isnull=True, valid_until__isnull=True),
            name=f"{prefix}_one_open",
            violation_error_message=_("There is already a current entry."),
        ),
        models.UniqueConstraint(
            fields=[*owner, "valid_from"],
            condition=Q(superseded_at__isnull=True),
            name=f"{prefix}_one_per_day",
            violation_error_message=_("There is already an entry for this day."),
        ),
    ]


class Span(NamedTuple):
    """One believed row of a timeline: its key, its valid period and its values."""

    pk: int
    valid_from: date
    valid_until: date | None
    values: tuple[Any, ...]


class NewSpan(NamedTuple):
    valid_from: date
    valid_until: date | None
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """What has to be written so that a timeline says something new.

    ``supersede``: keys of rows no longer believed. ``insert``: rows recorded in their stead, the
    new fact last. ``before`` and ``after``: values around it, ``None`` where there is nothing.
    ``old``: the row that a correction replaces or, with ``is_withdrawal``, takes back.
    ``is_open``: the last row is the current state.
    """

    supersede: tuple[int, ...] = ()
    insert: tuple[NewSpan, ...] = ()
    before: tuple[Any, ...] | None = None
    after: tuple[Any, ...] | None = None
    old: Span | None = None
    is_withdrawal: bool = False
    is_open: bool = False

    def __bool__(self) -> bool:
        return bool(self.insert or self.supersede)


def span_on(timeline: Sequence[Span], day: date) -> Span | None:
    """The row of a sorted timeline that is valid on ``day``."""
    for span in reversed(timeline):
        if span.valid_from <= day:
            return span if span.valid_until is None or span.valid_until > day else None
    return None


def revise(timeline: Sequence[Span], values: tuple[Any, ...], on: date, *, is_count: bool = False) -> Revision:
    """Record that ``values`` hold from ``on`` until the next known change.

    ``timeline`` is what is believed now, sorted by ``valid_from``. A fact that says nothing new
    gives an empty revision, one that says the same as its neighbour extends it; a count
    (``is_count``) of another day is a fact of its own even when it is equal. A fact for the first
    day of a row replaces that row.
    """
    current = span_on(timeline, on)
    if current and current.values == values and not (is_count and current.valid_from != on):
        return Revision(before=current.values)
    following = next((span for span in timeline if span.valid_from > on), None)
    until = current.valid_until if current else following.valid_from if following else None
    supersede = [current.pk] if current else []
    insert = [NewSpan(current.valid_from, on, current.values)] if current and current.valid_from < on else []
    start = on
    previous = next((span for span in timeline if span.valid_until == on), None)
    if previous and previous.values == values and not is_count:
        supersede.append(previous.pk)
        start = previous.valid_from
    if following and following.valid_from == until and following.values == values and not is_count:
        supersede.append(following.pk)
        until = following.valid_until
        following = next((span for span in timeline if span.valid_from == until), None)
    insert.append(NewSpan(start, until, values))
    return Revision(
        tuple(supersede),
        tuple(insert),
        before=current.values if current else None,
        after=following.values if following else None,
        is_open=until is None,
    )


def replace_span(timeline: Sequence[Span], pk: int, values: tuple[Any, ...] | None, on: date | None) -> Revision:
    """Correct one row: other values, another first day, or (``values=None``) withdraw it.

    The neighbours close the gap: the row before is extended or shortened to the new first day.
    A correction that changes nothing gives an empty revision. Raises ``ValueError`` when the new
    first day would jump over a neighbour.
    """
    index = next(i for i, span in enumerate(timeline) if span.pk == pk)
    row = timeline[index]
    previous = timeline[index - 1] if index else None
    start = on or row.valid_from
    if values == row.values and start == row.valid_from:
        return Revision()
    if previous and values is not None and start <= previous.valid_from:
        raise ValueError("before the previous entry")
    if row.valid_until is not None and start >= row.valid_until:
        raise ValueError("after the next entry")
    supersede, insert = [row.pk], []
    if previous and (values is None or start != row.valid_from):
        supersede.append(previous.pk)
        end = row.valid_until if values is None else start
        insert.append(NewSpan(previous.valid_from, end, previous.values))
    if values is not None:
        insert.append(NewSpan(start, row.valid_until, values))
    is_open = row.valid_until is None
    return Revision(tuple(supersede), tuple(insert), old=row, is_withdrawal=values is None, is_open=is_open)


def end_span(timeline: Sequence[Span], on: date) -> Revision:
    """Record that nothing holds from ``on`` on; an empty revision where nothing does."""
    current = span_on(timeline, on)
    gone = tuple(span.pk for span in timeline if span.valid_until is None or span.valid_until > on)
    kept = current and current.valid_from < on
    insert = (NewSpan(current.valid_from, on, current.values),) if current and kept else ()
    return Revision(gone, insert, before=current.values if current else None)


def played(timeline: Sequence[Span], revision: Revision) -> list[Span]:
    """The timeline as it will be once ``revision`` is written; keys of planned spans are negative."""
    kept = [span for span in timeline if span.pk not in revision.supersede]
    low = min(min((span.pk for span in timeline), default=0), 0) - 1
    kept += [Span(low - n, *new) for n, new in enumerate(revision.insert)]
    return sorted(kept, key=lambda span: span.valid_from)


def group_spans(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[Span]]:
    """Rows ``(owner, pk, valid_from, valid_until, *values)`` sorted by day → spans per owner."""
    timelines: dict[int, list[Span]] = {}
    for owner, pk, start, until, *values in rows:
        timelines.setdefault(owner, []).append(Span(pk, start, until, tuple(values)))
    return timelines


def join_period(periods: list[tuple[date, date | None]], begin: date, end: date | None) -> None:
    """Add a period to some that are given in the order of their first days; what overlaps becomes one."""
    if periods and (periods[-1][1] is None or periods[-1][1] >= begin):
        since, until = periods.pop()
        periods.append((since, until and end and max(until, end)))
    else:
        periods.append((begin, end))


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> tuple[date, date | None] | None:
    """The days that two half-open periods have in common; ``None`` where there is none."""
    begin, end = max(one[0], other[0]), min((day for day in (one[1], other[1]) if day), default=None)
    return None if end and end <= begin else (begin, end)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later; the last day of the month where that day does not exist."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
