"""Dividing an amount without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CENT = Decimal("0.01")


def split(total: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """``total`` in euro by ``percents``: to the cent, the sum is ``total``.

    Cents left over go to the largest remainders, among equal ones to the first. Raises ``ValidationError`` for
    percents that do not sum up to 100, or that are not greater than 0.
    """
    whole = sum(percents, Decimal(0))
    if whole != 100 or any(percent <= 0 for percent in percents):
        text = _("The percentages must be greater than 0 and sum up to 100; they sum up to %(total)s.")
        raise ValidationError(text, "not_100", {"total": f"{whole.normalize():f}"})
    exact = [total * percent / 100 for percent in percents]
    parts = [amount.quantize(CENT, ROUND_DOWN) for amount in exact]
    left = int((total - sum(parts, Decimal(0))) / CENT)
    order = sorted(range(len(parts)), key=lambda i: (-abs(exact[i] - parts[i]), i))
    for i in order[: abs(left)]:
        parts[i] += CENT.copy_sign(total)
    return parts
