"""The form for a requirement that is fulfilled by hand."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rollout.completion.measures import Rule
from rollout.enums import Measure
from web.changes import VersionedForm, day_field

_YES_NO = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]


class AttainmentForm(VersionedForm):
    """What is so from a day on: a value where the standard sets a minimum, else yes or no."""

    on = day_field()
    value = forms.DecimalField(label=gettext_lazy("Value"), min_value=0, max_digits=12, decimal_places=2, localize=True)
    is_met = forms.TypedChoiceField(
        label=gettext_lazy("Fulfilled"), choices=_YES_NO, coerce="true".__eq__, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)

    def __init__(self, data: QueryDict | None = None, *, rule: Rule, day: date, today: date, **options: Any) -> None:
        """``day``: the one to begin with, not later than ``today``."""
        super().__init__(data, initial={"on": day}, **options)
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.told_as = {rule.key: "is_met" if rule.measure == Measure.YES_NO else "value"}
        if rule.measure == Measure.YES_NO:
            del self.fields["value"]
        else:
            del self.fields["is_met"]
            if rule.unit:
                self.fields["value"].label = _("Value in %(unit)s") % {"unit": rule.unit}
