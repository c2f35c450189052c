"""Forms for handing devices out and for collecting them."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.enums import HandOutKind, Use
from inventory.models import Category
from schools.models import Room, School
from web.changes import FIELDS, day_field
from web.forms.choices import PLEASE_CHOOSE
from web.forms.device_codes import DeviceCodesField
from web.forms.devices import room_choices


class HandOutForm(forms.Form):
    """``changes``: what the service is told."""

    error_fields = FIELDS | {"forbidden_step": "codes"}

    codes = DeviceCodesField()
    school = forms.ModelChoiceField(
        label=gettext_lazy("School"), queryset=School.objects.none(), empty_label=PLEASE_CHOOSE
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Handed out to"),
        choices=HandOutKind.choices,
        initial=HandOutKind.POOL,
        widget=forms.RadioSelect(),
    )
    use = forms.ChoiceField(
        label=gettext_lazy("For whom"), required=False, choices=[("", gettext_lazy("as before")), *Use.choices]
    )
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    agreement = forms.CharField(
        label=gettext_lazy("Number of the loan agreement"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Only the number: the agreement itself, and whose it is, stay with the school."),
    )
    on = day_field()

    def __init__(self, data: Any = None, *, user: Any, devices: Any, today: date) -> None:
        super().__init__(data, initial={"on": today, "kind": HandOutKind.POOL})
        codes, school, room = self.fields["codes"], self.fields["school"], self.fields["room"]
        assert isinstance(codes, DeviceCodesField)
        assert isinstance(school, forms.ModelChoiceField)
        assert isinstance(room, forms.ChoiceField)
        codes.devices = devices
        codes.widget.attrs["autofocus"] = True
        school.queryset = School.objects.visible_to(user)
        room.choices = [("", _("no room")), *room_choices(user, None)]
        self.rooms = Room.objects.visible_to(user)
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_room(self) -> Room | None:
        key = self.cleaned_data["room"]
        return self.rooms.filter(pk=key).first() if key else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        room, school = cleaned.get("room"), cleaned.get("school")
        if room and school and room.school_id != school.pk:
            self.add_error("room", ValidationError(_("The room belongs to another school."), "foreign_room"))
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "codes"}


class CampaignForm(forms.Form):
    school = forms.ModelChoiceField(
        label=gettext_lazy("School"), queryset=School.objects.none(), empty_label=PLEASE_CHOOSE
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("For example “End of school year 2026/27”.")
    )
    use = forms.ChoiceField(
        label=gettext_lazy("Devices for"),
        required=False,
        choices=[*Use.choices, ("", gettext_lazy("all uses"))],
        initial=Use.PUPILS,
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=gettext_lazy("all categories"),
    )
    due_on = day_field(label=gettext_lazy("To be returned by"), required=False)

    def __init__(self, data: Any = None, *, user: Any, school: School | None = None) -> None:
        super().__init__(data, initial={"school": school})
        schools, categories = self.fields["school"], self.fields["category"]
        assert isinstance(schools, forms.ModelChoiceField)
        assert isinstance(categories, forms.ModelChoiceField)
        schools.queryset = School.objects.visible_to(user)
        categories.queryset = Category.objects.visible_to(user).filter(workflow="portable")


class ReturnScanForm(forms.Form):
    """``key``: of the browser, so that what is sent twice counts once."""

    code = forms.CharField(
        label=gettext_lazy("Asset tag or serial number"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-scan-field": True,
            }
        ),
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput())

    @property
    def key_given(self) -> UUID:
        return self.cleaned_data["key"] or uuid4()
