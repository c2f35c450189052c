"""Two people, one record: what somebody else wrote since a form was shown, beside what was entered into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Act, Entry
from audit.queries import entries_about
from web.histories import field_text

#: So many acts are named; a bulk change of somebody else is one.
MOST_ACTS = 5


class Difference(NamedTuple):
    """One field of one record: as it was, as somebody else wrote it, as it was entered (empty: left alone)."""

    record: str
    label: str
    before: str
    now: str
    yours: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    acts: list[Act]
    differences: list[Difference]

    @classmethod
    def of(cls, form: forms.Form, told_as: Mapping[str, str], entries: Sequence[Entry]) -> Self:
        """``entries``: newest first. What several did to one field is told as one difference."""
        acts = list({entry.act_id: entry.act for entry in entries}.values())
        steps: dict[tuple[int, str], tuple[Entry, list[Any]]] = {}
        for entry in reversed(entries):
            for told, (old, new) in entry.changes.items():
                if (name := told_as.get(told, told)) in form.fields:
                    known = steps.setdefault((entry.object_id, name), (entry, [old, new]))
                    known[1][1] = new
        told = [_difference(form, entry, name, pair) for (_pk, name), (entry, pair) in steps.items()]
        return cls(acts[:MOST_ACTS], told)


class Successor(NamedTuple):
    """An entry that holds now where the overtaken one was to be corrected; ``address``: of its own form."""

    state: Any
    text: str
    address: str


def answer_overtaken(
    request: HttpRequest, record: Model, state: Any, form: forms.Form, facts: Any, *, page: str, correct: str
) -> HttpResponse:
    """For somebody who corrects a ``state`` that was superseded meanwhile: what holds now, beside their input.

    ``facts``: all entries of the record. ``page`` and ``correct``: names of the addresses of the record, and of the
    correction of an entry, to which the input can be taken along.
    """
    if request.method != "POST":
        text = _("This entry was corrected by somebody else meanwhile. Here is the current history.")
        messages.warning(request, text)
        return redirect(page, pk=record.pk)
    acts = {entry.act_id: entry.act for entry in entries_about(record) if entry.act.at >= state.superseded_at}
    sent = {name: str(form.data.get(name) or "") for name in form.fields}
    entered = {name: text for name, text in sent.items() if text != str(form.initial.get(name) or "")}
    named = [(name, _text(form, type(state), name, text)) for name, text in entered.items() if text]
    context = {
        "record": record,
        "back": page,
        "acts": list(acts.values()),
        "successors": [
            Successor(fact, str(fact.get_status_display()), reverse(correct, args=[record.pk, fact.pk]))
            for fact in _overlapping(facts.known(), state)
        ],
        "entered": entered,
        "yours": [(form.fields[name].label, text) for name, text in named],
    }
    return render(request, "web/state_overtaken.html", context, status=409)


def _overlapping(facts: Any, state: Any) -> Any:
    later = facts.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=state.valid_from))
    return later.filter(valid_from__lt=state.valid_until) if state.valid_until else later


def _difference(form: forms.Form, entry: Entry, name: str, pair: Sequence[Any]) -> Difference:
    model = apps.get_model(entry.kind)
    label = form.fields[name].label or name
    before, now = (_text(form, model, name, value) for value in pair)
    given = form[name].data
    yours = "" if given in (None, "") or str(given) == str(pair[1]) else _text(form, model, name, given)
    return Difference(entry.label, str(label), before, now, yours)


def _text(form: forms.Form, model: Any, name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_text(form, model, name, one) for one in value) or "–"
    choices = {str(key): str(text) for key, text in _choices(form.fields[name])}
    return choices.get(str(value)) or field_text(model, name, value)


def _choices(field: Any) -> list[tuple[Any, Any]]:
    """Pairs of a field with choices, groups opened."""
    flat: list[tuple[Any, Any]] = []
    for key, text in getattr(field, "choices", ()):
        flat.extend(text if isinstance(text, list | tuple) else [(key, text)])
    return flat
