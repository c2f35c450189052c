"""How a figure is worded where it is published: "rund 25,5 Mio. €", "ca. 15.000", "mehr als 2 Mio. €".

A round number may differ from the value by 3 percent at most; "more than" never says more than there is.
"""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.enums import Wording
from reports.figures.base import Number, shown

Step: TypeAlias = int | Decimal | None

#: How far a round number may lie from the value; "around" is said of a nearer one where there is one.
TOLERANCE = Decimal("0.03")
_NEARER = Decimal("0.01")
#: From here on amounts are written in millions.
_MILLION = 10**6


def worded(value: Number, wording: str, *, unit: str = "", step: Step = None) -> str:
    """``value`` as it may be published, with ``unit`` behind it; "unknown" stays without one.

    ``step``: multiples of it are round; without it the roundest number within the tolerance is taken.
    Raises ``ValidationError`` (code ``wording``) where the words would not be true: no round number within the
    tolerance, nothing below the value to be more than, yes or no other than exactly, a step that is not positive.
    """
    if value is None:
        return gettext("unknown")
    if isinstance(value, bool):
        if wording != Wording.EXACT:
            raise _refusal(_("Yes or no can only be said exactly."))
        return shown(value)
    if step is not None and step <= 0:
        raise _refusal(_("Numbers are rounded to a step greater than 0."))
    return _phrase(wording) % {"number": _written(_chosen(Decimal(value), wording, step), unit)}


def possible_wordings(value: Number, *, unit: str = "") -> dict[str, str]:
    """``{wording: text}`` of all that would be true of ``value``."""
    found = {}
    for wording in Wording.values:
        try:
            found[wording] = worded(value, wording, unit=unit)
        except ValidationError:
            continue
    return found


def _chosen(value: Decimal, wording: str, step: Step) -> Decimal:
    """The number that is written."""
    if wording == Wording.MORE_THAN:
        return _below(value, step)
    if wording == Wording.ROUND:
        return _rounded(value, step, (_NEARER, TOLERANCE))
    return _rounded(value, step, (TOLERANCE,)) if wording == Wording.ABOUT else value


def _rounded(value: Decimal, step: Step, tolerances: tuple[Decimal, ...]) -> Decimal:
    for tolerance in tolerances:
        for one in [Decimal(step)] if step is not None else _round_steps(value):
            found = _multiple(value, one, ROUND_HALF_UP)
            if found and abs(found - value) <= abs(value) * tolerance:
                return found
    raise _refusal(_("There is no round number within 3 percent of %(value)s."), value)


def _below(value: Decimal, step: Step) -> Decimal:
    """The nearest multiple below the value; without a step by its first digit, or by two where one says little."""
    order = Decimal(10) ** value.adjusted()
    multiples = [_multiple(value, Decimal(one), ROUND_FLOOR) for one in ([step] if step else [order, order / 10])]
    below = [one for one in multiples if 0 < one < value]
    if not below:
        raise _refusal(_("There is no round number below %(value)s."), value)
    return next((one for one in below if value - one <= value / 4), below[0])


def _round_steps(value: Decimal) -> Iterator[Decimal]:
    """From coarse to fine. Below 5 nothing is round: small numbers are to be said exactly."""
    order = Decimal(10) ** value.adjusted()
    return (one for one in (order * 10, order, order / 2, order / 10, order / 20) if one >= 5)


def _multiple(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding) * step


def _written(number: Decimal, unit: str) -> str:
    """Whole numbers without a fraction; euro with its sign, from a million on in millions where that is exact."""
    whole = int(number) if number == number.to_integral_value() else number
    if unit not in ("€", "euro", gettext("euro")):
        return f"{shown(whole)} {unit}".rstrip()
    if abs(number) >= _MILLION and number % (_MILLION // 10) == 0:
        millions = number_format((number / _MILLION).normalize(), use_l10n=True, force_grouping=True)
        return gettext("%(number)s million euro") % {"number": millions}
    return gettext("%(number)s euro") % {"number": shown(whole)}


def _phrase(wording: str) -> str:
    return {
        Wording.EXACT: "%(number)s",
        Wording.ROUND: gettext("around %(number)s"),
        Wording.ABOUT: gettext("about %(number)s"),
        Wording.ALREADY: gettext("already %(number)s"),
        Wording.MORE_THAN: gettext("more than %(number)s"),
    }[Wording(wording)]


def _refusal(message: Any, value: Decimal | None = None) -> ValidationError:
    return ValidationError(message, "wording", None if value is None else {"value": shown(value)})
