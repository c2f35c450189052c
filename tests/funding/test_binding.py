from datetime import date

import pytest

from funding.binding import Binding, binding_end, binding_ends, first_purchase, last_end, programmes_of_financings
from funding.enums import BindingStart
from funding.models import Programme
from tests.factories_money import make_financing, make_programme, own_money, whole

PAKT = Programme(binding_start=BindingStart.END_OF_PERIOD, binding_years=5, ends_on=date(2024, 10, 31))
PURCHASE = Programme(binding_start=BindingStart.PURCHASE, binding_years=4)
FIXED = Programme(binding_start=BindingStart.FIXED, binding_until=date(2027, 6, 30))
NONE = Programme(binding_start=BindingStart.NONE)


@pytest.mark.parametrize(
    ("programme", "bought_on", "end"),
    [
        (PAKT, date(2021, 3, 1), date(2029, 12, 31)),
        (PAKT, None, date(2029, 12, 31)),
        (PURCHASE, date(2021, 3, 1), date(2025, 3, 1)),
        (PURCHASE, date(2020, 2, 29), date(2024, 2, 29)),
        (PURCHASE, None, None),
        (FIXED, date(2021, 3, 1), date(2027, 6, 30)),
        (NONE, date(2021, 3, 1), None),
    ],
)
def test_binding_ends_by_the_rule_of_the_programme(programme: Programme, bought_on: date | None, end: date | None):
    assert binding_end(programme, bought_on) == end


def test_last_of_several_bindings_counts():
    bindings = binding_ends([PURCHASE, PAKT, NONE], date(2021, 3, 1))

    assert bindings == [
        Binding(PURCHASE, date(2025, 3, 1)),
        Binding(PAKT, date(2029, 12, 31)),
        Binding(NONE, None),
    ]
    assert last_end(bindings) == date(2029, 12, 31)
    assert last_end([Binding(NONE, None)]) is None


@pytest.mark.parametrize("years", [1, 4, 5])
@pytest.mark.parametrize("day", [date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)])
def test_first_purchase_is_the_first_that_is_still_bound(years: int, day: date):
    rule = Programme(binding_start=BindingStart.PURCHASE, binding_years=years)
    days = [date(year, month, d) for year in range(2018, 2026) for month in (2, 3) for d in (1, 27, 28)]
    days += [date(2020, 2, 29), date(2024, 2, 29)]

    first = first_purchase(rule, day)

    assert [bought for bought in days if bought >= first] == [b for b in days if binding_end(rule, b) >= day]


def test_first_purchase_of_other_rules_is_any_or_none():
    assert first_purchase(PAKT, date(2029, 12, 31)) == date.min
    assert first_purchase(PAKT, date(2030, 1, 1)) is None
    assert first_purchase(FIXED, date(2027, 7, 1)) is None
    assert first_purchase(NONE, date(2020, 1, 1)) is None


@pytest.mark.django_db
def test_programmes_of_financings_begin_with_the_largest_share():
    programme = make_programme()
    mixed = make_financing({own_money(): 10, programme: 90})

    assert programmes_of_financings([mixed.pk]) == {mixed.pk: (programme, own_money())}
    assert programmes_of_financings() == {
        mixed.pk: (programme, own_money()),
        whole(programme).pk: (programme,),
        whole(own_money()).pk: (own_money(),),
    }
