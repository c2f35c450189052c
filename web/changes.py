"""Carrying out what a form asks for: lock, see whether somebody was quicker, call the service."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

#: Where refusals of the services belong: code → field. A form may have ``error_fields`` of its own.
FIELDS = {
    "foreign_room": "room",
    "forbidden_step": "status",
    "future_day": "on",
    "no_reason": "reason",
    "no_school": "school",
    "out_of_order": "on",
}
#: So many records are named when a change of many is refused.
MOST_NAMED = 20


class VersionedForm(forms.Form):
    """A form that notices when the facts it was shown for have changed meanwhile.

    ``facts``: the dated rows of what is to be changed. The template sends ``version_now`` along as ``version``.
    """

    def __init__(self, data: Any = None, *, facts: QuerySet[Any], **options: Any) -> None:
        super().__init__(data, **options)
        self.facts = facts

    @property
    def version_now(self) -> str:
        """Differs as soon as one of the facts was recorded, superseded, or is another one."""
        seen = self.facts.order_by().aggregate(number=Count("pk"), last=Max("pk"), gone=Max("superseded_at"))
        return f"{seen['number']}-{seen['last']}-{seen['gone'].timestamp() if seen['gone'] else ''}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("version") != self.version_now:
            text = _(
                "Somebody else has changed this meanwhile. Here is the current state; please check and save again."
            )
            self.add_error(None, ValidationError(text, "changed_meanwhile"))
        return cleaned


def carried_out(form: forms.Form, rows: QuerySet[Any], act: Callable[[], int], *, are_many: bool = False) -> int | None:
    """Lock ``rows``, then let ``act`` do what the valid form says. ``None``: refused, the form knows why.

    A change of many names the records that were refused; where there is but one, its name is left out.
    """
    try:
        with transaction.atomic():
            list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
            return act() if form.is_valid() else None
    except ValidationError as error:
        for refusal in _named(error) if are_many else _plain(error):
            name = getattr(form, "error_fields", FIELDS).get(refusal.code or "", "")
            form.add_error(name if name in form.fields else None, refusal)
        return None


def _plain(error: ValidationError) -> Iterator[ValidationError]:
    for refusal in error.error_list:
        yield ValidationError((refusal.params or {}).get("problem") or refusal.messages[0], refusal.code)


def _named(error: ValidationError) -> Iterator[ValidationError]:
    """The first refusals with the names of their records, and how many more there are."""
    refusals = error.error_list
    yield from (ValidationError(refusal.messages[0]) for refusal in refusals[:MOST_NAMED])
    if (rest := len(refusals) - MOST_NAMED) > 0:
        yield ValidationError(ngettext("… and %(count)d more.", "… and %(count)d more.", rest) % {"count": rest})


def day_field(**options: Any) -> forms.DateField:
    """A day as the browser sends it, or as 31.12.2024."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    options.setdefault("label", gettext_lazy("From which day"))
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d", "%d.%m.%Y"], **options)


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if it is nothing at all; ``None`` when the form is only asked for."""
    return request.POST if request.method == "POST" else None


def sent_day(data: Mapping[str, Any] | None, today: date) -> date:
    """The day ``on`` that was sent along, as far as it is one; else today."""
    try:
        return day_field().clean(data.get("on")) if data else today
    except ValidationError:
        return today
