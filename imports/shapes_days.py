"""Day and month in a column of dates: their order is shown by some of its cells, or asked for; never guessed."""

from collections import Counter
from collections.abc import MutableMapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.columns import Column
from common.day_order import DayOrder, day_in_order, orders_in
from common.parsing import ParseError
from imports.findings import Choice

if TYPE_CHECKING:
    from imports.preview import Plan

#: Kind of the decisions: ``{heading: {"action": "dmy" | "mdy"}}``, or ``map`` with that as ``to``.
DATE_ORDER = "date_order"


def settle_days(
    plan: "Plan",
    column: Column,
    cells: Sequence[Any],
    values: MutableMapping[Any, Any],
    faults: MutableMapping[Any, ParseError],
) -> None:
    """Read what is ambiguous by itself in the order of its column; ``values`` and ``faults``: by cell.

    Where the column shows no order, or both, somebody has to say it. Days against the order are problems.
    """
    unclear = [cell for cell, fault in faults.items() if fault.code == "ambiguous_date"]
    shown = orders_in(values)
    if not unclear and not shown:
        return
    heading = plan.table.headings[plan.table.index[column.key]]
    decided = _decided(plan, heading)
    order = decided or (next(iter(shown)) if len(shown) == 1 else None)
    against = (order or _usual(shown, cells)).other
    for cell in shown.get(against, ()) if order or len(shown) > 1 else ():
        values.pop(cell)
        faults[cell] = ParseError("other_date_order", cell)
    for cell in unclear:
        del faults[cell]
        if order:
            try:
                values[cell] = day_in_order(cell, order)
            except ParseError as error:
                faults[cell] = error
    if order:
        plan.notes += _notes(heading, order, shown.get(order, ()), cells, is_decided=decided is not None)
    elif unclear:
        _ask(plan, column, heading, frozenset(unclear), cells)


def _decided(plan: "Plan", heading: str) -> DayOrder | None:
    decision = plan.context.decision(DATE_ORDER, heading)
    given = (decision.action, decision.value) if decision else ()
    return next((order for order in DayOrder if order in given), None)


def _usual(shown: dict[DayOrder, list[Any]], cells: Sequence[Any]) -> DayOrder:
    """The order of most cells; of both equally often the German one."""
    counts = Counter(cells)
    often = {order: sum(counts[cell] for cell in found) for order, found in shown.items()}
    month_first = often.get(DayOrder.MONTH_FIRST, 0) > often.get(DayOrder.DAY_FIRST, 0)
    return DayOrder.MONTH_FIRST if month_first else DayOrder.DAY_FIRST


def _ask(plan: "Plan", column: Column, heading: str, unclear: frozenset[Any], cells: Sequence[Any]) -> None:
    example = next(cell for cell in cells if cell in unclear)
    obstacle = _("Please say whether the day or the month comes first.")

    def find(_text: str) -> list[Choice]:
        shown = {order: f"{day_in_order(example, order):%d.%m.%Y}" for order in DayOrder}
        message = {
            DayOrder.DAY_FIRST: _("day/month/year: %(text)s is %(day)s"),
            DayOrder.MONTH_FIRST: _("month/day/year: %(text)s is %(day)s"),
        }
        return [
            Choice(str(order), message[order] % {"text": example.strip(), "day": shown[order]}) for order in DayOrder
        ]

    for i, cell in enumerate(cells):
        if cell in unclear:
            plan.wonder(i, column.key, DATE_ORDER, heading, find, obstacle)


def _notes(
    heading: str, order: DayOrder, proofs: Sequence[Any], cells: Sequence[Any], *, is_decided: bool
) -> list[str]:
    names = {"heading": heading, "text": min(proofs, default="")}
    if order is DayOrder.DAY_FIRST:
        told = _("Dates in “%(heading)s” are read as day/month/year, as was chosen.")
        seen = _("Dates in “%(heading)s” are read as day/month/year, as “%(text)s” shows.")
    else:
        told = _("Dates in “%(heading)s” are read as month/day/year, as was chosen.")
        seen = _("Dates in “%(heading)s” are read as month/day/year, as “%(text)s” shows.")
    notes = [(told if is_decided else seen) % names]
    days = [cell for cell in cells if isinstance(cell, date)]
    if order is DayOrder.MONTH_FIRST and days and all(day.day <= 12 for day in days):
        message = ngettext(
            "“%(heading)s” also has %(count)d real date, whose day and month a German spreadsheet may have swapped.",
            "“%(heading)s” also has %(count)d real dates, whose day and month a German spreadsheet may have swapped.",
            len(days),
        )
        notes.append(message % {"heading": heading, "count": len(days)})
    return notes
