"""Forms for templates of reports."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TemplateForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("For example: report for the committee"))
    file = forms.FileField(
        label=_("Workbook (.xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"}), help_text=_("Without macros.")
    )
