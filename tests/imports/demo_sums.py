"""What the plan of a demo city says of money, added up."""

from datetime import date
from decimal import Decimal

from costs.enums import CostStage
from imports.demo.costs import CostPlan
from imports.demo.planning import Demo


def paid(demo: Demo, first: date, last: date) -> list[CostPlan]:
    return [cost for cost in demo.money.costs if cost.stage == CostStage.PAID and first <= cost.on <= last]


def for_works(demo: Demo, first: date, last: date) -> dict[str, Decimal]:
    """Paid between two days, both included, per trade (empty: none) without what has a category; in euro."""
    sums: dict[str, Decimal] = {}
    for cost in paid(demo, first, last):
        for part in cost.parts:
            if not part.category:
                trade = str(part.project.trade) if part.project else ""
                sums[trade] = sums.get(trade, Decimal(0)) + (-part.amount if cost.is_credit else part.amount)
    return sums


def bound(demo: Demo, key: str, until: date) -> Decimal:
    """By contracts up to a day, for the programme of this key; in euro."""
    contracts = [cost for cost in demo.money.costs if cost.stage == CostStage.COMMITTED and cost.on <= until]
    return sum((cost.of(key) for cost in contracts), Decimal(0))


def own_money(demo: Demo, year: int) -> Decimal:
    """Paid in a year, in euro."""
    return sum((cost.of("own") for cost in paid(demo, date(year, 1, 1), date(year, 12, 31))), Decimal(0))
