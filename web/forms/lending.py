"""Forms for handing devices out and for collecting them."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.codes import find_devices, split_codes
from inventory.enums import HandOutKind, Use
from inventory.models import Category
from schools.models import Room, School
from web.changes import FIELDS, day_field
from web.forms.choices import PLEASE_CHOOSE
from web.forms.devices import room_choices

#: One hand-out never has more; protects the page from a pasted workbook.
MOST_CODES = 2000
#: So many unusable codes are named.
MOST_NAMED = 10


class HandOutForm(forms.Form):
    """``changes``: what the service is told."""

    error_fields = FIELDS | {"forbidden_step": "codes"}

    codes = forms.CharField(
        label=gettext_lazy("Scanned or pasted numbers"),
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True, "class": "mono", "spellcheck": "false"}),
        help_text=gettext_lazy("Asset tags or serial numbers, one a line."),
        max_length=200_000,
    )
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
        self.devices = devices
        school, room = self.fields["school"], self.fields["room"]
        assert isinstance(school, forms.ModelChoiceField)
        assert isinstance(room, forms.ChoiceField)
        school.queryset = School.objects.visible_to(user)
        room.choices = [("", _("no room")), *room_choices(user, None)]
        self.rooms = Room.objects.visible_to(user)
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_codes(self) -> list[Any]:
        """The devices that are meant; what is unknown or not unambiguous is named."""
        codes = list(dict.fromkeys(split_codes(self.cleaned_data["codes"])))
        if len(codes) > MOST_CODES:
            raise ValidationError(_("At most %(most)d numbers at once.") % {"most": MOST_CODES}, "too_many")
        found = find_devices(codes, self.devices)
        unusable = [one.code for one in found if one.device is None]
        if unusable:
            names = ", ".join(unusable[:MOST_NAMED]) + (" …" if len(unusable) > MOST_NAMED else "")
            text = ngettext(
                "%(n)d number is not that of one device: %(names)s",
                "%(n)d numbers are not those of one device: %(names)s",
                len(unusable),
            )
            raise ValidationError(text % {"n": len(unusable), "names": names}, "unknown")
        return list({one.device.pk: one.device for one in found}.values())

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
