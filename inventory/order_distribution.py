"""Which school is to get what of an order, and what it has of it: a grid of schools and order lines."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum

from inventory.models import Device, OrderLine, PlannedHandOver
from schools.models import School


class Cell(NamedTuple):
    """Numbers of devices. ``there``: of the line at the school today. ``planned``: for it, by the plans of today."""

    there: int
    planned: int

    @property
    def backlog(self) -> int:
        return max(self.planned - self.there, 0)


class Row(NamedTuple):
    """``school``: ``None`` for what is in the central store, and for what is planned for no school yet."""

    school: School | None
    cells: list[Cell]

    @property
    def total(self) -> Cell:
        return _sum(self.cells)

    @property
    def backlog(self) -> int:
        return sum(cell.backlog for cell in self.cells) if self.school else 0


class Distribution(NamedTuple):
    lines: Sequence[OrderLine]
    rows: list[Row]

    @property
    def columns(self) -> list[Cell]:
        """The sum of each line."""
        return [_sum([row.cells[i] for row in self.rows]) for i in range(len(self.lines))]

    @property
    def total(self) -> Cell:
        return _sum(self.columns)

    @property
    def backlog(self) -> int:
        return sum(row.backlog for row in self.rows)


def distribution_of(lines: Sequence[OrderLine], schools: QuerySet[School], day: date) -> Distribution:
    """The grid of an order with these lines; three queries. Without any plan only where its devices are."""
    keys = [line.pk for line in lines]
    plans = PlannedHandOver.objects.as_of(day).filter(order_line__in=keys).order_by()
    planned: Counter[Any] = Counter()
    for line, school, number in plans.values_list("order_line", "school").annotate(n=Sum("quantity")):
        planned[line, school] = number
    devices = Device.objects.existing().filter(order_line__in=keys).order_by()
    there: Counter[Any] = Counter()
    for line, school, number in devices.values_list("order_line", "school").annotate(n=Count("pk")):
        there[line, school] = number
    wanted = {school for _line, school in (*planned, *there)}
    found = [*schools.filter(pk__in=wanted - {None}).order_by("sort_key", "pk")]
    places: list[School | None] = [*found, None] if None in wanted else [*found]
    return Distribution(lines, [Row(place, _cells(keys, place, there, planned)) for place in places])


def _cells(lines: Sequence[int], place: School | None, there: Counter[Any], planned: Counter[Any]) -> list[Cell]:
    key = place.pk if place else None
    return [Cell(there[line, key], planned[line, key]) for line in lines]


def _sum(cells: Sequence[Cell]) -> Cell:
    return Cell(sum(cell.there for cell in cells), sum(cell.planned for cell in cells))
