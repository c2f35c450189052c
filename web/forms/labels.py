"""Forms for labels: on what they are printed, and its measures."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from inventory.models import LabelSheet
from inventory.models.labels import MOST_LABELS
from inventory.services.labels import LABEL_SHEET_FIELDS
from web.changes import VersionedForm
from web.forms.money import EuroField


class LabelForm(forms.Form):
    """``?sheet=&start=&line=``: where the labels go, from which free place on, and what stands below."""

    sheet = forms.ModelChoiceField(LabelSheet.objects.none(), label=_("Sheet or tape"), empty_label=None)
    line = forms.CharField(
        label=_("Line below the model"),
        required=False,
        max_length=80,
        help_text=_("For example: property of the city of Lindenfurt. No names of people."),
    )
    start = forms.IntegerField(label=_("First free label"), min_value=1)

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        field = self.fields["sheet"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = LabelSheet.objects.visible_to(user)

    def clean(self) -> dict[str, Any]:
        """On another sheet than before the place may not exist: then all of it is free."""
        cleaned = super().clean() or {}
        if "sheet" in cleaned and cleaned.get("start", 1) > cleaned["sheet"].per_sheet:
            cleaned["start"] = 1
        return cleaned


class LengthField(EuroField):
    """Millimetres as people write them: ``21,2``, ``21.2 mm``."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label=label, max_digits=5, decimal_places=2, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.strip().removesuffix("mm") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        places = max(0, -int(value.normalize().as_tuple().exponent))
        return number_format(value, places)


class LabelSheetForm(VersionedForm):
    """All measures of a sheet; of a tape with one label, whose piece is the paper."""

    name = forms.CharField(label=_("Name"), max_length=80)
    page_width = LengthField(_("Width of the paper in mm"))
    page_height = LengthField(_("Height of the paper in mm"))
    columns = forms.IntegerField(label=_("Labels side by side"), min_value=1, max_value=MOST_LABELS)
    rows = forms.IntegerField(label=_("Labels one below the other"), min_value=1, max_value=MOST_LABELS)
    label_width = LengthField(_("Width of a label in mm"))
    label_height = LengthField(_("Height of a label in mm"))
    margin_left = LengthField(_("Margin on the left in mm"))
    margin_top = LengthField(_("Margin at the top in mm"))
    gap_x = LengthField(_("Gap between columns in mm"))
    gap_y = LengthField(_("Gap between rows in mm"))

    def __init__(self, data: Any = None, *, sheet: LabelSheet | None, **options: Any) -> None:
        """A new sheet begins as A4 with one label and no margins."""
        usual = sheet or LabelSheet(page_width=Decimal(210), page_height=Decimal(297), margin_left=Decimal(0))
        initial = {name: getattr(usual, name) for name in LABEL_SHEET_FIELDS}
        super().__init__(data, initial=initial, **options)
