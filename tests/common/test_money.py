"""Amounts of money in cells."""

from decimal import Decimal

import pytest
from django.utils import translation

from common.cell_types import CellRefused, parse_money


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.379,50 €", "1379.50"),
        (12, "12.00"),
        (498.60999999999996, "498.61"),
        ("12,340", "12.34"),
        (0.1 + 0.2, "0.30"),
    ],
)
def test_money_is_read_to_the_cent(cell, amount):
    assert parse_money(cell) == Decimal(amount)


@pytest.mark.parametrize("cell", ["12,345", 12.345, "499,999", 33.3333333333])
def test_fraction_of_a_cent_is_refused_instead_of_rounded(cell):
    with pytest.raises(CellRefused) as caught:
        parse_money(cell)
    with translation.override("en"):
        assert caught.value.code == "fraction_of_cent"
        assert caught.value.message == f"“{cell}” has more than two decimals: a price ends with cents."
