"""Carrying out what a form asks for: lock, see whether somebody was quicker, call the service."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.models import Entry
from audit.versions import newest_version
from web.meanwhile import Meanwhile

#: Where refusals of the services belong: code → field. A form may have ``error_fields`` of its own.
FIELDS = {
    "bound": "reason",
    "foreign_room": "room",
    "forbidden_step": "status",
    "future_day": "on",
    "no_reason": "reason",
    "no_school": "school",
    "out_of_order": "on",
    "without_build": "status",
}
#: So many records are named when a change of many is refused.
MOST_NAMED = 20


class ConfirmedForm(forms.Form):
    """A form that is saved in spite of warnings once the person has read them.

    The template shows ``warnings`` and sends them back as ``warned``.
    """

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.warnings: list[str] = []

    def confirm(self, warnings: Sequence[str]) -> None:
        """Raise ``ValidationError`` unless the person was shown all of these and saves again all the same."""
        self.warnings = list(warnings)
        shown = {" ".join(text.split()) for text in cast(QueryDict, self.data).getlist("warned")}
        if any(" ".join(text.split()) not in shown for text in warnings):
            text = _("Nothing is saved yet: please read what is said below. Save again to do it all the same.")
            raise ValidationError(text, "warned")


class VersionedForm(ConfirmedForm):
    """A form that notices when what it was shown for has changed meanwhile, and by whom.

    ``trail``: the audit entries about what is to be changed. The template sends ``version_now`` along as
    ``version``, and shows ``meanwhile`` beside what the person entered, who then decides.
    """

    #: Name in the trail → field of the form, where they are called differently.
    told_as: Mapping[str, str] = {}

    def __init__(self, data: Any = None, *, trail: QuerySet[Entry], **options: Any) -> None:
        super().__init__(data, **options)
        self.trail = trail
        self.overtaken_by: list[Entry] = []

    @cached_property
    def version_now(self) -> int:
        return newest_version()

    @property
    def meanwhile(self) -> Meanwhile | None:
        return Meanwhile.of(self, self.told_as, self.overtaken_by) if self.overtaken_by else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen = str(self.data.get("version") or "")
        if not (seen.isascii() and seen.isdecimal() and len(seen) < 19):
            self.add_error(None, ValidationError(_("The page was incomplete. Please check and save again."), "version"))
            return cleaned
        watched = {*self.fields, *self.told_as}
        self.overtaken_by = [entry for entry in self.trail.filter(pk__gt=int(seen)) if watched & entry.changes.keys()]
        if self.overtaken_by:
            text = _(
                "Somebody else has changed this meanwhile. Below stands what they wrote, beside your own input: "
                "save again, and yours counts, or leave it at theirs."
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
        for name, refusal in _placed(form, error, are_many):
            form.add_error(name if name in form.fields else None, refusal)
        return None


def is_done(form: forms.Form, rows: QuerySet[Any], act: Callable[[], object]) -> bool:
    """``carried_out`` for an ``act`` that is done as a whole, however much it changed."""

    def carry_out() -> int:
        act()
        return 1

    return bool(carried_out(form, rows, carry_out))


def _placed(form: forms.Form, error: ValidationError, are_many: bool) -> Iterator[tuple[str, ValidationError]]:
    """Refusals with the fields that they belong to: as the service says, or by their code."""
    if hasattr(error, "error_dict"):
        yield from ((name, refusal) for name, refusals in error.error_dict.items() for refusal in refusals)
        return
    places = getattr(form, "error_fields", FIELDS)
    for refusal in _named(error) if are_many else _plain(error):
        yield places.get(refusal.code or "", ""), refusal


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
