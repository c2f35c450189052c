from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from costs.services import split


@pytest.mark.parametrize(
    ("total", "percents", "parts"),
    [
        ("100.00", ("90", "10"), ["90.00", "10.00"]),
        ("0.01", ("50", "50"), ["0.01", "0.00"]),
        ("100.00", ("33.33", "33.33", "33.34"), ["33.33", "33.33", "33.34"]),
        ("10.00", ("33.34", "33.33", "33.33"), ["3.34", "3.33", "3.33"]),
        ("1.01", ("50", "50"), ["0.51", "0.50"]),
        ("-1.01", ("50", "50"), ["-0.51", "-0.50"]),
        ("1234567.89", ("60", "25.5", "14.5"), ["740740.73", "314814.81", "179012.35"]),
    ],
)
def test_split_keeps_the_sum_to_the_cent(total: str, percents: tuple[str, ...], parts: list[str]):
    found = split(Decimal(total), [Decimal(percent) for percent in percents])

    assert found == [Decimal(part) for part in parts]
    assert sum(found) == Decimal(total)


@pytest.mark.parametrize("percents", [("90", "9"), ("110", "-10"), ("100", "0"), ()])
def test_split_refuses_what_is_not_a_hundred_percent(percents: tuple[str, ...]):
    with pytest.raises(ValidationError) as refused:
        split(Decimal(100), [Decimal(percent) for percent in percents])

    assert refused.value.code == "not_100"
