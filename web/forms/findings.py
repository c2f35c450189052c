"""What is to be done with chosen findings of a work-list, and a list to compare a delivery with."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imports.enums import FindingDeed
from inventory.enums import DeviceStatus
from inventory.models import DeviceModel
from schools.models import School
from web.changes import day_field
from web.forms.imports import ACCEPTED

#: States in which a device of an MDM comes into the inventory.
_BEGINNINGS = (DeviceStatus.IN_STOCK, DeviceStatus.CONFIGURED, DeviceStatus.IN_SERVICE, DeviceStatus.DELIVERED)


class DeedForm(forms.Form):
    """``deed``: the button that was pressed; of the other fields each deed needs some."""

    deed = forms.ChoiceField(choices=FindingDeed.choices)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    on = day_field(label=_("From which day"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), choices=[(status.value, status.label) for status in _BEGINNINGS], required=False
    )
    school = forms.ModelChoiceField(
        label=_("School"), queryset=School.objects.none(), required=False, empty_label=_("central store")
    )
    model = forms.ModelChoiceField(
        label=_("Device model, where the list names none that is known"),
        queryset=DeviceModel.objects.none(),
        required=False,
        empty_label="–",
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        initial = {"on": timezone.localdate(), "status": DeviceStatus.IN_STOCK}
        super().__init__(data, initial=initial, prefix="do")  # the filter of the list has fields of the same names
        school, model = self.fields["school"], self.fields["model"]
        assert isinstance(school, forms.ModelChoiceField)
        assert isinstance(model, forms.ModelChoiceField)
        school.queryset = School.objects.visible_to(user)
        model.queryset = DeviceModel.objects.visible_to(user).select_related("manufacturer")

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"] or timezone.localdate()
        if day > timezone.localdate():
            raise ValidationError(_("Only what has happened can be recorded: choose a day up to today."))
        return day


class CompareForm(forms.Form):
    file = forms.FileField(label=_("List of serial numbers"), max_length=250, allow_empty_file=True)

    def __init__(self, *args: Any, max_bytes: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].widget.attrs |= {"accept": ACCEPTED, "data-max-bytes": max_bytes}
