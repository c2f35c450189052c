"""Forms for defects of devices: finding the device, reporting, and each step of the repair."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.codes import Found, find_devices, split_codes
from inventory.enums import DefectKind, DefectResult, DeviceStatus
from inventory.models import Device, DeviceDefect
from inventory.services import KEEP, LEAVING
from web.changes import FIELDS, day_field
from web.forms.choices import PLEASE_CHOOSE

_NO_PERSONS = gettext_lazy("Please no names of pupils, parents or colleagues.")
#: The pictures that are kept; a telephone turns its own format into one of them where it reads this.
_PHOTOS = {"accept": "image/jpeg,image/png,image/webp"}
#: So many devices from the store are offered; any other is scanned or typed.
MOST_OFFERED = 50


class CodeForm(forms.Form):
    """One device by what stands on its label."""

    code = forms.CharField(
        label=gettext_lazy("Asset tag or serial number"),
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}),
    )

    def found(self, devices: Any) -> Found | None:
        """What the code means among ``devices``; of several codes the first. ``None`` where none was sent."""
        codes = split_codes(self.cleaned_data["code"]) if self.is_valid() else []
        return find_devices(codes[:1], devices)[0] if codes else None


class PhotoForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Photo"), widget=forms.FileInput(attrs=_PHOTOS))


class ReportForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=DefectKind.choices, widget=forms.RadioSelect()
    )
    text = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=500,
        help_text=_NO_PERSONS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    file = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy("Of the damage only. Place and time that a camera notes are removed."),
        widget=forms.FileInput(attrs=_PHOTOS),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == DefectKind.OTHER and not cleaned.get("text"):
            self.add_error("text", ValidationError(_("Please say in a few words what is wrong."), "required"))
        return cleaned


class StepForm(forms.Form):
    """``changes``: what the service of the step is told."""

    on = day_field(label=gettext_lazy("Day"))
    reason = forms.CharField(
        label=gettext_lazy("Remark"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("For example a ticket number."),
    )

    def __init__(self, data: Any = None, *, defect: DeviceDefect, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.fields["on"].widget.attrs.update(max=today.isoformat(), min=defect.status_on.isoformat())

    @property
    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReceiveForm(StepForm):
    status = forms.ChoiceField(label=gettext_lazy("The device is now"), required=False)
    field_order: tuple[str, ...] = ("on", "status", "reason")

    def __init__(self, data: Any = None, *, defect: DeviceDefect, today: date) -> None:
        super().__init__(data, defect=defect, today=today)
        device = defect.device
        rules = device.model.category.rules
        next_states = [state for state in rules.states if state != device.status and rules.allows(device.status, state)]
        keep = _("unchanged: %(status)s") % {"status": device.get_status_display()}
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", keep), *((state, DeviceStatus(state).label) for state in next_states)]
        home = DeviceStatus.IN_SERVICE if device.school_id else DeviceStatus.IN_STOCK
        if home in next_states and device.status in (DeviceStatus.IN_REPAIR, DeviceStatus.DEFECTIVE):
            self.initial["status"] = home

    @property
    def changes(self) -> dict[str, Any]:
        return super().changes | {"status": self.cleaned_data["status"] or KEEP}


class CloseForm(ReceiveForm):
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=[("", PLEASE_CHOOSE), *DefectResult.choices])
    field_order = ("on", "result", "status", "reason")


class SwapForm(forms.Form):
    """``replacement``: scanned or typed, or chosen from what is in stock."""

    error_fields = FIELDS | {"not_spare": "code", "no_state": "on", "forbidden_step": "code"}

    code = forms.CharField(
        label=gettext_lazy("Scan or type the replacement"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters"}),
    )
    chosen = forms.ChoiceField(label=gettext_lazy("… or choose it from stock"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("What becomes of the old device"),
        choices=[(state.value, state.label) for state in LEAVING],
        widget=forms.RadioSelect(),
        initial=DeviceStatus.IN_REPAIR,
    )
    on = day_field()
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, devices: Any, spare: Sequence[Device], today: date) -> None:
        super().__init__(data, initial={"on": today, "status": DeviceStatus.IN_REPAIR})
        self.devices = devices
        offered = self.fields["chosen"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [("", PLEASE_CHOOSE), *((str(one.pk), f"{one} · {one.model}") for one in spare)]
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["replacement"] = self._replacement(cleaned["code"], cleaned["chosen"])
        return cleaned

    def _replacement(self, code: str, chosen: str) -> Device | None:
        if not code:
            if not chosen:
                self.add_error("code", ValidationError(_("Please scan or choose the replacement."), "required"))
            return self.devices.filter(pk=chosen).first() if chosen else None
        found = find_devices(split_codes(code)[:1], self.devices)
        if found and found[0].device:
            return found[0].device
        self.add_error("code", ValidationError(_not_found(found[0] if found else None), "unknown"))
        return None

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("replacement", "status", "on", "reason")}


def _not_found(found: Found | None) -> str:
    similar = found.devices or found.alike if found else ()
    if similar:
        names = ", ".join(f"{one} ({one.model})" for one in similar[:5])
        return _("This is not unambiguous. Did you mean: %(names)s?") % {"names": names}
    return _("No device has this number.")
