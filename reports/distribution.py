"""Arriving devices shared among schools by their gaps, within the limits of the programme that pays them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from costs.sums import programme_money, used_by_schools
from funding.binding import tied_schools
from funding.models import Programme, ProgrammeSchool
from inventory.binding import caps_of, pays_for
from inventory.coming import planned_devices
from inventory.models import Category, DeviceModel
from reports.buying import is_counted
from reports.costs_to_complete import Price, Prices, cap_of, is_limited, runs
from rollout.completion import CompletionReport, Result
from rollout.distribution import Claim, Share, Why, distribute
from schools.models import School

_NOTHING = Decimal(0)


class Asked(NamedTuple):
    """So many devices of a category are to be shared; ``requirement``: key of that whose gaps count."""

    category: Category
    quantity: int
    requirement: str
    model: DeviceModel | None = None
    programme: Programme | None = None


class Limit(NamedTuple):
    """So many devices at most, and why."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """``missing``, ``on_the_way``: by the standard; ``planned``: hand-overs that are still to come.

    ``share`` is ``None`` where it is not known what is missing.
    """

    school: School
    missing: int | None
    on_the_way: int
    planned: int
    limit: Limit | None
    share: Share | None

    @property
    def given(self) -> int:
        return self.share.given if self.share else 0

    @property
    def gap(self) -> int | None:
        return self.share.gap if self.share else None

    @property
    def why(self) -> str:
        """A sentence in the active language."""
        if self.share is None:
            return gettext("It is not known what is missing here.")
        text = _WHY[self.share.why]() % {"quota": number_format(round(float(self.share.quota), 2), 2)}
        return f"{text} {self.limit.text}" if self.share.why == Why.LIMIT and self.limit else text


@dataclass(frozen=True, slots=True)
class Proposal:
    """``remarks``: what somebody should know of the whole, in sentences."""

    asked: Asked
    rows: list[Row]
    available: int
    remarks: list[str]

    @property
    def given(self) -> int:
        return sum(row.given for row in self.rows)

    @property
    def left(self) -> int:
        return self.asked.quantity - self.given


def propose(asked: Asked, report: CompletionReport) -> Proposal:
    """What each school of the report would get as of its day. A constant number of queries."""
    day = report.day
    limits = _Limits(asked, day, _price(asked, Prices(day)))
    results = [(one.school, one.result(asked.requirement)) for one in report.schools]
    categories = frozenset[int]().union(*(result.rule.categories for _school, result in results if result))
    planned = _planned(categories, day)
    claims = {
        school.pk: Claim(school.pk, _gap(result, planned.get(school.pk, 0)), limits.number_of(school))
        for school, result in results
        if result and result.gap is not None and is_counted(result.rule)
    }
    shares = {share.school: share for share in distribute(limits.available, list(claims.values()))}
    rows = [
        Row(
            school,
            None if result is None or result.gap is None else int(result.gap),
            result.on_the_way if result else 0,
            planned.get(school.pk, 0),
            limits.of(school),
            shares.get(school.pk),
        )
        for school, result in results
    ]
    return Proposal(asked, rows, limits.available, limits.remarks)


def _gap(result: Result, planned: int) -> int:
    return max(int(result.gap or 0) - result.on_the_way - planned, 0)


def _price(asked: Asked, prices: Prices) -> Price | None:
    """Of the model where one is named and priced, else of the category."""
    if asked.model and asked.model.price:
        return Price(asked.model.price, asked.model)
    return prices.of([asked.category.pk])


def _planned(categories: frozenset[int], day: date) -> Mapping[int, int]:
    """Devices of these categories per school that are planned for hand-over and still to come."""
    planned: Counter[int] = Counter()
    for one in planned_devices(day):
        planned[one.school] += one.number if one.category in categories else 0
    return planned


class _Limits:
    """What the programme leaves: to schools that are not listed nothing, to others what cap and budget pay for."""

    def __init__(self, asked: Asked, day: date, price: Price | None) -> None:
        self.asked, self.price = asked, price
        self.remarks: list[str] = []
        self.available = asked.quantity
        self._tied: set[int] | None = None
        self._caps: dict[int, Decimal] = {}
        self._used: dict[int | None, Decimal] = {}
        if asked.programme:
            self._read(asked.programme, day)

    def of(self, school: School) -> Limit | None:
        """``None``: the programme sets none."""
        if self._tied is not None and school.pk not in self._tied:
            return Limit(0, gettext("The money of the programme is tied to other schools."))
        cap = self._caps.get(school.pk)
        if cap is None or self.price is None:
            return None
        rest = cap - self._used.get(school.pk, _NOTHING)
        text = gettext("Of the cap of the school of %(cap)s euro, %(rest)s euro are left.")
        number = max(int(rest // self.price.amount), 0)
        return Limit(number, text % {"cap": _euro(cap), "rest": _euro(max(rest, _NOTHING))})

    def number_of(self, school: School) -> int | None:
        limit = self.of(school)
        return limit.number if limit else None

    def _read(self, programme: Programme, day: date) -> None:
        self._tied = tied_schools([programme]).get(programme.pk)
        caps = ProgrammeSchool.objects.filter(programme=programme, cap__isnull=False)
        self._caps = {school: cap for school, cap in caps.values_list("school", "cap") if cap is not None}
        self._used = used_by_schools(programme, day)
        of_category = caps_of([programme])[programme.pk]
        category = self.asked.category
        if not pays_for(programme, of_category, [category.pk]):
            text = gettext("%(programme)s does not pay for %(what)s.")
            self.remarks.append(text % {"programme": programme, "what": category})
            self.available = 0
        if not runs(programme, day):
            text = gettext("Today lies outside the implementation period of %(programme)s.")
            self.remarks.append(text % {"programme": programme})
        if not self.price:
            self.remarks.append(gettext("No price is known: caps and budget of the programme are not looked at."))
            return
        cap = cap_of(programme, of_category, category.pk)
        if cap and cap < self.price.amount:
            text = gettext("A device costs %(price)s euro; the programme pays %(cap)s euro of it at most.")
            self.remarks.append(text % {"price": _euro(self.price.amount), "cap": _euro(cap)})
            self.price = self.price._replace(amount=cap)
        self._keep_to_budget(programme, day)

    def _keep_to_budget(self, programme: Programme, day: date) -> None:
        money = next(one for one in programme_money(day) if one.programme.pk == programme.pk)
        if not self.price or not is_limited(money):
            return
        number = max(int(money.rest // self.price.amount), 0)
        if number < self.available:
            text = ngettext(
                "%(rest)s euro of the budget are left: enough for %(number)s device at %(price)s euro.",
                "%(rest)s euro of the budget are left: enough for %(number)s devices at %(price)s euro.",
                number,
            )
            words = {"rest": _euro(max(money.rest, _NOTHING)), "number": number, "price": _euro(self.price.amount)}
            self.remarks.append(text % words)
            self.available = number


def _euro(amount: Decimal) -> str:
    return number_format(amount, 2, force_grouping=True)


_WHY = {
    Why.WHOLE_GAP: lambda: gettext("Gets all that is missing."),
    Why.LIMIT: lambda: gettext("Gets what the programme allows."),
    Why.ROUNDED_UP: lambda: gettext("Share by gap %(quota)s: rounded up, the remainder is one of the largest."),
    Why.ROUNDED_DOWN: lambda: gettext("Share by gap %(quota)s: rounded down, the remainders of others are larger."),
    Why.TIE_WON: lambda: gettext(
        "Share by gap %(quota)s: as large a remainder as others have; the larger gap, else the order of the schools, "
        "decides: rounded up."
    ),
    Why.TIE_LOST: lambda: gettext(
        "Share by gap %(quota)s: as large a remainder as others have; the larger gap, else the order of the schools, "
        "decides: rounded down."
    ),
    Why.NO_GAP: lambda: gettext("Nothing is missing."),
}
