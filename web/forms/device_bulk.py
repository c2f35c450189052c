"""The form for one change of many devices."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.enums import DeviceStatus, Use
from inventory.models import Device, DeviceModel
from inventory.services import ManyChange
from inventory.workflow import WORKFLOWS
from schools.access import Right, has_right
from web.changes import VersionedForm, day_field
from web.forms.device_codes import DeviceCodesField
from web.forms.devices import NOTHING, VALUES, YES_NO, room_choices, school_choices, truth

#: Details that have no history; each device keeps its own where they are left empty.
DETAILS = ("model", "purchased_on", "price", "note")
_EMPTIED = [
    ("purchased_on", gettext_lazy("day of purchase")),
    ("price", gettext_lazy("price")),
    ("note", gettext_lazy("note")),
]


class DeviceBulkChangeForm(VersionedForm):
    """The same for many devices; an empty field leaves what each device has."""

    on = day_field()
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    school = forms.ChoiceField(label=gettext_lazy("School"), required=False)
    room = forms.ChoiceField(label=gettext_lazy("Room"), required=False)
    use = forms.ChoiceField(
        label=gettext_lazy("Use"), required=False, choices=[("", gettext_lazy("leave as it is")), *Use.choices]
    )
    is_managed = forms.ChoiceField(
        label=gettext_lazy("Under MDM"), required=False, choices=[("", gettext_lazy("leave as it is")), *YES_NO]
    )
    model = forms.ModelChoiceField(
        label=gettext_lazy("Device model"),
        queryset=DeviceModel.objects.none(),
        required=False,
        empty_label=gettext_lazy("leave as it is"),
    )
    purchased_on = day_field(label=gettext_lazy("Purchased"), required=False)
    price = forms.DecimalField(
        label=gettext_lazy("Price in €"), required=False, min_value=0, max_digits=10, decimal_places=2, localize=True
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)
    emptied = forms.MultipleChoiceField(
        label=gettext_lazy("Empty these"), required=False, choices=_EMPTIED, widget=forms.CheckboxSelectMultiple()
    )
    leaves_out = forms.BooleanField(
        label=gettext_lazy("Leave out the devices that cannot be changed; otherwise none is changed"), required=False
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        user: Any,
        kinds: Sequence[tuple[str, str, int]],
        today: date,
        is_preview: bool = False,
        rooms_of_school: bool = False,
        **options: Any,
    ) -> None:
        """``kinds``: workflow, status and number of the devices (:func:`kinds_of`)."""
        initial = {"on": today, **(data.dict() if data and is_preview else {})}
        super().__init__(None if is_preview else data, initial=initial, **options)
        self.kinds, self.is_preview = kinds, is_preview
        chosen = str(self["school"].value() or "")
        keep = ("", _("leave as it is"))
        self._set("status", [keep, *_status_choices(kinds)])
        self._set("school", [keep, (NOTHING, _("central store")), *school_choices(user)])
        only = chosen if rooms_of_school and chosen else None
        self._set("room", [keep, (NOTHING, _("no room")), *room_choices(user, only)])
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self._offer_details(user)

    def _offer_details(self, user: Any) -> None:
        """Those that the person may edit, prices only for who may see them."""
        model = self.fields["model"]
        assert isinstance(model, forms.ModelChoiceField)
        model.queryset = DeviceModel.objects.visible_to(user).select_related("manufacturer", "category")
        if not has_right(user, Right.EDIT):
            for name in (*DETAILS, "emptied"):
                del self.fields[name]
        elif not has_right(user, Right.MONEY):
            del self.fields["price"]

    def _set(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (self._placed or self._details):
            raise ValidationError(_("Please say what shall be different."), "unchanged")
        for name in self.cleaned_data.get("emptied") or ():
            if name in self.fields and cleaned.get(name) not in (None, ""):
                self.add_error(name, ValidationError(_("Either set it or empty it."), "both"))
        return cleaned

    @property
    def _placed(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in VALUES if self.cleaned_data.get(name)}
        for name in {"school", "room"} & given.keys():
            given[name] = None if given[name] == NOTHING else int(given[name])
        if "is_managed" in given:
            given["is_managed"] = truth(given["is_managed"])
        return given

    @property
    def _details(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in DETAILS}
        emptied = {name: "" if name == "note" else None for name in self.cleaned_data.get("emptied") or ()}
        return {name: value for name, value in given.items() if value not in (None, "")} | emptied

    @property
    def change(self) -> ManyChange:
        """What the service is told."""
        on, reason = self.cleaned_data["on"], self.cleaned_data["reason"]
        return ManyChange(on, self._placed, self._details, reason)


class DeviceCodesForm(forms.Form):
    """Scan to select."""

    codes = DeviceCodesField()

    def __init__(self, data: Any, *, devices: QuerySet[Device]) -> None:
        super().__init__(data)
        codes = self.fields["codes"]
        assert isinstance(codes, DeviceCodesField)
        codes.devices = devices
        codes.widget.attrs["autofocus"] = True


def kinds_of(devices: QuerySet[Device]) -> list[tuple[str, str, int]]:
    """``(workflow, status, number)`` of the devices, in one query."""
    rows = devices.order_by().values_list("model__category__workflow", "status").annotate(number=Count("pk"))
    return sorted(rows)


def _status_choices(kinds: Sequence[tuple[str, str, int]]) -> list[tuple[str, str]]:
    """States that at least one of the devices may take; it says so where not all of them may."""
    total = sum(number for _kind, _status, number in kinds)
    choices = []
    for state in DeviceStatus:
        able = sum(n for kind, status, n in kinds if WORKFLOWS[kind].allows(status, state))
        if able == total:
            choices.append((state.value, str(state.label)))
        elif able:
            text = _("%(status)s (only %(able)d of %(total)d)")
            choices.append((state.value, text % {"status": state.label, "able": able, "total": total}))
    return choices
