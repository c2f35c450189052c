"""Forms for the steps of an installation, and for correcting what was said of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.enums import Acceptor, MountKind, StepKind
from inventory.models import Device, DeviceTest, InstallationStep
from schools.models import Room
from web.changes import FIELDS, ConfirmedForm, day_field
from web.forms.choices import PLEASE_CHOOSE
from web.forms.devices import room_choices
from web.forms.reasons import reason_field

_NO_PERSONS = gettext_lazy("Please no names of persons.")
_PAPERS = {"accept": "application/pdf,image/jpeg,image/png,image/webp"}


def _note() -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300, help_text=_NO_PERSONS)


def _mount() -> forms.ChoiceField:
    choices = [("", gettext_lazy("not known")), *MountKind.choices]
    return forms.ChoiceField(label=gettext_lazy("Mount"), required=False, choices=choices)


def _acceptor() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Accepted by"),
        choices=[("", PLEASE_CHOOSE), *Acceptor.choices],
        help_text=gettext_lazy("The office, not a name."),
    )


def _participants() -> forms.IntegerField:
    return forms.IntegerField(label=gettext_lazy("Participants"), required=False, min_value=0, max_value=1000)


class StepForm(ConfirmedForm):
    """``changes``: what the service of the step is told."""

    error_fields = {code: field for code, field in FIELDS.items() if field in ("on", "room")}

    on = day_field(label=gettext_lazy("Day"))

    def __init__(self, data: Any = None, files: Any = None, *, device: Device, user: Any, today: date) -> None:
        super().__init__(data, initial={"on": today}, files=files)
        self.device = device
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.prepare(user)

    def prepare(self, user: Any) -> None:
        """What a step offers beyond its fields."""

    @property
    def changes(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class MountForm(StepForm):
    room = forms.TypedChoiceField(label=gettext_lazy("Room"), coerce=int)
    mount = _mount()

    def prepare(self, user: Any) -> None:
        self.rooms = Room.objects.visible_to(user)
        school = str(self.device.school_id) if self.device.school_id else None
        field = self.fields["room"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", PLEASE_CHOOSE), *room_choices(user, school)]
        self.initial["room"] = self.device.room_id

    @property
    def changes(self) -> dict[str, Any]:
        return {**super().changes, "room": self.rooms.get(pk=self.cleaned_data["room"])}


class ElectricalTestForm(StepForm):
    result = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[("passed", gettext_lazy("passed")), ("failed", gettext_lazy("not passed"))],
        widget=forms.RadioSelect(),
        initial="passed",
    )
    due = day_field(label=gettext_lazy("Next test due"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Protocol"),
        required=False,
        help_text=gettext_lazy("PDF or picture."),
        widget=forms.FileInput(attrs=_PAPERS),
    )
    note = _note()

    def prepare(self, user: Any) -> None:
        months = self.device.model.category.test_interval_months
        if months:
            text = _("Left empty: %(months)d months after this test.")
            self.fields["due"].help_text = text % {"months": months}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_interval = self.device.model.category.test_interval_months
        if cleaned.get("result") == "passed" and not cleaned.get("due") and not has_interval and "due" in cleaned:
            self.add_error("due", ValidationError(_("Please say when the next test is due."), "required"))
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        values = super().changes
        return {
            "on": values["on"],
            "due": values["due"],
            "is_passed": values["result"] == "passed",
            "note": values["note"],
            "protocol": values["file"],
        }


class AcceptForm(StepForm):
    acceptor = _acceptor()
    note = _note()


class TrainForm(StepForm):
    participants = _participants()
    note = _note()


class StartForm(StepForm):
    pass


FORMS: Mapping[str, type[StepForm]] = {
    "mount": MountForm,
    "test": ElectricalTestForm,
    "accept": AcceptForm,
    "train": TrainForm,
    "start": StartForm,
}


class StepCorrectForm(forms.Form):
    """Another day or other values of a step; only the fields that a step of its kind has."""

    on = day_field(label=gettext_lazy("Day"))
    mount = _mount()
    acceptor = _acceptor()
    participants = _participants()
    note = _note()
    reason = reason_field(required=True)

    error_fields = StepForm.error_fields
    _OF: Mapping[str, tuple[str, ...]] = {
        StepKind.MOUNTED.value: ("mount",),
        StepKind.ACCEPTED.value: ("acceptor", "note"),
        StepKind.TRAINED.value: ("participants", "note"),
        StepKind.FAILED.value: ("note",),
    }

    def __init__(self, data: Any = None, *, step: InstallationStep, today: date) -> None:
        names = self._OF[step.kind]
        super().__init__(data, initial={"on": step.valid_from, **{name: getattr(step, name) for name in names}})
        for name in ("mount", "acceptor", "participants", "note"):
            if name not in names:
                del self.fields[name]
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class ElectricalCorrectForm(forms.Form):
    error_fields = StepForm.error_fields

    on = day_field(label=gettext_lazy("Tested on"))
    due = day_field(label=gettext_lazy("Next test due"))
    reason = reason_field(required=True)

    def __init__(self, data: Any = None, *, test: DeviceTest, today: date) -> None:
        super().__init__(data, initial={"on": test.valid_from, "due": test.valid_until})
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class ProtocolForm(forms.Form):
    on = forms.TypedChoiceField(label=gettext_lazy("Test of"), coerce=date.fromisoformat)
    file = forms.FileField(
        label=gettext_lazy("Protocol"),
        help_text=gettext_lazy("PDF or picture."),
        widget=forms.FileInput(attrs=_PAPERS),
    )

    def __init__(self, data: Any = None, files: Any = None, *, days: list[tuple[str, str]]) -> None:
        super().__init__(data, files)
        field = self.fields["on"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = days
