from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.actor import Actor
from costs.services import correct_cost, cost_as_new
from costs.sums import programme_money, sums_by
from inventory.models import Category
from tests.factories import DAY, make_school
from tests.factories_money import make_cost, make_drawdown, make_notice, make_programme, own_money

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2025, 2, 1)


def test_sums_are_grouped_by_what_is_asked_for():
    school, tablet = make_school(), Category.objects.get(key="tablet")
    make_cost("100", trade="wlan", school=school)
    make_cost("50", trade="wlan", on=NEXT_YEAR)
    make_cost("7", category=tablet, school=school)

    assert sums_by("trade", day=NEXT_YEAR) == [
        {"trade": "", "amount": Decimal("7.00")},
        {"trade": "wlan", "amount": Decimal("150.00")},
    ]
    assert sums_by("year", "trade", day=NEXT_YEAR) == [
        {"year": 2024, "trade": "", "amount": Decimal("7.00")},
        {"year": 2024, "trade": "wlan", "amount": Decimal("100.00")},
        {"year": 2025, "trade": "wlan", "amount": Decimal("50.00")},
    ]
    assert sums_by("category", day=DAY, school=school, category__isnull=False) == [
        {"category": tablet.pk, "amount": Decimal("7.00")}
    ]
    assert sums_by(day=NEXT_YEAR, since=NEXT_YEAR) == [{"amount": Decimal("50.00")}]
    assert sums_by(day=DAY - timedelta(days=1)) == [{"amount": Decimal("0.00")}]
    with pytest.raises(TypeError):
        sums_by("payee", day=DAY)


def test_cents_add_up():
    for _ in range(30):
        make_cost("0.10")

    assert sums_by(day=DAY) == [{"amount": Decimal("3.00")}]


def test_half_a_cent_is_rounded_up():
    pakt = make_programme("A", rate=Decimal(90))
    make_cost("0.05", programme=pakt, stage="paid")
    (money,) = (one for one in programme_money(DAY) if one.programme == pakt)
    assert (money.grant_part, money.own_share) == (Decimal("0.05"), Decimal("0.00"))
    assert money.funded(Decimal("-0.05")) == Decimal("-0.05")


def test_money_of_a_programme_as_of_a_day():
    pakt = make_programme("A", rate=Decimal(90), granted="900")
    make_notice(pakt, "90", on=NEXT_YEAR)
    make_drawdown(pakt, "60")
    make_cost("1000", programme=pakt, stage="planned", trade="wlan")
    make_cost("500", programme=pakt, stage="committed", trade="wlan")
    make_cost("100.10", programme=pakt, stage="invoiced", trade="wlan")
    make_cost("80", programme=pakt, stage="paid", trade="wlan")
    make_cost("20.05", programme=pakt, stage="paid")

    money = {one.programme: one for one in programme_money(DAY)}[pakt]

    assert (money.granted, money.budget, money.drawn, money.undrawn) == (900, 1000, 60, 840)
    assert (money.planned, money.bound, money.invoiced, money.paid) == (1000, 500, Decimal("100.10"), Decimal("100.05"))
    assert (money.rest, money.loose) == (500, {"paid": Decimal("20.05")})
    assert (money.grant_part, money.own_share, money.to_draw) == (
        Decimal("90.05"),
        Decimal("10.00"),
        Decimal("30.05"),
    )
    assert {one.programme: one for one in programme_money(NEXT_YEAR)}[pakt].budget == 1100


def test_money_of_all_programmes_takes_four_queries(django_assert_num_queries):
    make_cost(programme=make_programme())
    with django_assert_num_queries(4):
        programme_money(DAY)
    make_cost(programme=make_programme())
    with django_assert_num_queries(4):
        assert [one.paid for one in programme_money(DAY)] == [Decimal(100), Decimal(100), 0]


def test_money_is_told_as_it_was_known(by: Actor):
    entry = make_cost("100")
    before = entry.parts.get().recorded_at
    correct_cost(entry, cost_as_new(entry)._replace(on=NEXT_YEAR), by=by, reason="")

    known = [{one.programme: one for one in programme_money(DAY, at)}[own_money()].paid for at in (before, None)]

    assert known == [Decimal(100), 0]
