"""The form for the usual durations of a trade, and for what it waits for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from rollout.enums import PHASES
from schools.enums import Trade

MOST_DAYS = 3650


class TradeForm(forms.Form):
    """A field per phase with its days after the phase before; empty: no milestone of it."""

    def __init__(self, data: Any = None, *, trade: Trade, days: Mapping[str, int], needs: Sequence[str]) -> None:
        super().__init__(data, initial={**days, "needs": list(needs)})
        for phase in PHASES:
            self.fields[phase.value] = forms.IntegerField(
                label=capfirst(phase.label),
                required=False,
                min_value=0,
                max_value=MOST_DAYS,
            )
        self.fields["needs"] = forms.MultipleChoiceField(
            label=gettext_lazy("Begins only after the acceptance of"),
            required=False,
            choices=[(other.value, other.label) for other in Trade if other != trade],
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def phases(self) -> list[forms.BoundField]:
        return [self[phase.value] for phase in PHASES]

    @property
    def days(self) -> dict[str, int]:
        given = {phase.value: self.cleaned_data[phase.value] for phase in PHASES}
        return {phase: number for phase, number in given.items() if number is not None}
