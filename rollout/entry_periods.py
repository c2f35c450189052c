"""The period in which what a progress entry tells of happened, or is to happen. Pure."""

from calendar import monthrange
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rollout.enums import Precision

_MONTHS = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.YEAR: 12}


def first_day(day: date, precision: str) -> date:
    """First day of the period that ``precision`` names."""
    if precision == Precision.YEAR:
        return day.replace(month=1, day=1)
    if precision == Precision.QUARTER:
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(day=1) if precision == Precision.MONTH else day


def last_day(day: date, precision: str) -> date:
    """Last day of the period that ``precision`` names."""
    if precision == Precision.DAY:
        return day
    month = first_day(day, precision).month + _MONTHS[Precision(precision)] - 1
    return date(day.year, month, monthrange(day.year, month)[1])


def period_text(day: date, precision: str) -> str:
    """``15.03.2023``, ``März 2023``, ``1. Quartal 2023`` or ``2023``, as the reader's language writes it."""
    if precision == Precision.YEAR:
        return str(day.year)
    if precision == Precision.QUARTER:
        return _("Q%(quarter)s %(year)s") % {"quarter": (day.month + 2) // 3, "year": day.year}
    return date_format(day, "YEAR_MONTH_FORMAT" if precision == Precision.MONTH else "SHORT_DATE_FORMAT")
