"""The plan of the full demo city gives the published sums, and its programmes pay no more than was granted."""

from datetime import date
from decimal import Decimal
from itertools import chain

import pytest

from costs.enums import CostStage
from imports.demo.city import FULL
from imports.demo.planning import LAST_DAY, Demo, plan_demo
from imports.demo.programmes import DIGITALPAKT, GRANTS, REACT
from imports.demo.works import REPORT_DAY
from inventory.enums import DeviceStatus
from schools.enums import Trade
from tests.imports.demo_sums import bound, for_works, own_money

MILLION = Decimal(1_000_000)


@pytest.fixture(scope="module")
def full() -> Demo:
    return plan_demo(LAST_DAY)


def in_millions(amount: Decimal) -> str:
    return f"{amount / MILLION:.1f}"


def test_payments_for_works_are_those_of_the_source(full: Demo) -> None:
    sums = for_works(full, date(2021, 1, 1), date(2022, 12, 31))
    rest = [amount for trade, amount in sums.items() if trade in ("", Trade.ELECTRICAL, Trade.PRESENTATION)]
    assert in_millions(sum(sums.values(), Decimal(0))) == "25.5"
    assert in_millions(sums[Trade.WLAN] + sums[Trade.LAN]) == "13.1"
    assert in_millions(sums[Trade.BUILDING]) == "6.7"
    assert in_millions(sums[Trade.FIBRE]) == "4.1"
    assert in_millions(sum(rest, Decimal(0))) == "1.6"
    assert for_works(full, date(2021, 1, 1), date(2021, 12, 31))[Trade.FIBRE] == sums[Trade.FIBRE]


def test_digitalpakt_binds_about_15_million(full: Demo) -> None:
    assert abs(bound(full, DIGITALPAKT, REPORT_DAY) - 15 * MILLION) <= 15 * MILLION * 3 / 100
    assert min(n.on for n in full.money.notices if n.programme == DIGITALPAKT) <= date(2022, 6, 30)


def test_devices_put_into_service_cost_about_7_million(full: Demo) -> None:
    new = [d for d in full.devices if d.in_service_on and date(2020, 7, 1) <= d.in_service_on <= REPORT_DAY]
    total = sum((Decimal(device.model.price) for device in new), Decimal(0))
    assert abs(total - 7 * MILLION) <= 7 * MILLION * 3 / 100


def test_150_boards_are_planned_for_2023_of_which_69_are_extra(full: Demo) -> None:
    plans = [plan for plan in full.money.hand_overs if plan.on <= REPORT_DAY]
    assert {(plan.category, plan.due_from.year) for plan in plans} == {("board", 2023)}
    assert sum(plan.quantity for plan in plans) == 150
    extra = [plan for plan in plans if plan.programme == REACT]
    assert sum(plan.quantity for plan in extra) == 69
    assert [plan.school for plan in extra] == full.money.tied


@pytest.mark.parametrize("year", range(2019, 2026))
def test_own_money_is_more_than_2_million_a_year(full: Demo, year: int) -> None:
    assert 2 * MILLION < own_money(full, year) < MILLION * 5 / 2


@pytest.mark.parametrize("key", GRANTS)
def test_programmes_bind_and_draw_no_more_than_was_granted(full: Demo, key: str) -> None:
    """On every day, with the own share; contracts and invoices lie in the implementation period."""
    plan, money = GRANTS[key], full.money
    told = [(one.on, 0, one.amount * 100 / plan.rate) for one in money.notices if one.programme == key]
    told += [(one.on, 1, -one.of(key)) for one in money.costs if one.stage == CostStage.COMMITTED]
    rest, seen = Decimal(0), []
    for _on, _order, amount in sorted(told):
        rest += amount
        seen.append(rest)
    assert min(seen) >= 0
    drawn = sum((one.amount for one in money.drawdowns if one.programme == key), Decimal(0))
    assert drawn <= sum((one.of(key) for one in money.costs if one.stage == CostStage.PAID), Decimal(0))
    in_period = (CostStage.COMMITTED, CostStage.INVOICED)
    days = [one.on for one in money.costs if one.of(key) and one.stage in in_period]
    assert plan.begins_on <= min(days)
    assert max(days) <= plan.ends_on


def test_plan_has_credit_notes_and_invoices_over_two_programmes(full: Demo) -> None:
    invoices = [cost for cost in full.money.costs if cost.stage == CostStage.INVOICED]
    assert sum(cost.is_credit for cost in invoices) > 5
    assert sum(len(cost.shares) == 2 for cost in invoices) > 10


def test_invoice_over_two_programmes_is_divided_to_the_cent(full: Demo) -> None:
    for cost in full.money.costs:
        parts = sum((part.amount for _key, part in cost.split()), Decimal(0))
        assert parts == sum((part.amount for part in cost.parts), Decimal(0))


def test_bound_devices_are_not_retired_by_accident(full: Demo) -> None:
    kept = [device for device, shares in full.money.devices.items() if shares[0][0] == DIGITALPAKT]
    states = chain.from_iterable(device.states for device in kept)
    assert not any(state.status in (DeviceStatus.RETIRED, DeviceStatus.DISPOSED) for state in states)
    assert len(full.money.write_offs[1]) == 3


def test_forecasts_slip_with_reasons_and_some_works_are_overdue(full: Demo) -> None:
    first, *later = full.progress.rounds
    assert {bool(told.reason) for of_round in later for told in of_round} == {True}
    assert {told.reason for told in first} == {""}
    assert sum(told.forecast_on is None for told in first) > 0
    assert FULL.number < len({id(told.project) for of_round in later for told in of_round})
