"""How published numbers are worded, and what may not be said of them."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from reports.enums import Wording
from reports.figures.wording import possible_wordings, worded


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "wording", "unit", "text"),
    [
        (Decimal("25487123.45"), Wording.ROUND, "euro", "around 25.5 million euro"),
        (Decimal("25487123.45"), Wording.EXACT, "euro", "25,487,123.45 euro"),
        (Decimal("14982331.00"), Wording.ABOUT, "euro", "about 15 million euro"),
        (Decimal("6931234.10"), Wording.ABOUT, "euro", "about 7 million euro"),
        (Decimal("2230000.00"), Wording.MORE_THAN, "euro", "more than 2 million euro"),
        (Decimal("2000000.00"), Wording.ALREADY, "euro", "already 2 million euro"),
        (15_208, Wording.ABOUT, "devices", "about 15,000 devices"),
        (100, Wording.ABOUT, "boards", "about 100 boards"),
        (98, Wording.ROUND, "", "around 100"),
        (69, Wording.EXACT, "", "69"),
        (9_600, Wording.ALREADY, "", "already 9,600"),
        (13_400, Wording.MORE_THAN, "", "more than 13,000"),
        (100, Wording.EXACT, "percent", "100 percent"),
        (Decimal("81.8"), Wording.EXACT, "percent", "81.8 percent"),
        (True, Wording.EXACT, "yes or no", "yes"),
        (None, Wording.MORE_THAN, "euro", "unknown"),
        (None, Wording.EXACT, "boards", "unknown"),
    ],
)
def test_wording_writes_the_number_as_it_is_said(value: Any, wording: str, unit: str, text: str):
    assert worded(value, wording, unit=unit) == text


def test_wording_is_german_for_german_readers():
    with translation.override("de"):
        assert worded(15_208, Wording.EXACT, unit="Geräte") == "15.208 Geräte"


@pytest.mark.parametrize(
    ("value", "wording", "step", "text"),
    [
        (Decimal("25487123.45"), Wording.ROUND, 500_000, "around 25,500,000"),
        (15_208, Wording.ABOUT, 100, "about 15,200"),
        (15_200, Wording.MORE_THAN, 100, None),
        (15_208, Wording.MORE_THAN, 100, "more than 15,200"),
        (15_208, Wording.ABOUT, 10_000, None),
        (150, Wording.ABOUT, Decimal("0.5"), "about 150"),
        (40, Wording.MORE_THAN, 50, None),
        (40, Wording.ROUND, 0, None),
        (40, Wording.ROUND, -10, None),
    ],
)
def test_wording_rounds_to_the_step_or_refuses(value: Any, wording: str, step: Any, text: str | None):
    if text is not None:
        assert worded(value, wording, step=step) == text
        return
    with pytest.raises(ValidationError) as refused:
        worded(value, wording, step=step)
    assert refused.value.code == "wording"


@pytest.mark.parametrize(
    ("value", "wording"),
    [
        (0, Wording.ROUND),
        (0, Wording.MORE_THAN),
        (7, Wording.ABOUT),
        (1, Wording.MORE_THAN),
        (-12, Wording.MORE_THAN),
        (True, Wording.ABOUT),
        (False, Wording.ALREADY),
    ],
)
def test_wording_refuses_what_would_not_be_true(value: Any, wording: str):
    with pytest.raises(ValidationError):
        worded(value, wording)


def test_round_numbers_lie_within_three_percent_and_floors_below():
    for value in (*range(1, 3000, 7), 12_499, 99_999, 1_049_999, 25_487_123):
        texts = possible_wordings(value)
        said = {one: int(text.split(" ")[-1].replace(",", "")) for one, text in texts.items()}
        near = [said[one] for one in (Wording.ROUND, Wording.ABOUT) if one in said]
        assert [one for one in near if abs(one - value) > value * 0.03] == [], value
        assert said.get(Wording.MORE_THAN, 0) < value


def test_possible_wordings_are_those_that_are_not_refused():
    assert possible_wordings(7) == {"exact": "7", "already": "already 7"}
    assert possible_wordings(False) == {"exact": "no"}
