"""Forms for the state of one device, of many, and for correcting an entry."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.workflow import Workflow
from inventory.enums import Use
from inventory.models import Device, DeviceState
from schools.models import Room, School
from web.changes import VersionedForm, day_field, sent_day

VALUES = ("status", "school", "room", "use", "is_managed")
#: In a change of many devices: "no room", "central store", as against "leave as it is".
NOTHING = "none"
YES_NO = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]


def truth(value: str) -> bool:
    return value == "true"


def school_choices(user: Any) -> list[tuple[Any, str]]:
    return [(school.pk, school.name) for school in School.objects.visible_to(user)]


def room_choices(user: Any, school: str | None) -> list[tuple[Any, Any]]:
    """Rooms of one school (key as text), or of all schools in groups."""
    rooms = Room.objects.visible_to(user).select_related("school", "building")
    if school is not None:
        rooms = rooms.filter(school=school) if school.isdecimal() else rooms.none()
        return [(room.pk, _room_name(room)) for room in rooms]
    groups: dict[str, list[tuple[Any, str]]] = {}
    for room in rooms.order_by("school__sort_key", "building__name", "name"):
        groups.setdefault(room.school.name, []).append((room.pk, _room_name(room)))
    return list(groups.items())


def _room_name(room: Room) -> str:
    return f"{room.name} ({room.building})"


class PlacementForm(forms.Form):
    """What is true of a device from a day on. ``changes``: only what differs from what was shown.

    ``shown``: the values that the person saw, as text, by field. ``offered``: states worth offering;
    any other state of the workflow is accepted here and refused by the service, with its reason.
    ``rooms_of_school``: offer the rooms of the chosen school only. ``is_preview``: fill in what fits
    ``data``, but judge nothing yet.
    """

    on = day_field()
    status = forms.ChoiceField(label=gettext_lazy("Status"))
    school = forms.TypedChoiceField(label=gettext_lazy("School"), coerce=int, empty_value=None, required=False)
    room = forms.TypedChoiceField(label=gettext_lazy("Room"), coerce=int, empty_value=None, required=False)
    use = forms.ChoiceField(label=gettext_lazy("Use"), required=False, choices=[("", "–"), *Use.choices])
    is_managed = forms.TypedChoiceField(
        label=gettext_lazy("Under MDM"),
        coerce=truth,
        empty_value=None,
        required=False,
        choices=[("", gettext_lazy("unknown")), *YES_NO],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        user: Any,
        rules: Workflow,
        shown: Mapping[str, str],
        offered: Sequence[str],
        initial: Mapping[str, Any],
        is_preview: bool = False,
        rooms_of_school: bool = False,
        **options: Any,
    ) -> None:
        posted = rebased(data, shown) if data is not None else None
        values = {**initial, **shown, **(posted.dict() if posted is not None and is_preview else {})}
        super().__init__(None if is_preview else posted, initial=values, **options)
        self.shown, self.is_preview = shown, is_preview
        status, school, room = (self._choice(name) for name in ("status", "school", "room"))
        status.choices = [(state, rules.label(state)) for state in rules.states]
        status.widget.choices = [(state, self._status_label(state, rules)) for state in offered]
        school.choices = [("", _("central store")), *school_choices(user)]
        chosen = str(self["school"].value() or "") if rooms_of_school else None
        room.choices = [("", _("no room")), *room_choices(user, chosen)]

    def _choice(self, name: str) -> Any:
        return self.fields[name]

    def _status_label(self, state: str, rules: Workflow) -> str:
        label = rules.label(state)
        return _("%(status)s (stays)") % {"status": label} if state == self.shown.get("status") else label

    def _is_changed(self, name: str) -> bool:
        return str(self.data.get(name) or "") != self.shown[name]

    @property
    def changes(self) -> dict[str, Any]:
        """Arguments of the service; what the person left alone is not among them."""
        given = {name: self.cleaned_data[name] for name in VALUES if self._is_changed(name)}
        return {**given, "reason": self.cleaned_data["reason"]}


class DeviceChangeForm(VersionedForm, PlacementForm):
    """A new state from a day on, today or in the past.

    What the person left alone takes the value of the chosen day, so that a change of last month does
    not carry today's room into the past.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        device: Device,
        states: Sequence[DeviceState],
        today: date,
        **options: Any,
    ) -> None:
        """``states``: what is believed, by day."""
        rules = device.model.category.rules
        day = sent_day(data, today)
        current = next((s for s in reversed(states) if s.valid_from <= day), None)
        following = next((s for s in states if s.valid_from > day), None)
        shown = as_text(current or following or device)
        offered = _between(rules, current.status if current else None, following.status if following else None)
        super().__init__(data, rules=rules, shown=shown, offered=offered, initial={"on": today}, **options)
        self.fields["on"].widget.attrs.update(max=today.isoformat(), autofocus=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(self._is_changed(name) for name in VALUES):
            raise ValidationError(_("Nothing is different from what is already recorded for this day."), "unchanged")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        return {**super().changes, "on": self.cleaned_data["on"]}


class StateCorrectForm(PlacementForm):
    """Better values, or another first day, for an entry that was wrong from the beginning."""

    def __init__(
        self,
        data: Any = None,
        *,
        state: DeviceState,
        neighbours: tuple[str | None, str | None],
        today: date,
        **options: Any,
    ) -> None:
        rules = state.device.model.category.rules
        offered = _between(rules, *neighbours, keep=state.status)
        self.first_day = state.valid_from
        initial = {"on": self.first_day}
        super().__init__(data, rules=rules, shown=as_text(state), offered=offered, initial=initial, **options)
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.fields["reason"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(self._is_changed(name) for name in VALUES) and cleaned.get("on") == self.first_day:
            raise ValidationError(_("Nothing was changed. To take the entry back, withdraw it."), "unchanged")
        return cleaned

    @property
    def changes(self) -> dict[str, Any]:
        on = self.cleaned_data["on"]
        return {**super().changes, **({"on": on} if on != self.first_day else {})}


def as_text(placed: Any) -> dict[str, str]:
    """Values of a state as the fields of a form send them."""
    return {
        "status": placed.status,
        "school": str(placed.school_id or ""),
        "room": str(placed.room_id or ""),
        "use": placed.use,
        "is_managed": {True: "true", False: "false", None: ""}[placed.is_managed],
    }


def rebased(data: QueryDict, shown: Mapping[str, str]) -> QueryDict:
    """What was sent, with the fields that were left alone set to ``shown``.

    Left alone: absent, or as the ``initial-…`` beside it says. A device that changes school leaves its room.
    """
    data = data.copy()
    for name in VALUES:
        if name not in data or data[name] == data.get(f"initial-{name}"):
            data[name] = shown[name]
    if data["school"] != shown["school"] and data["room"] == shown["room"]:
        data["room"] = ""
    return data


def _between(rules: Workflow, before: str | None, after: str | None, keep: str | None = None) -> list[str]:
    """States that may stand between two others. ``keep``: offered in any case."""
    fitting = [s for s in rules.states if rules.allows(before, s) and (after is None or rules.allows(s, after))]
    return fitting if keep is None or keep in fitting else [keep, *fitting]
