"""Forms for versions of the equipment standard and their lines. The service says what may be changed when."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Category
from rollout.enums import Measure
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


_DEVICES = ("use", "categories")
#: With what each measure computes.
_NEEDED: dict[str, tuple[str, ...]] = {
    Measure.DEVICES_PER_HEAD: ("head", "per", *_DEVICES),
    Measure.DEVICES_PER_ROOM: ("quantity", "room_kinds", *_DEVICES),
    Measure.DEVICES_FLAT: ("quantity", *_DEVICES),
    Measure.SHARE: ("percent", "of_key", *_DEVICES),
    Measure.MANAGED: ("percent", "categories"),
    Measure.TESTED: ("percent", "categories"),
    Measure.TRADE_LIVE: ("trade",),
    Measure.TRADE_ACCEPTED: ("trade",),
    Measure.MINIMUM: ("amount", "amount_per_class", "unit"),
    Measure.YES_NO: (),
}
_COUNTS = ("level", "weight", "is_applicable", "grace_months")


class RequirementForm(VersionedForm, forms.ModelForm):
    """One line. Of a version in force only the wording is offered; for whom a line is, is said once.

    Of the parameters those are offered with which its measure computes. ``is_preview``: fill in ``data`` for
    another measure, but judge nothing yet.
    """

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
        help_texts = {
            "key": gettext_lazy("The same in all versions; lower-case letters, digits and underscores."),
            "grace_months": gettext_lazy(
                "So long after it is first asked for, what is missing does not count in the grade."
            ),
            "is_applicable": gettext_lazy("Without the tick it is not asked of these schools."),
        }

    def __init__(self, data: Any = None, *, user: Any, is_open: bool, is_preview: bool = False, **options: Any) -> None:
        typed = _typed(data, ("room_kinds", "categories")) if data and is_preview else {}
        super().__init__(None if is_preview else data, initial=typed, **options)
        is_new = self.instance.pk is None
        measure = (data or {}).get("measure") or self.instance.measure or Measure.DEVICES_PER_HEAD
        needed = _NEEDED.get(measure, PARAMETERS)
        self._keep(
            [*(LAYER if is_new else ()), *WORDING, *((*_COUNTS, "measure", *needed) if is_open else ()), "reason"]
        )
        if "of_key" in self.fields:
            self.fields["of_key"] = _others(self.instance, self.fields["of_key"])
        if "measure" in self.fields:
            measures: Any = self.fields["measure"]
            measures.choices = Measure.choices
        if "school" in self.fields:
            self._limit("school", School.objects.visible_to(user))
        if "categories" in self.fields:
            self._limit("categories", Category.objects.visible_to(user))

    def _keep(self, names: Iterable[str]) -> None:
        kept = set(names)
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """``(heading, fields)``; those of the measure stand after it."""
        parts = (
            (gettext_lazy("What it is called"), WORDING),
            (gettext_lazy("For whom"), LAYER),
            (gettext_lazy("How it counts"), _COUNTS),
            (
                gettext_lazy("How it is measured"),
                ("measure", *(n for n in PARAMETERS if n not in ("measure", *_COUNTS))),
            ),
            ("", ("reason",)),
        )
        groups = ((heading, [self[name] for name in names if name in self.fields]) for heading, names in parts)
        return [(heading, bounds) for heading, bounds in groups if bounds]

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


def _typed(data: Any, lists: Iterable[str]) -> dict[str, Any]:
    """What was typed so far, as initial values."""
    typed = {name: data.get(name) for name in data}
    return typed | {name: data.getlist(name) for name in lists} | {"is_applicable": "is_applicable" in data}


def _others(line: Requirement, field: Any) -> forms.ChoiceField:
    """The other requirements of the version, by name."""
    others = line.standard.requirements.exclude(key=line.key).order_by("position", "key")
    names = {other.key: other.label for other in others}
    return forms.ChoiceField(label=field.label, choices=[("", "---------"), *names.items()], required=False)


class CompareForm(forms.Form):
    """Two versions; the same one twice says nothing."""

    old = forms.ModelChoiceField(label=gettext_lazy("Compare"), queryset=Standard.objects.none(), empty_label=None)
    new = forms.ModelChoiceField(label=gettext_lazy("with"), queryset=Standard.objects.none(), empty_label=None)

    def __init__(self, data: Any = None, *, versions: Any) -> None:
        super().__init__(data)
        for name in ("old", "new"):
            field: Any = self.fields[name]
            field.queryset = versions
            field.label_from_instance = _version_label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("old") and cleaned.get("old") == cleaned.get("new"):
            raise ValidationError(_("Please choose two different versions."), "same")
        return cleaned


def _version_label(version: Standard) -> str:
    day = date_format(version.valid_from, "SHORT_DATE_FORMAT")
    return _("%(name)s, from %(day)s") % {"name": version.name, "day": day}
