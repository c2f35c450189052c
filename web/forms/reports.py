"""Forms of the reports: which day, as known when, compared with which day, in which language."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from web.changes import day_field
from web.dates import EARLIEST


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
