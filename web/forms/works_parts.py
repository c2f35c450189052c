"""Forms for what belongs to a construction project: defects, diary, files."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.models import JournalEntry, WorksDefect
from rollout.services import DEFECT_DETAILS
from schools.models import Room
from web.changes import VersionedForm, day_field


class RoomField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Room) -> str:
        return f"{obj.name} · {obj.building.name}"


class DefectFields(forms.Form):
    text = forms.CharField(label=gettext_lazy("Defect"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    room = RoomField(label=gettext_lazy("Room"), queryset=Room.objects.none(), required=False)
    found_on = day_field(label=gettext_lazy("Found on"))
    due_on = day_field(label=gettext_lazy("To be resolved by"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Photo or document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf"}),
    )

    def limit_to(self, rooms: QuerySet[Room], today: date) -> None:
        room: Any = self.fields["room"]
        room.queryset = rooms.select_related("building")
        self.fields["found_on"].widget.attrs["max"] = today.isoformat()


class DefectForm(DefectFields):
    def __init__(self, data: Any = None, files: Any = None, *, rooms: QuerySet[Room], today: date) -> None:
        super().__init__(data, files, initial={"found_on": today})
        self.limit_to(rooms, today)

    @property
    def defect(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in DEFECT_DETAILS}


class DefectEditForm(DefectFields, VersionedForm):
    """``changes``: only what differs from what was shown."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        defect: WorksDefect,
        rooms: QuerySet[Room],
        today: date,
        **options: Any,
    ) -> None:
        initial = {name: getattr(defect, name) for name in DEFECT_DETAILS} | {"room": defect.room_id}
        super().__init__(data, files=files, initial=initial, **options)
        self.limit_to(rooms, today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.changes and not cleaned.get("file"):
            raise ValidationError(_("Nothing is different from what is already recorded."), "unchanged")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name in DEFECT_DETAILS}


class ResolveForm(forms.Form):
    on = day_field(label=gettext_lazy("Resolved on"))
    reason = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class JournalFields(forms.Form):
    on = day_field(label=gettext_lazy("Day"))
    text = forms.CharField(label=gettext_lazy("Entry"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))

    def limit_to(self, today: date) -> None:
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class JournalForm(JournalFields):
    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.limit_to(today)


class JournalCorrectForm(JournalFields, VersionedForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, entry: JournalEntry, today: date, **options: Any) -> None:
        super().__init__(data, initial={"on": entry.on, "text": entry.text}, **options)
        self.limit_to(today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not {"on", "text"} & set(self.changed_data):
            raise ValidationError(_("Nothing is different from what is already recorded."), "unchanged")
        return cleaned


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("For example “Acceptance record”. Left empty, the file keeps its own name."),
    )
