"""What it still costs until every school has what the standard requires, and which programmes may pay for it.

Only devices are counted: of works nobody knows a price before the tender.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext

from costs.sums import ProgrammeMoney, programme_money
from funding.binding import tied_schools
from funding.enums import ProgrammeKind
from funding.models import Programme
from inventory.binding import caps_of, pays_for
from inventory.models import DeviceModel, OrderLine
from reports.buying import Coming, read_coming, reckon
from rollout.completion import CompletionReport, Rule, completion
from rollout.enums import Level
from schools.models import School

_NOTHING = Decimal("0.00")


class Price(NamedTuple):
    """What a device costs, gross, in euro: ``order`` on ``on``, or (both ``None``) the price in the catalogue."""

    amount: Decimal
    model: DeviceModel
    order: str | None = None
    on: date | None = None

    @property
    def category(self) -> int:
        """Its key."""
        return self.model.category_id

    @property
    def source(self) -> str:
        """Where the price is from, in the active language."""
        if self.order is None or self.on is None:
            return gettext("%(model)s, by the catalogue") % {"model": self.model}
        text = gettext("%(model)s, order %(order)s of %(day)s")
        return text % {"model": self.model, "order": self.order, "day": date_format(self.on, "SHORT_DATE_FORMAT")}


class Payer(NamedTuple):
    """A programme that may pay; ``cap``: so much per device at most, where the price is above it."""

    programme: Programme
    cap: Decimal | None = None

    def __str__(self) -> str:
        if self.cap is None:
            return str(self.programme)
        text = gettext("%(programme)s (up to %(cap)s euro each)")
        return text % {"programme": self.programme, "cap": number_format(self.cap, 2, force_grouping=True)}


@dataclass(frozen=True, slots=True)
class Need:
    """What a school still needs for one requirement; ``None``: not known.

    ``to_buy``: the gap less what is on the way, what is reckoned with (``planned`` for the school, ``shared`` from
    what nobody has yet) and what another requirement of the same devices gets already.
    """

    school: School
    rule: Rule
    gap: int | None
    on_the_way: int
    to_buy: int | None
    price: Price | None
    payers: tuple[Payer, ...] = ()
    planned: int = 0
    shared: int = 0

    @property
    def cost(self) -> Decimal | None:
        if self.to_buy == 0:
            return _NOTHING
        return None if self.to_buy is None or self.price is None else self.to_buy * self.price.amount


@dataclass(frozen=True)
class NeedSum:
    """Of several needs what is known, and at how many schools it is not."""

    needs: Sequence[Need]

    @cached_property
    def cost(self) -> Decimal:
        return sum((need.cost or _NOTHING for need in self.needs), _NOTHING)

    @property
    def unknown(self) -> int:
        return sum(need.cost is None for need in self.needs)

    @property
    def gap(self) -> int:
        return sum(need.gap or 0 for need in self.needs)

    @property
    def on_the_way(self) -> int:
        return sum(need.on_the_way for need in self.needs if need.gap)

    @property
    def to_buy(self) -> int:
        return sum(need.to_buy or 0 for need in self.needs)

    @property
    def planned(self) -> int:
        return sum(need.planned for need in self.needs)

    @property
    def shared(self) -> int:
        return sum(need.shared for need in self.needs)

    @property
    def coming(self) -> int:
        """What is planned for these schools or theirs of what nobody has yet."""
        return self.planned + self.shared

    @property
    def level(self) -> str:
        """The label of that of the first."""
        return str(Level(self.needs[0].rule.level).label)

    def cost_of(self, level: str) -> Decimal:
        return sum((need.cost or _NOTHING for need in self.needs if need.rule.level == level), _NOTHING)

    @property
    def basis(self) -> Decimal:
        return self.cost_of(Level.BASIS)

    @property
    def target(self) -> Decimal:
        """What comes on top of the basis."""
        return self.cost_of(Level.TARGET)

    @cached_property
    def open_needs(self) -> list[Need]:
        """What is to be bought, or not known."""
        return [need for need in self.needs if need.to_buy != 0]

    @property
    def payers(self) -> list[Programme]:
        return list(dict.fromkeys(payer.programme for need in self.open_needs for payer in need.payers))


class PayerSum(NamedTuple):
    """``may_pay``: of all needs so much, whatever others pay. ``is_limited``: it has a budget, of which ``rest``."""

    money: ProgrammeMoney
    may_pay: Decimal
    is_limited: bool

    @property
    def rest(self) -> Decimal | None:
        return self.money.rest if self.is_limited else None


@dataclass(frozen=True)
class CostsToComplete:
    day: date
    needs: list[Need]
    money: list[ProgrammeMoney]

    @cached_property
    def total(self) -> NeedSum:
        return NeedSum(self.needs)

    @cached_property
    def by_requirement(self) -> list[tuple[Rule, NeedSum]]:
        """In the order of the standard; the rule is that of the first school."""
        found: dict[str, list[Need]] = defaultdict(list)
        for need in self.needs:
            found[need.rule.key].append(need)
        return [(needs[0].rule, NeedSum(needs)) for needs in found.values()]

    @cached_property
    def by_school(self) -> list[tuple[School, NeedSum]]:
        """Schools that need something, or of which it is not known."""
        found: dict[School, list[Need]] = defaultdict(list)
        for need in self.needs:
            found[need.school].append(need)
        sums = ((school, NeedSum(needs)) for school, needs in found.items())
        return [(school, one) for school, one in sums if one.open_needs]

    @cached_property
    def by_payer(self) -> list[PayerSum]:
        """Programmes that may pay for something; what several may pay for is in the sum of each."""
        sums: dict[int, Decimal] = defaultdict(lambda: _NOTHING)
        for need in self.needs:
            for payer in need.payers if need.price else ():
                price = need.price.amount if need.price else _NOTHING
                sums[payer.programme.pk] += (need.to_buy or 0) * (payer.cap or price)
        return [
            PayerSum(money, sums[money.programme.pk], is_limited(money))
            for money in self.money
            if sums.get(money.programme.pk)
        ]


def read_costs(day: date) -> CostsToComplete:
    """Of all schools as of ``day``, in the order of schools and standard. A constant number of queries.

    What is planned or ordered is not bought again, as in ``reports.order_proposal`` for basis and target.
    """
    report, prices, money = completion(day), Prices(day), programme_money(day)
    needs = device_needs(report, prices, read_coming(day), Payers(money, day))
    return CostsToComplete(day, list(needs), money)


def is_limited(money: ProgrammeMoney) -> bool:
    """Own money has a budget only where one was decided."""
    return money.programme.kind == ProgrammeKind.GRANT or bool(money.granted)


class Prices:
    """Newest prices as of a day: of the latest order line, else of the newest model in the catalogue that has one."""

    def __init__(self, day: date) -> None:
        self._ordered: dict[int, Price] = {}
        self._catalogue: dict[int, Price] = {}
        #: Of each model, by its key.
        self.of_models: dict[int, Price] = {}
        for model in DeviceModel.objects.filter(price__gt=0).select_related("manufacturer").order_by("pk"):
            price = Price(model.price or _NOTHING, model)
            self._catalogue[model.category_id] = self.of_models[model.pk] = price
        lines = OrderLine.objects.filter(order__ordered_on__lte=day, unit_price__gt=0).select_related(
            "order", "model__manufacturer"
        )
        for line in lines.order_by("order__ordered_on", "order", "position"):
            price = Price(line.unit_price or _NOTHING, line.model, line.order.number, line.order.ordered_on)
            self._ordered[line.model.category_id] = self.of_models[line.model_id] = price

    def of(self, categories: Iterable[int]) -> Price | None:
        """Of the first of the categories that has a price."""
        found = (self._ordered.get(category) or self._catalogue.get(category) for category in categories)
        return next((price for price in found if price), None)


class Payers:
    """Programmes that run on a day and have money left, with their categories, caps and schools."""

    def __init__(self, money: Sequence[ProgrammeMoney], day: date) -> None:
        self._programmes = [
            one.programme for one in money if runs(one.programme, day) and (not is_limited(one) or one.rest > 0)
        ]
        self._caps: Mapping[int, Mapping[int, Decimal | None]] = caps_of(self._programmes)
        self._tied = tied_schools(self._programmes)

    def of(self, school: School, rule: Rule, price: Price | None) -> Iterator[Payer]:
        categories = {price.category} if price else rule.categories
        for programme in self._programmes:
            listed = self._tied.get(programme.pk)
            if (listed is None or school.pk in listed) and pays_for(programme, self._caps[programme.pk], categories):
                cap = price and cap_of(programme, self._caps[programme.pk], price.category)
                yield Payer(programme, cap if cap and price and cap < price.amount else None)


def cap_of(programme: Programme, caps: Mapping[int, Decimal | None], category: int) -> Decimal | None:
    """Per device, gross, in euro."""
    return caps.get(category) or programme.cap_per_device


def runs(programme: Programme, day: date) -> bool:
    """Whether ``day`` lies in the implementation period."""
    return (programme.begins_on or day) <= day <= (programme.ends_on or day)


def device_needs(
    report: CompletionReport,
    prices: Prices,
    coming: Coming,
    payers: Payers | None = None,
    *,
    levels: Iterable[str] = Level.values,
) -> Iterator[Need]:
    """Per school and requirement of devices; without ``payers`` none is named.

    ``coming``: what is reckoned with beside what is on its way to a school.
    """
    usual, bought = _usual_prices(report, prices), reckon(report, coming, levels)
    for one in report.schools:
        for result in one.results:
            rule, got = result.rule, bought.get((one.school.pk, result.key))
            if got is None:
                continue
            price, number = usual[rule.key], got.to_buy
            may_pay = tuple(payers.of(one.school, rule, price)) if payers and number != 0 else ()
            gap = None if result.gap is None else int(result.gap)
            yield Need(one.school, rule, gap, result.on_the_way, number, price, may_pay, got.planned, got.shared)


def _usual_prices(report: CompletionReport, prices: Prices) -> dict[str, Price | None]:
    """Per requirement; where it counts several categories, of that which most of its devices in service are of."""
    found: dict[str, Price | None] = {}
    for rule in report.requirements:
        numbers = Counter(
            {
                category: sum(one.facts.count({category}, rule.use)[0] for one in report.schools)
                for category in sorted(rule.categories)
            }
        )
        found[rule.key] = prices.of(category for category, _number in numbers.most_common())
    return found
