"""Amounts in forms: as people write them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.parsing import ParseError, parse_decimal


class EuroField(forms.DecimalField):
    """An amount in euro, in German or English notation: ``1.234,56``, ``1234.5``, ``12 €``."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Amount in euro"))
        options.setdefault("max_digits", 14)
        options.setdefault("decimal_places", 2)
        super().__init__(**options)
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")

    # django-stubs take a DecimalField for a field of whole numbers
    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        try:
            return parse_decimal(value)
        except ParseError:
            raise ValidationError(_("“%(text)s” is no number.") % {"text": str(value)[:40]}, "invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return number_format(value, self.decimal_places, force_grouping=True) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares what the numbers say, not how they are written."""
        try:
            return self.to_python(data) != (None if initial is None else Decimal(initial))
        except ValidationError:
            return True


class PercentField(EuroField):
    """A number of percent, with or without its sign: ``12,5 %``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=5, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.strip().removesuffix("%") if isinstance(value, str) else value)
