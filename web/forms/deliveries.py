"""Forms for orders and for goods received against them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inventory.codes import split_codes
from inventory.models import DeviceModel, Order, OrderLine
from inventory.services.receipt import Code
from schools.models import School
from web.forms.choices import PLEASE_CHOOSE
from web.forms.imports import ACCEPTED


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
    """The frame of a delivery; the codes travel beside it, see ``web.receiving``."""

    note_number = forms.CharField(label=_("Delivery note number"), max_length=60)
    delivered_on = day_field(label=_("Delivered on"))
    school = forms.ModelChoiceField(
        label=_("Delivered to"), queryset=School.objects.none(), required=False, empty_label=_("Central store")
    )
    damage = forms.CharField(label=_("What is damaged"), max_length=300, required=False)

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
        return [Code(self.cleaned_data["line"], code) for code in split_codes(self.cleaned_data["scan"]) if code]


class AnnouncedForm(forms.Form):
    """The supplier's own list of what is coming; compared with the scans, nothing of it is booked."""

    announced_file = forms.FileField(label=_("Supplier’s list (workbook or CSV)"), max_length=250, required=False)

    def __init__(self, *args: Any, max_bytes: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.max_bytes = max_bytes
        self.fields["announced_file"].widget.attrs |= {"accept": ACCEPTED, "data-max-bytes": max_bytes}

    def clean_announced_file(self) -> Any:
        file = self.cleaned_data["announced_file"]
        if file is None:
            raise ValidationError(_("Please choose a file."))
        if file.size > self.max_bytes:
            raise ValidationError(_("The file is too large."))
        return file
