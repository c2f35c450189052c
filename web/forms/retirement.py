"""Forms for the end of devices: retired, erased, disposed of."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.enums import RETIREMENT_WAYS, RetirementStep
from web.changes import FIELDS, day_field
from web.forms.choices import PLEASE_CHOOSE
from web.forms.device_codes import DeviceCodesField
from web.forms.reasons import reason_field

_WAY_LABELS = {
    RetirementStep.RETIRED: gettext_lazy("Why they are retired"),
    RetirementStep.ERASED: gettext_lazy("How the data were erased"),
    RetirementStep.DISPOSED: gettext_lazy("Where they go"),
}
_PARTY_LABELS = {
    RetirementStep.RETIRED: gettext_lazy("Decided by"),
    RetirementStep.ERASED: gettext_lazy("Erased by"),
    RetirementStep.DISPOSED: gettext_lazy("Handed to"),
}
_REFERENCE_LABELS = {
    RetirementStep.RETIRED: gettext_lazy("Number of the decision"),
    RetirementStep.ERASED: gettext_lazy("Number of the certificate"),
    RetirementStep.DISPOSED: gettext_lazy("Number of the note of acceptance"),
}


class RetirementForm(forms.Form):
    """``codes`` is asked for only where no devices were ``chosen`` before. ``changes``: what the service is told."""

    error_fields = FIELDS | {"no_erasure": "codes"}

    codes = DeviceCodesField()
    way = forms.ChoiceField()
    on = day_field(label=gettext_lazy("On which day"))
    party = forms.CharField(
        required=False, max_length=150, help_text=gettext_lazy("A company or an office, no names of persons.")
    )
    reference = forms.CharField(required=False, max_length=60)
    upload = forms.FileField(
        label=gettext_lazy("The paper itself"),
        required=False,
        help_text=gettext_lazy("PDF, picture, text document or workbook."),
    )
    reason = reason_field()
    token = forms.UUIDField(widget=forms.HiddenInput())
    number = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, data: Any, files: Any, *, step: str, devices: Any, chosen: Sequence[Any], today: date) -> None:
        super().__init__(data, files, initial={"on": today, "token": uuid4(), "number": len(chosen)})
        self.step, self.chosen = step, chosen
        codes, way = self.fields["codes"], self.fields["way"]
        assert isinstance(codes, DeviceCodesField)
        assert isinstance(way, forms.ChoiceField)
        codes.devices = devices
        if chosen:
            del self.fields["codes"]
        way.label = _WAY_LABELS[RetirementStep(step)]
        way.choices = [("", PLEASE_CHOOSE), *((one.value, one.label) for one in RETIREMENT_WAYS[step])]
        self.fields["party"].label = _PARTY_LABELS[RetirementStep(step)]
        self.fields["reference"].label = _REFERENCE_LABELS[RetirementStep(step)]
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_number(self) -> None:
        """What a filter finds may have changed since the person read how many there are."""
        asked = self.cleaned_data["number"]
        if self.chosen and asked != len(self.chosen):
            text = _("It would be %(now)d devices now, not %(then)s. Please check, and record again.")
            raise ValidationError(text % {"now": len(self.chosen), "then": "–" if asked is None else asked}, "number")

    @property
    def devices(self) -> Sequence[Any]:
        """What was chosen before, else what the codes mean."""
        return self.chosen or self.cleaned_data["codes"]

    @property
    def changes(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("codes", "number")}
        return given | {"step": self.step, "token": str(given["token"])}
