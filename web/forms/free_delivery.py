"""Forms of a delivery without an order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.codes import split_codes
from inventory.models import DeviceModel
from web.forms.choices import PLEASE_CHOOSE
from web.forms.deliveries import ReceiptForm


class FreeDeliveryForm(ReceiptForm):
    field_order = ["supplier", "note_number", "delivered_on", "school"]

    supplier = forms.CharField(label=_("Supplier or giver"), max_length=150)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["damage"]


class FreeLineForm(forms.Form):
    model = forms.ModelChoiceField(
        label=_("Device model"), queryset=DeviceModel.objects.none(), empty_label=PLEASE_CHOOSE
    )
    serials = forms.CharField(
        label=_("Serial numbers"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["model"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = DeviceModel.objects.visible_to(user).select_related("manufacturer")

    def clean_serials(self) -> list[str]:
        return [code for code in split_codes(self.cleaned_data["serials"]) if code]


FreeLineFormSet = forms.formset_factory(FreeLineForm, extra=2, min_num=1, validate_min=True, max_num=20)
