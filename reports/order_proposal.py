"""What is to be ordered so that the schools have what a version of the standard asks: a proposal to be changed.

Nothing is guessed: what has no model or no price is named, and so is what nobody knows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext

from costs.sums import ProgrammeMoney, in_cents, programme_money
from funding.models import Financing
from inventory.binding import Purchase, purchase_warnings
from inventory.coming import FreeDevices
from inventory.models import Category, DeviceModel
from reports.buying import is_counted, read_coming
from reports.costs_to_complete import (
    CostsToComplete,
    Need,
    NeedSum,
    Payer,
    Payers,
    Price,
    Prices,
    device_needs,
    is_limited,
)
from rollout.completion import CompletionReport, Rule, completion_under
from rollout.enums import Level, Outcome
from rollout.models import Standard
from schools.models import School

#: So many schools are named in a sentence.
_MOST_NAMED = 5


class Offer(NamedTuple):
    """A model of the catalogue; ``price``: what was paid for it last, else that of the catalogue, else unknown."""

    model: DeviceModel
    price: Price | None


@dataclass(frozen=True)
class Column:
    """What is to be ordered for one requirement, at the schools that need it."""

    rule: Rule
    needs: NeedSum
    offers: Sequence[Offer]

    @property
    def key(self) -> str:
        return self.rule.key

    @property
    def price(self) -> Price | None:
        return self.needs.needs[0].price

    @property
    def model(self) -> DeviceModel | None:
        """Of which the price is; without one the only model that there is."""
        if self.price:
            return self.price.model
        return self.offers[0].model if len(self.offers) == 1 else None

    @property
    def known_cost(self) -> Decimal | None:
        return self.needs.cost if self.price else None

    @cached_property
    def payers(self) -> list[tuple[Payer, int]]:
        """Programmes that may pay, each for how many of the devices."""
        numbers: Counter[Payer] = Counter()
        for need in self.needs.needs:
            for payer in need.payers:
                numbers[payer] += need.to_buy or 0
        return list(numbers.items())


@dataclass(frozen=True)
class OrderProposal:
    """``report``: where the schools stand under the chosen version; ``free``: what is reckoned with, by category."""

    report: CompletionReport
    level: str
    costs: CostsToComplete
    offers: Mapping[int, Sequence[Offer]]
    free: Sequence[tuple[Category, FreeDevices]]

    @property
    def day(self) -> date:
        return self.costs.day

    @cached_property
    def columns(self) -> list[Column]:
        """Requirements for which something is to be ordered, in the order of the standard."""
        found = []
        for rule, needs in self.costs.by_requirement:
            wanted = [need for need in needs.needs if need.to_buy]
            if wanted:
                categories = sorted({category for need in wanted for category in need.rule.categories})
                offers = [offer for category in categories for offer in self.offers.get(category, ())]
                found.append(Column(rule, NeedSum(wanted), offers))
        return found

    @cached_property
    def rows(self) -> list[tuple[School, dict[str, Need]]]:
        """Schools that get something, with what they need by key of the requirement."""
        found: dict[School, dict[str, Need]] = defaultdict(dict)
        for need in self.costs.needs:
            if need.to_buy:
                found[need.school][need.rule.key] = need
        return list(found.items())

    @property
    def known_cost(self) -> Decimal | None:
        """Of all that has a price; ``None`` where something is to be ordered and nothing of it has one."""
        return self.costs.total.cost if not self.columns or any(one.price for one in self.columns) else None

    @cached_property
    def reckoned(self) -> list[str]:
        """What nobody has yet and is therefore not ordered again, in a few words each."""
        wanted = {category for need in self.costs.needs for category in need.rule.categories}
        return [_told(category, one, self.day) for category, one in self.free if category.pk in wanted]

    @cached_property
    def remarks(self) -> list[str]:
        """What cannot be proposed, and why, in sentences."""
        return [*self._without_offer(), *self._unknown(), *self._not_ordered()]

    def _without_offer(self) -> Iterator[str]:
        for column in self.columns:
            words = {"what": column.rule.label, "n": number_format(column.needs.to_buy, force_grouping=True)}
            if not column.offers:
                yield gettext("%(what)s: the catalogue has no model for it; missing: %(n)s.") % words
            elif column.model is None:
                yield gettext("%(what)s: none of its models has a price, so none is proposed; missing: %(n)s.") % words
            elif column.price is None:
                yield gettext("%(what)s: no price is known for %(model)s.") % {**words, "model": column.model}

    def _unknown(self) -> Iterator[str]:
        schools: dict[str, list[str]] = defaultdict(list)
        for need in self.costs.needs:
            if need.to_buy is None:
                schools[need.rule.label].append(need.school.name)
        for label, names in schools.items():
            text = ngettext(
                "%(what)s: it is not known what is missing at %(n)s school: %(names)s.",
                "%(what)s: it is not known what is missing at %(n)s schools: %(names)s.",
                len(names),
            )
            yield text % {"what": label, "n": len(names), "names": _listed(names)}

    def _not_ordered(self) -> Iterator[str]:
        labels = {
            result.label: None
            for one in self.report.schools
            for result in one.results
            if result.state in _OPEN and not is_counted(result.rule) and _is_asked(result.rule, self.level)
        }
        if labels:
            text = gettext("Works, tests and proofs are not ordered here: %(what)s.")
            yield text % {"what": ", ".join(labels)}


_OPEN = (Outcome.PARTLY, Outcome.NOT_MET, Outcome.NOT_DUE, Outcome.UNKNOWN)


def propose_order(standard: Standard | None, level: str, day: date) -> OrderProposal:
    """For all schools as of ``day``, under any version of the standard. A constant number of queries.

    Less what is on the way to a school, planned for it, and its share by gap of what no school has yet.
    ``level``: the basis alone, or basis and target.
    """
    (report,) = completion_under([standard], day)
    prices, money = Prices(day), programme_money(day)
    coming = read_coming(day)
    levels = [one for one in Level.values if one == Level.BASIS or level == Level.TARGET]
    needs = device_needs(report, prices, coming, Payers(money, day), levels=levels)
    offers: dict[int, list[Offer]] = defaultdict(list)
    for model in DeviceModel.objects.select_related("manufacturer"):
        offers[model.category_id].append(Offer(model, prices.of_models.get(model.pk)))
    categories = Category.objects.in_bulk([one.category for one in coming.free])
    named = [(categories[one.category], one) for one in coming.free]
    return OrderProposal(report, level, CostsToComplete(day, list(needs), money), offers, named)


def order_warnings(purchases: Sequence[Purchase], financing: Financing, money: Sequence[ProgrammeMoney]) -> list[str]:
    """What speaks against paying for an order like that, also that the money does not suffice."""
    total = sum((one.number * one.price for one in purchases if one.price), Decimal(0))
    found = purchase_warnings(purchases, financing)
    there = {one.programme.pk: one for one in money}
    for share in financing.shares.select_related("programme"):
        one, amount = there[share.programme_id], in_cents(total * share.percent / 100)
        if is_limited(one) and amount > one.rest:
            text = gettext("%(programme)s: %(amount)s euro are needed, %(rest)s euro of the budget are left.")
            words = {"amount": _euro(amount), "rest": _euro(max(one.rest, Decimal(0)))}
            found.append(text % {"programme": one.programme, **words})
    return found


def _is_asked(rule: Rule, level: str) -> bool:
    return rule.is_applicable and (rule.level == Level.BASIS or level == Level.TARGET)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} …" if len(names) > _MOST_NAMED else shown


def _told(category: Category, one: FreeDevices, day: date) -> str:
    words = {"n": number_format(one.number, force_grouping=True), "what": category, "order": one.order}
    if not one.order:
        return gettext("%(n)s × %(what)s in the central store, not in service yet") % words
    if one.on is None:
        return gettext("%(n)s × %(what)s of order %(order)s, without a day") % words
    late = gettext("%(n)s × %(what)s of order %(order)s, expected on %(day)s and not here")
    text = late if one.on < day else gettext("%(n)s × %(what)s of order %(order)s, expected on %(day)s")
    return text % {**words, "day": date_format(one.on, "SHORT_DATE_FORMAT")}


def _euro(amount: Decimal) -> str:
    return number_format(amount, 2, force_grouping=True)
