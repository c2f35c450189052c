"""What is asked of the boards of construction works. A wrong question is answered as if nothing was asked."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.dated import EARLIEST, add_months
from rollout.enums import Concern
from schools.enums import SchoolType, Trade
from web.changes import day_field
from web.forms.figures import InstantInput
from web.forms.reports import KnownAtForm
from web.timeline import Window

SPANS = (6, 12, 24)
USUAL_SPAN = 12
_LATEST_YEAR = 2100
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class BoardForm(forms.Form):
    trade = forms.ChoiceField(
        label=gettext_lazy("Trade"), choices=[("", gettext_lazy("all trades")), *Trade.choices], required=False
    )

    def given(self, name: str) -> Any:
        """What was asked for, as far as it is right."""
        self.is_valid()
        return getattr(self, "cleaned_data", {}).get(name)

    @property
    def chosen_trade(self) -> str:
        return self.given("trade") or ""


class TimelineForm(BoardForm):
    """``from``, a month such as ``2026-03`` in which the window begins, is a link and no field."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    school_type = forms.ChoiceField(
        label=gettext_lazy("School type"),
        required=False,
        choices=[("", gettext_lazy("all school types")), *SchoolType.choices],
    )
    months = forms.TypedChoiceField(
        label=gettext_lazy("Months"),
        required=False,
        coerce=int,
        choices=[("" if number == USUAL_SPAN else str(number), str(number)) for number in SPANS],
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Works"),
        required=False,
        choices=[("", gettext_lazy("open or in the window")), ("all", gettext_lazy("all works"))],
    )
    field_order = ("q", "school_type", "trade", "months", "show")

    @property
    def shows_all(self) -> bool:
        return self.given("show") == "all"

    def window(self, usual: date) -> Window:
        """``usual``: first day of the first month where none was asked for."""
        return Window(_month(self.data.get("from", "")) or usual, self.given("months") or USUAL_SPAN)


class CriticalForm(BoardForm):
    concern = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=[("", gettext_lazy("all reasons")), *Concern.choices], required=False
    )

    @property
    def chosen_concern(self) -> str:
        return self.given("concern") or ""


class CompareForm(KnownAtForm, BoardForm):
    """Two days. Without any question: a month ago, and today. ``known_at`` is there where a link names an instant."""

    since = day_field(label=gettext_lazy("From"))
    until = day_field(label=gettext_lazy("To"))
    known = forms.BooleanField(label=gettext_lazy("the earlier day as it was known then"), required=False)
    known_at = forms.DateTimeField(
        label=gettext_lazy("the earlier day as known at"), required=False, widget=InstantInput()
    )
    field_order = ("since", "until", "trade", "known", "known_at")

    def __init__(self, data: Any, *, today: date) -> None:
        """``data``: with the days as ``from`` and ``to``."""
        usual = {"from": add_months(today, -1).isoformat(), "to": today.isoformat()}
        super().__init__({**usual, **data.dict()})
        self.today = today
        del self.fields["known" if self.data.get("known_at") else "known_at"]
        for name in ("since", "until"):
            self.fields[name].widget.attrs["max"] = today.isoformat()

    def add_prefix(self, field_name: str) -> str:
        return {"since": "from", "until": "to"}.get(field_name, field_name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("since", "until"):
            if (day := cleaned.get(name)) and not EARLIEST <= day <= self.today:
                self.add_error(name, _("Choose a day between %(first)s and today.") % {"first": EARLIEST.year})
        if not self.errors and cleaned["since"] >= cleaned["until"]:
            raise ValidationError(_("The first day has to be before the second."), "out_of_order")
        return cleaned

    @property
    def days(self) -> tuple[date, date] | None:
        return (self.given("since"), self.given("until")) if self.is_valid() else None

    @property
    def known_then(self) -> datetime | None:
        """As known when the earlier day is told; ``None``: as known now."""
        if self.given("known"):
            return timezone.make_aware(datetime.combine(self.given("since"), time.max))
        instant: datetime | None = self.given("known_at")
        return instant


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    year, month = map(int, found.groups()) if found else (0, 0)
    return date(year, month, 1) if EARLIEST.year <= year <= _LATEST_YEAR and 1 <= month <= 12 else None
