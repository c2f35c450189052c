"""Two reports compared: what was booked late, what really changed in between, and which records it was.

A report is a day, and an instant at which it was known. From the earlier one to the later one there are two steps:
the same day with all that was recorded since (late bookings and corrections), then the later day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import cached_property

from reports.bookings import Booking, bookings
from reports.enums import Adding
from reports.figures.base import Figure, FigureValue, Number
from reports.figures.basis import Behind
from reports.figures.declarations import declared
from reports.figures.rows import ListRows, QueryRows, Row
from reports.queries import Records
from schools.querysets import SchoolQuerySet


class Question(NamedTuple):
    """``before`` as known at ``before_known_at``, against ``as_of`` as known at ``known_at`` (``None``: now).

    ``since`` begins the window of flows in both, so it lies no later than ``before``.
    """

    before: date
    as_of: date
    before_known_at: datetime | None = None
    known_at: datetime | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in both reports. ``corrected``: on the earlier day, as known for the later report."""

    then: FigureValue
    corrected: FigureValue
    now: FigureValue

    @property
    def figure(self) -> Figure:
        return self.now.figure

    @property
    def late(self) -> Number:
        """By how much later bookings changed the earlier day; ``None`` where that is no number."""
        return difference(self.then.value, self.corrected.value)

    @property
    def moved(self) -> Number:
        return difference(self.corrected.value, self.now.value)

    @property
    def difference(self) -> Number:
        return difference(self.then.value, self.now.value)

    @property
    def is_late(self) -> bool:
        return self.then.value != self.corrected.value

    @property
    def has_changed(self) -> bool:
        return self.then.value != self.now.value or self.is_late


class Changed(NamedTuple):
    """A record that is in both, with another value."""

    row: Row
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to the records of a figure from one set to the next."""

    before: Behind
    after: Behind
    day: date
    is_late: bool

    @property
    def entered(self) -> QueryRows | ListRows:
        return _without(self.after, self.before)

    @property
    def left(self) -> QueryRows | ListRows:
        return _without(self.before, self.after)

    def changed(self) -> list[Changed]:
        """Only where the value is made of the rows' own values."""
        if self.after.adds not in (Adding.SUM, Adding.SHARE, Adding.MEAN, Adding.ALL):
            return []
        path = self.after.measure
        old, new = self.before.rows.measured(path), self.after.rows.measured(path)
        others = [identity for identity, value in new.items() if identity in old and old[identity] != value]
        rows = self.after.rows.only(others)
        pairs = zip(rows.identities(), rows, strict=True)
        words = next((column for column in self.after.rows.columns if column.path == path), None)
        cell = words.cell if words else lambda value: value
        return [Changed(row, cell(old[one]), cell(new[one])) for one, row in pairs]

    def told(self, *, entered: bool, most: int | None = None) -> Iterator[tuple[Row, Booking | None]]:
        """Rows that entered or left, each with the act by which that was booked, where the step is one of booking.

        ``most``: no more than the first so many.
        """
        rows = self.entered if entered else self.left
        if not self.is_late or isinstance(rows, ListRows):
            return ((row, None) for row in rows[0:most])
        keys = rows.identities()[:most]
        booked = bookings(rows.only(keys).queryset, rows.identity, self.day, are_new=entered)
        return ((row, booked.get(key)) for key, row in zip(keys, rows[0:most], strict=True))


class Comparison:
    """Two reports for the same reader and schools. Everything is read when first asked for."""

    def __init__(self, asked: Question, schools: SchoolQuerySet | None = None, reader: Any = None) -> None:
        def records(day: date, known_at: datetime | None) -> Records:
            return Records(day, known_at, asked.since, schools, reader)

        self.asked = asked
        self.then = records(asked.before, asked.before_known_at)
        is_same = asked.before_known_at == asked.known_at
        self.corrected = self.then if is_same else records(asked.before, asked.known_at)
        is_same_day = asked.before == asked.as_of
        self.now = self.corrected if is_same_day else records(asked.as_of, asked.known_at)

    @property
    def knows_more(self) -> bool:
        """Whether the later report was made with other knowledge."""
        return self.corrected is not self.then

    @property
    def lies_later(self) -> bool:
        """Whether the reports are about two days."""
        return self.now is not self.corrected

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """What can be asked for on either day, in the order of the catalogue."""
        return {figure.key: figure for records in (self.now, self.then) for figure in declared(records)}

    def line(self, key: str) -> Line:
        """Raises ``KeyError`` for a figure that there is not, or that the reader may not see."""
        figure = self.figures[key]
        return Line(*(_value(figure, records) for records in (self.then, self.corrected, self.now)))

    def lines(self) -> list[Line]:
        return [self.line(key) for key in self.figures]

    def steps(self, key: str) -> list[Step]:
        """Late bookings first, then what happened between the days; each only where it can be."""
        behind = self.figures[key].behind
        found = []
        if self.knows_more:
            found.append(Step(behind(self.then), behind(self.corrected), self.asked.before, is_late=True))
        if self.lies_later:
            found.append(Step(behind(self.corrected), behind(self.now), self.asked.as_of, is_late=False))
        return found


def difference(old: Number, new: Number) -> Number:
    """``None`` where one of them is unknown, or no number."""
    if old is None or new is None or isinstance(old, bool) or isinstance(new, bool):
        return None
    return Decimal(new) - Decimal(old) if isinstance(old, Decimal) or isinstance(new, Decimal) else new - old


def _value(figure: Figure, records: Records) -> FigureValue:
    answer = figure.compute(records)
    return FigureValue(figure, answer.value, answer.note)


def _without(some: Behind, others: Behind) -> QueryRows | ListRows:
    if isinstance(some.rows, QueryRows) and isinstance(others.rows, QueryRows):
        return some.rows.without(others.rows)
    if isinstance(some.rows, ListRows) and isinstance(others.rows, ListRows):
        return some.rows.without(others.rows)
    raise TypeError("rows of two kinds")
