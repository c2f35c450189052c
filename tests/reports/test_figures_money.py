"""Figures about money and plans: what each adds up, for whom, and when it is unknown."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from costs.services import NewPart, split, withdraw_cost
from inventory.enums import DeviceStatus
from inventory.models import Category
from inventory.services import NewHandOver, change_devices, edit_device, plan_hand_overs
from reports.figures import FIGURES, FigureValue, figure_values
from reports.queries import Records, schools_for
from rollout.enums import ProjectStatus
from schools.access import Right
from schools.enums import Trade
from schools.models import School
from tests.factories import DAY, make_devices, make_model, make_project
from tests.factories_money import COMMAND, make_cost, make_notice, make_programme, own_money

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)
MONEY = {figure.key for figure in FIGURES if figure.needs == Right.MONEY}


def figures(day: date = LATER, **question: Any) -> dict[str, FigureValue]:
    return {value.figure.key: value for value in figure_values(Records(day, **question))}


def value(key: str, day: date = LATER, **question: Any) -> Any:
    return figures(day, **question)[key].value


def tablets() -> Category:
    return Category.objects.get(key="tablet")


def plan(quantity: int, day: date, key: str = "board", **more: Any) -> None:
    category = Category.objects.get(key=key)
    plan_hand_overs([NewHandOver(category, quantity, day, day + timedelta(days=200), DAY, **more)], by=COMMAND)


def test_digitalpakt_is_granted_by_its_first_notice():
    assert value("digitalpakt_granted") is None
    programme = make_programme(key="digitalpakt")
    assert value("digitalpakt_granted") is False
    make_notice(programme, "1000.00", on=LATER)
    assert value("digitalpakt_granted") is True
    assert value("digitalpakt_granted", LATER - timedelta(days=1)) is False
    assert value("digitalpakt_granted", schools=School.objects.all()) is None


def test_payments_for_works_are_told_apart_by_trade():
    for amount, trade in (("70.00", "lan"), ("30.50", "wlan"), ("20.00", "building"), ("7.00", "fibre")):
        make_cost(amount, trade=trade)
    make_cost("5.00", trade="electrical")
    make_cost("2.25")
    make_cost("900.00", category=tablets())
    make_cost("900.00", stage="invoiced", trade="lan")
    make_cost("0.75", trade="lan", is_credit=True)
    found = {key: one.value for key, one in figures().items() if key.startswith("works_paid")}
    assert found == {
        "works_paid": Decimal("134.00"),
        "works_paid_network": Decimal("99.75"),
        "works_paid_building": Decimal("20.00"),
        "works_paid_fibre": Decimal("7.00"),
        "works_paid_rest": Decimal("7.25"),
    }
    with translation.override("en"):
        assert figures()["works_paid_rest"].note.endswith("of this without any trade: 2.25 euro.")


def test_payments_for_works_are_those_of_the_period():
    make_cost("10.00", trade="lan", on=DAY)
    make_cost("4.00", trade="lan", on=DAY + timedelta(days=10))
    assert value("works_paid") == 14
    assert value("works_paid", since=DAY + timedelta(days=1)) == 4
    assert value("works_paid_fibre", since=DAY + timedelta(days=11)) == 0
    assert value("works_paid", DAY - timedelta(days=1)) is None


def test_withdrawn_payment_stays_in_what_was_known():
    entry = make_cost("10.00", trade="lan")
    make_cost("1.00", trade="lan")
    known_at = timezone.now()
    withdraw_cost(entry, by=COMMAND, reason="doppelt")
    assert (value("works_paid"), value("works_paid", known_at=known_at)) == (1, 11)


def test_digitalpakt_adds_up_its_part_of_the_contracts():
    programme = make_programme(key="digitalpakt")
    assert value("digitalpakt_bound") is None
    first, second = split(Decimal("100.00"), [Decimal(70), Decimal(30)])
    parts = (NewPart(programme, first, trade="lan"), NewPart(own_money(), second, trade="lan"))
    make_cost(stage="committed", parts=parts)
    make_cost("9.00", stage="planned", programme=programme)
    make_cost("5.00", stage="committed", programme=programme, on=LATER + timedelta(days=1))
    assert value("digitalpakt_bound") == 70


def test_cost_of_service_prices_what_the_flow_counts(school: School):
    model = make_model("iPad 9")
    devices = make_devices(3, school=school, model=model)
    for device in devices:
        edit_device(device, by=COMMAND, price=Decimal("350.00"))
    make_devices(1, school=school, model=model)
    edit_device(make_devices(1, school=school, on=LATER + timedelta(days=1))[0], by=COMMAND, price=Decimal("1.00"))
    change_devices(devices, by=COMMAND, on=LATER, status=DeviceStatus.RETIRED)
    with translation.override("en"):
        found = figures()["put_into_service_cost"]
    assert found.value == 1050
    assert found.note.endswith("; 1 device without a price.")
    assert value("put_into_service") == 4
    assert value("put_into_service_cost", since=DAY + timedelta(days=1)) is None
    assert value("put_into_service_cost", schools=School.objects.exclude(pk=school.pk)) is None


def test_own_money_is_that_of_the_year_before():
    year = DAY.year
    make_cost("30.00", on=date(year, 12, 31))
    make_cost("4.00", on=date(year, 1, 1), category=tablets())
    make_cost("9.00", on=date(year + 1, 1, 1))
    make_cost("9.00", on=date(year, 6, 1), programme=make_programme())
    assert value("own_money_paid", date(year + 1, 1, 31)) == 34
    assert value("own_money_paid", date(year, 12, 31)) is None


def test_planned_boards_are_those_of_the_year_and_of_the_extra_programme(school: School):
    assert value("boards_planned") is None
    year = DAY.year
    plan(69, date(year, 3, 1), programme=make_programme(key="react-eu"), school=school)
    plan(81, date(year, 1, 1))
    plan(16, date(year + 1, 1, 1))
    plan(500, date(year, 3, 1), key="tablet")
    assert (value("extra_boards_planned"), value("boards_planned")) == (69, 150)
    assert [value("boards_planned", date(year + n, 5, 1)) for n in (1, 2)] == [16, 0]
    assert value("boards_planned", schools=School.objects.all()) == 69
    assert value("boards_planned", DAY - timedelta(days=1)) is None


def test_figures_of_a_school_add_up_what_names_it_or_its_site(school: School, other_school: School):
    project = make_project(school, trade=Trade.LAN, status=ProjectStatus.ACCEPTED)
    make_cost("10.00", project=project)
    make_cost("5.00", trade="lan", school=school)
    make_cost("7.00", trade="lan", school=other_school)
    make_cost("3.00", trade="lan")
    of_school = School.objects.filter(pk=school.pk)
    assert (value("works_paid", schools=of_school), value("works_paid")) == (15, 25)
    assert value("works_paid", schools=School.objects.filter(pk=other_school.pk)) == 7


def test_amounts_are_for_those_who_may_see_money(school_admin: Any, manager: Any, reader: Any):
    make_cost("10.00", trade="lan")
    seen = {
        name: MONEY & set(figures(schools=schools_for(user), reader=user))
        for name, user in {"manager": manager, "reader": reader, "school": school_admin}.items()
    }
    assert seen == {"manager": MONEY, "reader": set(), "school": set()}
    assert len(MONEY) == 8
