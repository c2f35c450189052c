"""Forms that ask for a reason and for nothing else."""

from django import forms
from django.utils.translation import gettext_lazy


def reason_field(*, required: bool = False) -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Reason"), required=required, max_length=500)


class ReasonForm(forms.Form):
    """Taking something back, deleting what was used."""

    reason = reason_field(required=True)


class OptionalReasonForm(forms.Form):
    """Deleting what nothing uses."""

    reason = reason_field()
