"""Forms for versions of the equipment standard and their lines. The service says what may be changed when."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from inventory.models import Category
from rollout.models import Requirement, Standard
from rollout.services.standards import LAYER, PARAMETERS, WORDING
from schools.enums import RoomKind
from schools.models import School
from web.changes import VersionedForm, day_field


class StandardForm(VersionedForm):
    """Name, first day, committee: of a new version, or of one that is to come."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    valid_from = day_field(label=gettext_lazy("First day"))
    committee = forms.CharField(label=gettext_lazy("Committee"), required=False, max_length=150)
    presented_on = day_field(label=gettext_lazy("Presented on"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, standard: Standard, is_open: bool = True, **options: Any) -> None:
        names = ("name", "valid_from", "committee", "presented_on")
        super().__init__(data, initial={name: getattr(standard, name) for name in names}, **options)
        if not is_open:
            del self.fields["valid_from"]

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class RequirementForm(VersionedForm, forms.ModelForm):
    """One line. Of a version in force only the wording is offered; for whom a line is, is said once."""

    room_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Room kinds"),
        choices=RoomKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    class Meta:
        model = Requirement
        fields = [*LAYER, *WORDING, *PARAMETERS]
        widgets = {"categories": forms.CheckboxSelectMultiple}

    def __init__(self, data: Any = None, *, user: Any, is_open: bool, **options: Any) -> None:
        super().__init__(data, **options)
        is_new = self.instance.pk is None
        self._keep([*(LAYER if is_new else ()), *WORDING, *(PARAMETERS if is_open else ()), "reason"])
        if "school" in self.fields:
            self._limit("school", School.objects.visible_to(user))
        if "categories" in self.fields:
            self._limit("categories", Category.objects.visible_to(user))

    def _keep(self, names: Iterable[str]) -> None:
        kept = set(names)
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]

    def _limit(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    @property
    def values(self) -> dict[str, Any]:
        """All that a new line says."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}
