"""Zweckbindung: until when something that was paid from a programme must be kept for its purpose.

A binding ends with its last day: on that day it still holds.
"""

from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, date, timedelta
from typing import NamedTuple

from common.bulk import ids
from common.dated import add_months
from funding.enums import BindingStart
from funding.models import FinancingShare, Programme, ProgrammeSchool


class Binding(NamedTuple):
    """``until``: the last day; ``None``: not bound, or the day of purchase is not known."""

    programme: Programme
    until: date | None


def binding_end(programme: Programme, purchased_on: date | None) -> date | None:
    """The last day on which the programme binds what was bought on that day.

    DigitalPakt Schule: five years from the end of the implementation period to the end of the last calendar year,
    31.10.2024 → 31.12.2029.
    """
    start, years = programme.binding_start, programme.binding_years or 0
    if start == BindingStart.END_OF_PERIOD and programme.ends_on:
        return date(min(programme.ends_on.year + years, MAXYEAR), 12, 31)
    if start == BindingStart.PURCHASE and purchased_on:
        return add_months(purchased_on, 12 * min(years, MAXYEAR - purchased_on.year))
    return programme.binding_until if start == BindingStart.FIXED else None


def binding_ends(programmes: Iterable[Programme], purchased_on: date | None) -> list[Binding]:
    """The end for each programme of a financing."""
    return [Binding(programme, binding_end(programme, purchased_on)) for programme in programmes]


def last_end(bindings: Iterable[Binding]) -> date | None:
    """The day on which the last of them ends; ``None`` where nothing binds."""
    return max((binding.until for binding in bindings if binding.until), default=None)


def first_purchase(programme: Programme, day: date) -> date | None:
    """Bought on this day or later, something is still bound on ``day``.

    ``None``: whatever the day of purchase, it is not; ``date.min``: it is.
    """
    if programme.binding_start != BindingStart.PURCHASE:
        end = binding_end(programme, None)
        return date.min if end and end >= day else None
    months = 12 * (programme.binding_years or 0)
    first = add_months(day, -months)
    # The day after 28 February may be missing in the other year.
    return first if add_months(first, months) >= day else first + timedelta(days=1)


def programmes_of_financings(financings: Iterable[int] | None = None) -> Mapping[int, tuple[Programme, ...]]:
    """The programmes of each financing (default: of all), the largest share first. One query."""
    shares = FinancingShare.objects.select_related("programme").order_by("financing", "-percent", "pk")
    if financings is not None:
        shares = shares.filter(financing__in=ids(financings))
    found: dict[int, tuple[Programme, ...]] = {}
    for share in shares:
        found[share.financing_id] = (*found.get(share.financing_id, ()), share.programme)
    return found


def tied_schools(programmes: Iterable[Programme]) -> dict[int, set[int]]:
    """``{programme: schools on its list}`` by keys, for those whose money is tied to their list. One query."""
    found: dict[int, set[int]] = {programme.pk: set() for programme in programmes if programme.is_tied}
    rows = ProgrammeSchool.objects.filter(programme__in=ids(found)) if found else ProgrammeSchool.objects.none()
    for programme, school in rows.values_list("programme", "school"):
        found[programme].add(school)
    return found
