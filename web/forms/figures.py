"""Forms about figures: the window of a flow, and which two reports are compared."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from common.dated import EARLIEST, add_months
from reports.comparison import Question
from web.changes import day_field
from web.forms.reports import KnownAtForm


class InstantInput(forms.DateTimeInput):
    """An instant as links write it, in local time; up to a whole millisecond, which is all that browsers keep."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local", "step": "0.001"}, format="%Y-%m-%dT%H:%M")

    def format_value(self, value: Any) -> str | None:
        try:
            instant = parse_datetime(value)
        except (TypeError, ValueError):
            instant = None
        if instant is None:
            return super().format_value(value)
        local = timezone.make_naive(instant) if timezone.is_aware(instant) else instant
        local += timedelta(microseconds=-local.microsecond % 1000)
        return local.isoformat(timespec="milliseconds" if local.second or local.microsecond else "minutes")


def _known_at(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, required=False, widget=InstantInput())


class WindowForm(KnownAtForm):
    """``since``: the first day of what is counted over time."""

    since = day_field(label=_("Counted from"), help_text=_("Empty: from the beginning."), required=False)
    field_order = ("since", "known_at")

    def __init__(self, data: Any = None, *, day: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.day = day

    def clean_since(self) -> date | None:
        since: date | None = self.cleaned_data["since"]
        if since and since > self.day:
            raise forms.ValidationError(_("The first day lies after the last one."))
        return since


class CompareReportsForm(forms.Form):
    """An earlier report (``with``, ``with_known_at``) and a later one. Unasked: three months ago, and today."""

    before = day_field(label=_("Earlier report, as of"))
    before_known_at = _known_at(_("as it was known at"))
    as_of = day_field(label=_("Later report, as of"))
    known_at = _known_at(_("as it was known at"))
    since = day_field(label=_("Sums and flows from"), required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        usual = {"with": add_months(today, -3).isoformat(), "as_of": today.isoformat()}
        super().__init__({**usual, **data.dict()})
        self.today = today
        for name in ("before", "as_of", "since"):
            self.fields[name].widget.attrs["max"] = today.isoformat()

    def add_prefix(self, field_name: str) -> str:
        return {"before": "with", "before_known_at": "with_known_at"}.get(field_name, field_name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("before", "as_of", "since"):
            if (day := cleaned.get(name)) and not EARLIEST <= day <= self.today:
                self.add_error(name, _("Choose a day between %(first)s and today.") % {"first": EARLIEST.year})
        for name in ("before_known_at", "known_at"):
            self._check_instant(name, cleaned.get(name))
        if self.errors:
            return cleaned
        if cleaned["before"] > cleaned["as_of"]:
            self.add_error("before", _("The earlier report is as of an earlier day, or of the same one."))
        if cleaned["since"] and cleaned["since"] > cleaned["before"]:
            self.add_error("since", _("Sums and flows begin no later than the day of the earlier report."))
        then, now = cleaned["before_known_at"], cleaned["known_at"]
        if now and (not then or then > now):
            self.add_error("before_known_at", _("What was known for the earlier report was known no later."))
        return cleaned

    def _check_instant(self, name: str, at: datetime | None) -> None:
        if at and not EARLIEST.year <= at.year:
            self.add_error(name, _("Nothing was known that early."))
        if at and at > timezone.now():
            self.add_error(name, _("What will be known in the future cannot be shown."))

    @property
    def question(self) -> Question | None:
        return Question(**self.cleaned_data) if self.is_valid() else None
