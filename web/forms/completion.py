"""What is looked at on the page of completion."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.completion import Rule
from rollout.enums import Level, Outcome
from schools.enums import SchoolType

MONTHS = (12, 24, 36, 60)
#: Lines of requirements at most: more of them nobody can tell apart.
MOST_LINES = 4


class SelectionForm(forms.Form):
    """``?level=&type=&district=&months=``. What is no choice means the usual one."""

    level = forms.ChoiceField(choices=Level.choices, required=False)
    type = forms.ChoiceField(choices=[("", ""), *SchoolType.choices], required=False)
    district = forms.CharField(max_length=80, required=False)
    months = forms.TypedChoiceField(choices=[(number, number) for number in MONTHS], coerce=int, required=False)

    @property
    def chosen(self) -> dict[str, Any]:
        """``level``, ``type``, ``district``, ``months``; a parameter that is wrong counts as not given."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "level": given.get("level") or Level.BASIS.value,
            "type": given.get("type") or "",
            "district": given.get("district") or "",
            "months": given.get("months") or 24,
        }


class NarrowForm(forms.Form):
    """``?requirement=&state=&lines=``: the schools in one state of one requirement, and lines beside the grade."""

    requirement = forms.ChoiceField(required=False)
    state = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)
    lines = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Requirements as lines")
    )

    def __init__(self, data: Any, *, rules: Iterable[Rule]) -> None:
        super().__init__(data)
        choices = [(rule.key, rule.label) for rule in rules]
        for name, offered in (("requirement", [("", ""), *choices]), ("lines", choices)):
            field: Any = self.fields[name]
            field.choices = offered
        self.is_valid()

    @property
    def requirement_key(self) -> str:
        return str(self.cleaned_data.get("requirement") or "")

    @property
    def chosen_state(self) -> str:
        return str(self.cleaned_data.get("state") or "")

    @property
    def keys(self) -> list[str]:
        return list(self.cleaned_data.get("lines") or ())[:MOST_LINES]
