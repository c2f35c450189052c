"""Forms for a requirement at one school: what is stated by hand, and waivers."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.completion.measures import Rule
from rollout.enums import Measure
from rollout.models import Attainment, Waiver
from web.changes import VersionedForm, day_field

_YES_NO = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
_STATED = ("on", "value", "is_met", "evidence")


class AttainmentForm(VersionedForm):
    """What is so from a day on: a value where the standard sets a minimum, else yes or no; and where that is proved."""

    on = day_field()
    value = forms.DecimalField(label=gettext_lazy("Value"), min_value=0, max_digits=12, decimal_places=2, localize=True)
    is_met = forms.TypedChoiceField(
        label=gettext_lazy("Fulfilled"), choices=_YES_NO, coerce="true".__eq__, widget=forms.RadioSelect
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Where it can be read, for example “Concept of 12.03.2021, ref. 40/2021”."),
    )
    file = forms.FileField(label=gettext_lazy("Document"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    error_fields = {"future_day": "on", "out_of_order": "on"}

    def __init__(self, data: Any = None, files: Any = None, *, rule: Rule, today: date, **options: Any) -> None:
        super().__init__(data, files=files, **options)
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.told_as = {rule.key: "is_met" if rule.measure == Measure.YES_NO else "value"}
        if rule.measure == Measure.YES_NO:
            del self.fields["value"]
        else:
            del self.fields["is_met"]
            if rule.unit:
                self.fields["value"].label = _("Value in %(unit)s") % {"unit": rule.unit}

    @property
    def fact(self) -> dict[str, Any]:
        """What the service is told."""
        stated = {name: value for name, value in self.cleaned_data.items() if name != "file"}
        return stated | {"upload": self.cleaned_data.get("file")}


class AttainmentCorrectForm(AttainmentForm):
    def __init__(self, data: Any = None, files: Any = None, *, fact: Attainment, **options: Any) -> None:
        is_met = None if fact.is_met is None else str(fact.is_met).lower()
        stated = {"on": fact.valid_from, "value": fact.value, "is_met": is_met, "evidence": fact.evidence}
        super().__init__(data, files, initial=stated, **options)
        if fact.file:
            self.fields["file"].help_text = _("Left empty, “%(name)s” is kept.") % {"name": fact.file.name}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not {*_STATED, "file"} & set(self.changed_data):
            raise ValidationError(_("Nothing is different from what is already recorded."), "unchanged")
        return cleaned


class WaiverForm(forms.Form):
    """From when, until when, and why."""

    on = day_field()
    last_day = day_field(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Left empty, it applies until somebody ends it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("It stands beside the requirement wherever completion is shown."),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class WaiverEndForm(forms.Form):
    last_day = day_field(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("From the day after it the requirement counts again. Left empty, it has no end."),
    )
    reason = forms.CharField(label=gettext_lazy("Why it ends then"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, waiver: Waiver, today: date) -> None:
        super().__init__(data, initial={"last_day": waiver.last_day or max(today, waiver.valid_from)})
