"""Opening a stocktake, counting in it, signing it off."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import DeviceModel, Stocktake
from schools.models import Room, School
from web.forms.choices import PLEASE_CHOOSE
from web.forms.devices import room_choices


class StocktakeForm(forms.Form):
    """Without a school the central store is counted, without a room the whole school."""

    school = forms.ModelChoiceField(label=gettext_lazy("School"), queryset=School.objects.none(), required=False)
    room = forms.TypedChoiceField(label=gettext_lazy("Room"), coerce=int, empty_value=None, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, data: QueryDict | None = None, *, user: Any, **options: Any) -> None:
        super().__init__(data, **options)
        school: Any = self.fields["school"]
        school.queryset, school.empty_label = School.objects.visible_to(user), _("Central store")
        room: Any = self.fields["room"]
        room.choices = [("", _("whole school")), *room_choices(user, str(self["school"].value() or ""))]
        self.user = user

    def clean_room(self) -> Room | None:
        return Room.objects.visible_to(self.user).filter(pk=self.cleaned_data["room"]).first()


class CountPlaceForm(forms.Form):
    """In which room of the school somebody is counting."""

    room = forms.TypedChoiceField(label=gettext_lazy("You are in room"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: QueryDict | None = None, *, user: Any, stocktake: Stocktake, **options: Any) -> None:
        super().__init__(data, **options)
        room: Any = self.fields["room"]
        room.choices = [("", _("not said")), *room_choices(user, str(stocktake.school_id or ""))]
        self.user = user

    def place(self) -> Room | None:
        """Raises ``KeyError`` before the form was judged."""
        return Room.objects.visible_to(self.user).filter(pk=self.cleaned_data["room"]).first()


class NewDeviceForm(forms.Form):
    """What kind of device an unknown number is."""

    model = forms.ModelChoiceField(
        label=gettext_lazy("Device model"), queryset=DeviceModel.objects.none(), empty_label=PLEASE_CHOOSE
    )

    def __init__(self, data: QueryDict | None = None, *, user: Any, **options: Any) -> None:
        super().__init__(data, **options)
        model: Any = self.fields["model"]
        model.queryset = DeviceModel.objects.visible_to(user).select_related("manufacturer")
