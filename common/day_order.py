"""Whether days such as `03/04/2025` name the day first or the month: told by the other days of a column."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from common.parsing import SLASHED_DAY, ParseError, clean_text, full_year, refuse_placeholder


class DayOrder(StrEnum):
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"

    @property
    def other(self) -> DayOrder:
        return DayOrder.MONTH_FIRST if self is DayOrder.DAY_FIRST else DayOrder.DAY_FIRST


def order_of(value: Any) -> DayOrder | None:
    """The order that a text with slashes or dashes shows by itself, as `31/12/2025` does; None where it shows none."""
    match = SLASHED_DAY.fullmatch(clean_text(value) or "") if type(value) is str else None
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12 >= second:
        return DayOrder.DAY_FIRST
    return DayOrder.MONTH_FIRST if second > 12 >= first else None


def orders_in(cells: Iterable[Any]) -> dict[DayOrder, list[Any]]:
    """The cells that show each order; only orders that are shown."""
    found: dict[DayOrder, list[Any]] = {}
    for cell in cells:
        if order := order_of(cell):
            found.setdefault(order, []).append(cell)
    return found


def day_in_order(value: str, order: DayOrder) -> date:
    """The day of a text that is ambiguous by itself. Raises ParseError for a placeholder."""
    match = SLASHED_DAY.fullmatch(clean_text(value) or "")
    if match is None:
        raise ParseError("not_a_date", value)
    first, second, year = int(match[1]), int(match[3]), full_year(match[4])
    day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
    return refuse_placeholder(date(year, month, day))
