"""What pages of the wider programme read: figures that are asked for, hints, what was corrected."""

from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import Entry
from audit.queries import entries_about
from imports.given_names import GIVEN_NAMES
from imports.personal import names_person
from reports.enums import Wording
from reports.proposals import Proposal, Question, proposal, proposals
from reports.public import public_keys
from rollout.entry_hints import Draft, hints
from rollout.models import ProgressEntry, PublicFigure
from rollout.services import FrozenValue
from web.audit_reading import Told, told_entries
from web.forms.plan import EntryForm, FigureDayForm, FigureForm


def asked_figures(request: HttpRequest) -> tuple[FigureDayForm, Question | None]:
    """The day that is asked for, today at first; ``None``: what was given cannot be used, the form says why."""
    form = FigureDayForm(_sent(request), today=timezone.localdate())
    return form, _question(form) if form.is_valid() else None


def asked_figure(request: HttpRequest) -> Proposal | None:
    """The figure that an entry is to be bound to, by the address or by the form that was sent."""
    sent = _sent(request)
    if not sent.get("figure"):
        return None
    form, found = FigureForm(sent, today=timezone.localdate()), None
    if form.is_valid():
        found = proposal(form.cleaned_data["figure"], _question(form), request.user)
    if found is None:
        messages.warning(request, _("This figure has no value on that day. The entry is bound to none."))
    return found


def figure_fields(found: Proposal) -> dict[str, str]:
    """What names the value of a figure in an address or a form."""
    figure = found.figure
    fields = {
        "figure": figure.key,
        "as_of": figure.as_of.isoformat(),
        "known_at": figure.known_at.isoformat(timespec="microseconds"),
        "wording": found.wording,
    }
    return fields | ({"since": figure.since.isoformat()} if figure.since else {})


def figure_query(found: Proposal) -> str:
    return urlencode(figure_fields(found))


def renewal_query(entry: ProgressEntry) -> str:
    """The figure of an entry as it is today."""
    since = {"since": entry.since.isoformat()} if entry.since else {}
    return urlencode({"figure": entry.figure_key, "as_of": timezone.localdate().isoformat(), **since})


class Choice(NamedTuple):
    """A figure that may be chosen for the public page. ``now_public``: what the page says, ``""``: nothing."""

    key: str
    label: str
    definition: str
    is_money: bool
    figure: FrozenValue
    now_public: str
    now_as_of: date | None


def chosen_figures(question: Question, user: Any) -> list[Choice]:
    """The declared figures that have a value, and those of people that may be shown; money last."""
    public = {row.figure_key: row for row in PublicFigure.objects.visible_to(user)}
    found = []
    for one in proposals(question, user):
        row = public.get(one.figure.key)
        now = (row.figure_text, row.as_of) if row else ("", None)
        found.append(Choice(one.figure.key, one.label, one.definition, one.is_money, one.figure, *now))
    keys = public_keys()
    return sorted((one for one in found if one.key in keys), key=lambda one: one.is_money)


def hints_of(entry: ProgressEntry) -> list[str]:
    draft = Draft(entry.text, entry.on, entry.precision, entry.state, entry.figure_text, entry.as_of)
    return [*hints(draft, timezone.localdate()), *_persons(entry.text)]


def hints_while_writing(data: QueryDict, user: Any, found: Proposal | None, entry: ProgressEntry | None) -> list[str]:
    """About what stands in the form now, as far as it can be read."""
    form = EntryForm(data, user=user, entry=entry, trail=Entry.objects.none())
    form.is_valid()
    kept: Any = found.figure if found else entry
    text = kept.text if found else entry.figure_text if entry else ""
    values = form.cleaned_data
    draft = Draft(
        values.get("text", ""),
        values.get("on"),
        values.get("precision", "day"),
        values.get("state", ""),
        "" if values.get("drops_figure") else text,
        kept.as_of if kept else None,
    )
    return [*hints(draft, timezone.localdate()), *_persons(draft.text)]


def hint_at_contact(request: HttpRequest, form: forms.Form) -> None:
    """After saving a project: a message where the contact seems to be a person."""
    name = str(form.cleaned_data.get("contact") or "").partition("@")[0].partition(".")[0]
    if name.casefold() in GIVEN_NAMES:
        messages.warning(request, _("The contact seems to be the address of a person. Better name one of an office."))


def corrections(user: Any, entry: ProgressEntry) -> list[Told]:
    """What was changed since the entry was first published, the latest first: whoever reads it may know."""
    told = list(entries_about(entry))
    first = min((one.pk for one in told if one.act.verb == "entry.publish"), default=None)
    later = [one for one in told if first and one.pk > first and one.act.verb == "entry.change"]
    return told_entries(user, later)


def _sent(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET


def _question(form: forms.Form) -> Question:
    given = form.cleaned_data
    known_at = given["known_at"] or timezone.now()
    return Question(given["as_of"], known_at, given["since"], given["wording"] or Wording.EXACT)


def _persons(text: str) -> list[str]:
    return [_("The text may name a person. If so, please take it out: it is kept for long.")] * names_person(text)
