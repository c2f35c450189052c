"""Days with slashes: which of them show their order, and how they are read once it is known."""

from datetime import date

import pytest

from common.day_order import DayOrder, day_in_order, order_of, orders_in
from common.parsing import ParseError


@pytest.mark.parametrize(
    ("value", "order"),
    [
        ("31/12/2020", DayOrder.DAY_FIRST),
        (" 31-12-2020 ", DayOrder.DAY_FIRST),
        ("12/31/2020", DayOrder.MONTH_FIRST),
        ("12/31/20", DayOrder.MONTH_FIRST),
        ("12/31/2020 23:59:00", DayOrder.MONTH_FIRST),
        ("03/04/2020", None),
        ("13/13/2020", None),
        ("31.12.2020", None),
        ("2020-12-31", None),
        ("31-12-20", None),
        (date(2020, 12, 31), None),
        (None, None),
    ],
)
def test_order_is_shown_by_a_number_that_is_no_month(value, order):
    assert order_of(value) is order


def test_orders_of_a_column_come_with_the_cells_that_show_them():
    cells = ["03/04/2020", "31/12/2020", None, "30/12/2020", "12/31/2020"]
    assert orders_in(cells) == {
        DayOrder.DAY_FIRST: ["31/12/2020", "30/12/2020"],
        DayOrder.MONTH_FIRST: ["12/31/2020"],
    }


def test_day_is_read_in_its_order():
    assert day_in_order("03/04/2020", DayOrder.DAY_FIRST) == date(2020, 4, 3)
    assert day_in_order("3-4-2020", DayOrder.MONTH_FIRST) == date(2020, 3, 4)
    assert DayOrder.DAY_FIRST.other is DayOrder.MONTH_FIRST


def test_text_without_slashes_has_no_order():
    with pytest.raises(ParseError):
        day_in_order("morgen", DayOrder.DAY_FIRST)
