"""Forms of the reports: which day, as known when, compared with which day, in which language."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.dated import EARLIEST
from reports.enums import Part
from schools.models import School
from schools.querysets import SchoolQuerySet
from web.changes import day_field


class KnownAtForm(forms.Form):
    """``known_at``: what was recorded later does not count."""

    known_at = forms.DateTimeField(
        label=_("As known at"),
        help_text=_("What was recorded later is left out. Empty: all that is known now."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_known_at(self) -> datetime | None:
        instant: datetime | None = self.cleaned_data["known_at"]
        if instant and instant.year < EARLIEST.year:
            raise forms.ValidationError(_("Nothing was known that early."))
        if instant and instant > timezone.now():
            raise forms.ValidationError(_("What will be known in the future cannot be shown."))
        return instant


class ProgressForm(KnownAtForm):
    """What the progress workbook is about."""

    as_of = day_field(label=_("As of"))
    compare_with = day_field(
        label=_("Compare with"), help_text=_("Shows beside each number what has changed since."), required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    field_order = ("as_of", "compare_with", "language", "known_at")

    def __init__(self, data: Any = None, *, day: date, **options: Any) -> None:
        initial = {"as_of": day, "language": get_language()} | options.pop("initial", {})
        super().__init__(data, initial=initial, auto_id="progress_%s", **options)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("as_of", "compare_with"):
            if day := data.get(name):
                self._check_day(name, day)
        as_of, before = data.get("as_of"), data.get("compare_with")
        if as_of and before and before >= as_of:
            self.add_error("compare_with", _("Choose a day before the as-of date."))
        return data

    def _check_day(self, name: str, day: date) -> None:
        if day > timezone.localdate():
            self.add_error(name, _("The day lies in the future."))
        elif day < EARLIEST:
            self.add_error(name, _("There are no records from that time."))


class WorkbookForm(ProgressForm):
    """What the progress workbook shows; nothing chosen: everything."""

    parts = forms.MultipleChoiceField(label=_("Sheets"), choices=Part.choices, required=False)
    keys = forms.MultipleChoiceField(label=_("Requirements"), required=False)
    schools = forms.ModelMultipleChoiceField(
        label=_("Schools"), queryset=School.objects.none(), to_field_name="number", required=False
    )

    def __init__(
        self, data: Any = None, *, schools: SchoolQuerySet, keys: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["keys"] = forms.MultipleChoiceField(label=_("Requirements"), choices=keys, required=False)
        chosen: Any = self.fields["schools"]
        chosen.queryset = schools

    def clean_parts(self) -> list[str]:
        parts: list[str] = self.cleaned_data["parts"]
        if parts and not {Part.COMPLETION, Part.DEVICES, Part.WORKS} & set(parts):
            raise forms.ValidationError(_("Charts are drawn over the other sheets: please choose one of them, too."))
        return parts
