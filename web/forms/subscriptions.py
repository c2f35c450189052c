"""Ordering reports by mail."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.enums import Rhythm, SubscriptionSubject
from schools.access import Right, has_right_everywhere


class SubscriptionForm(forms.Form):
    """``figures``: ``(key, label)`` of those that ``user`` may see; they stand beside the reports as one choice."""

    what = forms.ChoiceField(label=_("What"))
    rhythm = forms.ChoiceField(label=_("When"), choices=Rhythm.choices, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, user: Any, figures: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(data, **options)
        reports = [SubscriptionSubject.PROGRESS]
        if has_right_everywhere(user, Right.EXPORT):
            reports.append(SubscriptionSubject.REPORT)
        choices: list[tuple[str, Any]] = [(one.value, one.label) for one in reports]
        self.fields["what"].choices = [*choices, (_("Figures"), figures)]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, str]:
        what, rhythm = self.cleaned_data["what"], self.cleaned_data["rhythm"]
        if what in SubscriptionSubject.values:
            return {"subject": what, "rhythm": rhythm}
        return {"subject": SubscriptionSubject.FIGURE, "figure": what, "rhythm": rhythm}
