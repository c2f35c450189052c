"""Forms for orders and for goods received against them."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.models import DeviceModel, Order, OrderLine
from inventory.services.deliveries import Code
from schools.models import School
from web.forms.choices import PLEASE_CHOOSE

#: What stands between two codes in a paste or in the buffer of a scanner.
_BETWEEN = re.compile(r"[\n\r\t;,]+")
#: One delivery note never lists more; protects the page from a pasted workbook.
MOST_CODES = 5000


def day_field(**options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d", "%d.%m.%Y"], **options)


class OrderForm(forms.Form):
    number = forms.CharField(label=_("Order number"), max_length=60)
    supplier = forms.CharField(label=_("Supplier"), max_length=150)
    ordered_on = day_field(label=_("Ordered on"))
    expected_on = day_field(label=_("Expected on"), required=False)


class OrderLineForm(forms.Form):
    model = forms.ModelChoiceField(
        label=_("Device model"), queryset=DeviceModel.objects.none(), empty_label=PLEASE_CHOOSE
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=100_000)
    unit_price = forms.DecimalField(
        label=_("Unit price in euro"), min_value=0, max_digits=10, decimal_places=2, required=False, localize=True
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["model"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = DeviceModel.objects.visible_to(user).select_related("manufacturer")


OrderLineFormSet = forms.formset_factory(OrderLineForm, extra=3, min_num=1, validate_min=True, max_num=100)


class ReceiptForm(forms.Form):
    """The frame of a delivery; the codes travel beside it as ``code=<line>:<serial>``."""

    note_number = forms.CharField(label=_("Delivery note number"), max_length=60)
    delivered_on = day_field(label=_("Delivered on"))
    school = forms.ModelChoiceField(
        label=_("Delivered to"), queryset=School.objects.none(), required=False, empty_label=_("Central store")
    )

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = School.objects.visible_to(user)


class LineField(forms.ModelChoiceField):
    def label_from_instance(self, obj: OrderLine) -> str:
        return f"{obj.position}: {obj.model}"


class ScanForm(forms.Form):
    """One field that keeps the focus: scanned, typed or pasted serial numbers for one order line."""

    use_required_attribute = False  # the browser lets an empty field pass when the delivery is booked

    line = LineField(label=_("Order line"), queryset=OrderLine.objects.none(), empty_label=None)
    scan = forms.CharField(
        label=_("Serial number"),
        widget=forms.Textarea(attrs={"rows": 1, "autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )

    def __init__(self, *args: Any, order: Order, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["line"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = order.lines.with_delivered()

    def codes(self) -> list[Code]:
        """What was just scanned; empty when the form does not hold."""
        if not self.is_valid():
            return []
        texts = (text.strip() for text in _BETWEEN.split(self.cleaned_data["scan"]))
        return [Code(self.cleaned_data["line"], text) for text in texts if text]


def collected(values: list[str], order: Order) -> list[Code]:
    """Codes collected so far, from ``<line>:<serial>``; those of other orders are left out."""
    lines = {str(line.pk): line for line in order.lines.with_delivered()}
    pairs = (value.partition(":") for value in values[:MOST_CODES])
    return [Code(lines[line], serial) for line, _colon, serial in pairs if line in lines]
