"""Which devices reach their lifetime when, per school and year, what successors cost, until when they are bound.

A device may be retired from the later of two days on: its planned replacement (bought on, and the lifetime of its
category) and the day after the end of its binding period. Where the day of purchase (or delivery) or the lifetime is
not known, the year is not known either.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext

from common.dated import add_months
from funding.binding import binding_ends, last_end, programmes_of_financings
from inventory.models import DeviceModel
from inventory.querysets import DeviceQuerySet
from reports.costs_to_complete import Price, Prices
from reports.enums import NOT_DELIVERED
from schools.models import School

OVERDUE, LATER, UNKNOWN = "overdue", "later", "unknown"
#: So many years after this one have a column of their own.
AHEAD = 7
_NOTHING = Decimal("0.00")
_KEYS = ("school", "model", "model__category", "model__category__lifetime_years", "financing", "bought")


class Due(NamedTuple):
    """``bound_until``: the last day on which a binding period holds."""

    bought_on: date | None
    planned_on: date | None
    bound_until: date | None

    @property
    def on(self) -> date | None:
        """The first day of retirement; ``None``: not known."""
        if self.planned_on is None or self.bound_until is None:
            return self.planned_on
        free = date.max if self.bound_until == date.max else self.bound_until + timedelta(days=1)
        return max(self.planned_on, free)

    @property
    def is_held(self) -> bool:
        """The binding period ends after the planned replacement."""
        return bool(self.planned_on and self.bound_until and self.bound_until >= self.planned_on)


class Batch(NamedTuple):
    """Devices of one school that are alike in all that matters here; ``school``: ``None`` in the central store."""

    school: School | None
    model: DeviceModel
    due: Due
    column: str
    number: int
    price: Price | None

    @property
    def cost(self) -> Decimal | None:
        return self.price.amount * self.number if self.price else None


@dataclass(frozen=True)
class RefreshSum:
    """``cost``: of those whose successor has a price; ``unpriced``: how many have none."""

    batches: Sequence[Batch]

    @cached_property
    def number(self) -> int:
        return sum(batch.number for batch in self.batches)

    @cached_property
    def cost(self) -> Decimal:
        return sum((batch.cost or _NOTHING for batch in self.batches), _NOTHING)

    @cached_property
    def unpriced(self) -> int:
        return sum(batch.number for batch in self.batches if batch.price is None)

    @cached_property
    def held(self) -> int:
        """So many are bound for longer than their lifetime."""
        return sum(batch.number for batch in self.batches if batch.due.is_held)

    @cached_property
    def bound_until(self) -> date | None:
        return max((batch.due.bound_until for batch in self.batches if batch.due.bound_until), default=None)

    @cached_property
    def by_column(self) -> Mapping[str, "RefreshSum"]:
        found: dict[str, list[Batch]] = defaultdict(list)
        for batch in self.batches:
            found[batch.column].append(batch)
        return {column: RefreshSum(batches) for column, batches in found.items()}


@dataclass(frozen=True)
class RefreshPlan:
    day: date
    batches: Sequence[Batch]

    @property
    def columns(self) -> list[str]:
        """What is overdue first, then the years, and what is not known last."""
        years = range(self.day.year, self.day.year + AHEAD + 1)
        return [OVERDUE, *map(str, years), LATER, UNKNOWN]

    @cached_property
    def total(self) -> RefreshSum:
        return RefreshSum(self.batches)

    @cached_property
    def by_school(self) -> list[tuple[School | None, RefreshSum]]:
        """In the order of schools, the central store last."""
        found: dict[School | None, list[Batch]] = defaultdict(list)
        for batch in self.batches:
            found[batch.school].append(batch)
        ordered = sorted(found.items(), key=lambda item: _place(item[0]))
        return [(school, RefreshSum(batches)) for school, batches in ordered]


def column_label(column: str) -> str:
    labels = {OVERDUE: gettext("overdue"), LATER: gettext("later"), UNKNOWN: gettext("unknown")}
    return labels.get(column, column)


def read_refresh(devices: DeviceQuerySet, day: date) -> RefreshPlan:
    """Of ``devices``, which went through ``visible_to`` and the filters of a page. A constant number of queries."""
    rows = list(_rows(devices).values_list(*_KEYS).annotate(number=Count("pk")).order_by())
    schools = School.objects.in_bulk({row[0] for row in rows if row[0]})
    models = DeviceModel.objects.select_related("manufacturer", "category").in_bulk({row[1] for row in rows})
    prices, dues = Prices(day), _Dues()
    batches = []
    for school, model, category, years, financing, bought, number in rows:
        due = dues.of(bought, years, financing)
        column, price = column_of(due, day), prices.of([category])
        batches.append(Batch(schools.get(school), models[model], due, column, number, price))
    return RefreshPlan(day, batches)


def devices_due(devices: DeviceQuerySet, day: date, column: str) -> list[tuple[int, Due]]:
    """Keys of the devices behind one number, the first to be replaced in front."""
    dues, found = _Dues(), []
    for pk, _school, _model, _category, years, financing, bought in _rows(devices).values_list("pk", *_KEYS):
        due = dues.of(bought, years, financing)
        if column_of(due, day) == column:
            found.append((pk, due))
    return sorted(found, key=lambda one: (one[1].on or date.max, one[0]))


def column_of(due: Due, day: date) -> str:
    if due.on is None:
        return UNKNOWN
    if due.on < day:
        return OVERDUE
    return LATER if due.on.year > day.year + AHEAD else str(due.on.year)


class _Dues:
    """The days of devices that are alike are reckoned once."""

    def __init__(self) -> None:
        self._programmes = programmes_of_financings()
        self.of = cache(self._of)

    def _of(self, bought: date | None, years: int | None, financing: int | None) -> Due:
        bound = last_end(binding_ends(self._programmes.get(financing or 0, ()), bought))
        planned = None
        if bought and years:
            planned = add_months(bought, 12 * min(years, MAXYEAR - bought.year))
        return Due(bought, planned, bound)


def _rows(devices: DeviceQuerySet) -> DeviceQuerySet:
    """Delivered and not gone; of others nothing is to be replaced."""
    owned = devices.present().exclude(status__in=NOT_DELIVERED)
    return owned.annotate(bought=Coalesce("purchased_on", "delivery__delivered_on"))


def _place(school: School | None) -> tuple[bool, str, str]:
    return (True, "", "") if school is None else (False, school.sort_key, school.number)
