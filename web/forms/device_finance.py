"""The form that says how devices were paid."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from funding.models import Financing
from web.changes import VersionedForm
from web.forms.reasons import reason_field


class DeviceFinanceForm(VersionedForm):
    financing = forms.ModelChoiceField(
        label=gettext_lazy("Financing"),
        queryset=Financing.objects.none(),
        required=False,
        empty_label=gettext_lazy("not known"),
    )
    reason = reason_field()

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["financing"]
        field.queryset = Financing.objects.visible_to(user)
