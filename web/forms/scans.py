"""The scan page: what is to be done with what is scanned next, and what was scanned."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.codes import split_codes
from inventory.enums import DeviceStatus, ScanMode
from inventory.models import OrderLine
from inventory.services import NewScan, Setting
from schools.access import Right, has_right
from schools.models import Room, School
from web.changes import day_field
from web.forms.devices import room_choices, school_choices

#: A pallet has fewer; protects the page from a pasted workbook.
MOST_CODES = 1000
#: What a mode cannot do without.
_NEEDED = {
    ScanMode.IN_SERVICE: ("school",),
    ScanMode.STATUS: ("status",),
    ScanMode.RETIRE: ("reason",),
    ScanMode.RECEIVE: ("line", "note_number"),
}


class LineField(forms.ModelChoiceField):
    def label_from_instance(self, obj: OrderLine) -> str:
        parts = {"order": obj.order.number, "model": obj.model, "rest": obj.backlog}  # type: ignore[attr-defined]
        return _("%(order)s: %(model)s (%(rest)s outstanding)") % parts


class ScanSettingForm(forms.Form):
    """What the next scans do. It stays as it is from scan to scan; the address of the page keeps it."""

    use_required_attribute = False  # what is needed depends on the mode

    mode = forms.ChoiceField(label=gettext_lazy("What to do"), widget=forms.RadioSelect, initial=ScanMode.FIND)
    school = forms.TypedChoiceField(label=gettext_lazy("School"), coerce=int, empty_value=None, required=False)
    room = forms.TypedChoiceField(label=gettext_lazy("Room"), coerce=int, empty_value=None, required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("Please choose")), *DeviceStatus.choices],
    )
    line = LineField(label=gettext_lazy("Order"), queryset=OrderLine.objects.none(), required=False)
    note_number = forms.CharField(label=gettext_lazy("Delivery note number"), max_length=60, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)
    on = day_field(
        label=gettext_lazy("Day"), required=False, help_text=gettext_lazy("Empty: the day on which it is scanned")
    )

    def __init__(self, data: QueryDict | None = None, *, user: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.may_book = has_right(user, Right.BOOK)
        modes = ScanMode.choices if self.may_book else [(ScanMode.FIND.value, ScanMode.FIND.label)]
        mode, school, room, line = (self._field(name) for name in ("mode", "school", "room", "line"))
        mode.choices = modes
        school.choices = [("", _("Central store")), *school_choices(user)]
        chosen = str(self["school"].value() or "")
        room.choices = [("", _("no room")), *room_choices(user, chosen)]
        line.queryset = (
            OrderLine.objects.visible_to(user).with_delivered().select_related("order").filter(backlog__gt=0)
        )
        for mode_name, names in _NEEDED.items():
            for name in names:
                self._field(name).widget.attrs["data-needed-for"] = mode_name.value
        self.user = user

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        for name in _NEEDED.get(values.get("mode", ""), ()):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("This mode needs it."))
        return values

    def setting(self, *, is_forced: bool = False) -> Setting:
        given = self.cleaned_data
        return Setting(
            mode=given["mode"],
            on=given["on"],
            school=School.objects.visible_to(self.user).filter(pk=given["school"]).first(),
            room=Room.objects.visible_to(self.user).filter(pk=given["room"]).first(),
            status=given["status"] if given["mode"] == ScanMode.STATUS else "",
            reason=given["reason"],
            line=given["line"],
            note_number=given["note_number"],
            is_forced=is_forced,
        )


def sent_scans(data: QueryDict) -> list[NewScan]:
    """What was scanned. One ``key`` and ``scanned_at`` per ``code`` from the queue in the browser, else one for all."""
    codes, keys, instants = (data.getlist(name) for name in ("code", "key", "scanned_at"))
    if len(codes) == len(keys) == len(instants):
        return [
            NewScan(_key(key), _one(code), _instant(at)) for code, key, at in zip(codes, keys, instants, strict=True)
        ]
    return list(_numbered(codes, _key(keys[0] if keys else "")))


def _numbered(codes: list[str], key: UUID) -> Iterator[NewScan]:
    """The key of the page and the place in what it sent make a key of its own for each code."""
    now = timezone.now()
    for place, code in enumerate(code for text in codes for code in split_codes(text)):
        yield NewScan(uuid5(key, f"{place} {code}"), code, now)


def _one(text: str) -> str:
    codes = split_codes(text)
    return codes[0] if len(codes) == 1 else "".join(codes)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _instant(text: str) -> datetime:
    """As the browser says; now where it says nothing that can be read."""
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    return at if at and timezone.is_aware(at) else timezone.now()
