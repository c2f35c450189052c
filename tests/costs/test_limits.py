from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from costs.limits import warnings_of
from costs.models import CostEntry
from costs.services import NewCost, NewPart, cost_as_new
from inventory.models import Category
from inventory.services import set_eligible_categories
from tests.factories import DAY, make_model, make_order, make_school
from tests.factories_money import COMMAND, make_cost, make_programme, own_money

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def warned(*parts: NewPart, entry: CostEntry | None = None, **values: Any) -> list[str]:
    return warnings_of(NewCost(**{"stage": "committed", "on": DAY} | values, parts=parts), DAY, entry=entry)


def test_budget_is_granted_by_rate():
    pakt = make_programme("Pakt", rate=Decimal(90), granted="900")
    make_cost("999", programme=pakt, stage="committed")

    assert warned(NewPart(pakt, Decimal(1))) == []
    assert warned(NewPart(pakt, Decimal(2))) == [
        "Pakt: with this, 1,001.00 euro of a budget of 1,000.00 euro; 1.00 euro too much."
    ]
    assert warned(NewPart(pakt, Decimal(2)), stage="paid") == []
    assert warned(NewPart(pakt, Decimal(5000)), is_credit=True) == []


def test_corrected_entry_does_not_count_twice():
    pakt = make_programme("Pakt", granted="1000")
    entry = make_cost("900", programme=pakt, stage="committed", number="V 1")

    assert warnings_of(cost_as_new(entry), DAY, entry=entry) == []
    assert len(warnings_of(cost_as_new(entry), DAY)) == 2


def test_own_money_has_a_budget_only_where_one_was_decided():
    assert warned(NewPart(own_money(), Decimal(10**6))) == []
    assert len(warned(NewPart(make_programme(), Decimal(1)))) == 1


def test_cap_of_a_school_is_told():
    school = make_school("Schule am Park")
    pakt = make_programme("Pakt", granted="1000", schools={school: Decimal(50)})
    make_cost("30", programme=pakt, stage="committed", school=school)

    assert warned(NewPart(pakt, Decimal(20), school=school)) == []
    assert warned(NewPart(pakt, Decimal("20.01"), school=school)) == [
        f"Pakt: with this, 50.01 euro for {school}, where 50.00 euro are the cap."
    ]


def test_what_a_programme_does_not_pay_for_is_told():
    pakt = make_programme("Pakt", granted="1000", trades=["wlan"])
    tablet, board = Category.objects.get(key="tablet"), Category.objects.get(key="board")
    set_eligible_categories(pakt, {tablet: None}, by=COMMAND)
    one = Decimal(1)

    assert warned(NewPart(pakt, one, trade="wlan"), NewPart(pakt, one, category=tablet), NewPart(pakt, one)) == []
    assert warned(NewPart(pakt, one, trade="building"), NewPart(pakt, one, category=board)) == [
        "Pakt does not pay for building works.",
        f"Pakt does not pay for {board}.",
    ]


def test_programme_that_names_works_or_devices_alone_pays_for_them_alone():
    fibre, boards = make_programme("Glasfaser", granted="1000", trades=["fibre"]), make_programme("Tafeln", granted="9")
    board = Category.objects.get(key="board")
    set_eligible_categories(boards, {board: None}, by=COMMAND)
    one = Decimal(1)

    assert warned(NewPart(fibre, one, trade="fibre"), NewPart(boards, one, category=board)) == []
    assert warned(NewPart(fibre, one, category=board), NewPart(boards, one, trade="fibre")) == [
        f"Glasfaser does not pay for {board}.",
        "Tafeln does not pay for fibre.",
    ]


def test_cap_per_device_is_told():
    land = make_programme("Land", granted="1000", cap_per_device=Decimal(300))
    order = make_order(number="B 1", model=make_model())

    assert warned(NewPart(land, Decimal(1), order=order)) == [
        "Land: 399.00 euro for a device of order B 1, where 300.00 euro are the cap."
    ]
    assert warned(NewPart(land, Decimal(1), order=order, category=Category.objects.get(key="board"))) == []
    set_eligible_categories(land, {Category.objects.get(key="tablet"): Decimal(400)}, by=COMMAND)
    assert warned(NewPart(land, Decimal(1), order=order)) == []


def test_document_recorded_already_is_told():
    make_cost(number="R 1", stage="paid")
    part = NewPart(own_money(), Decimal(1))

    assert warned(part, number="R 1", stage="paid") == [
        "A document with the number R 1 of this company is recorded already."
    ]
    assert warned(part, number="R 1", stage="invoiced") == []
    assert warned(part, number="R 1", stage="paid", payee="Nord") == []


def test_warnings_take_a_constant_number_of_queries(django_assert_num_queries):
    pakt, order = make_programme(), make_order()
    part = NewPart(pakt, Decimal(1), order=order, school=make_school())

    for parts in ((part,), (part, part._replace(school=make_school()), part._replace(order=make_order()))):
        with django_assert_num_queries(6):
            warned(*parts, number="R 1")
