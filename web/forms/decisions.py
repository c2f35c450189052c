"""What unknown values of a workbook mean: one answer for each, or one for all the others."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from imports.meanings import DETAILS, Entry, Record, meanings_of, records_for
from imports.models import ImportBatch
from imports.profiles import decisions_of
from inventory.models import Category
from web.forms.choices import PLEASE_CHOOSE

#: ``(key, label)`` of records that a value may mean.
Choices = Sequence[tuple[Any, str]]

#: Values on one page: each offers all records of its kind.
_A_PAGE = 20
_OPEN, _CREATE, _LEAVE_OUT, _MAP = "", "create", "reject", "map:"


class DecisionForm(forms.Form):
    """What one unknown value means. ``records``: all it may mean, similar ones are offered first."""

    meaning = forms.ChoiceField(required=False)
    manufacturer = forms.CharField(label=_("Manufacturer"), required=False, max_length=100)
    model = forms.CharField(label=_("Model"), required=False, max_length=150)
    category = forms.ChoiceField(label=_("Category"), required=False)

    def __init__(self, *args: Any, entry: Entry, records: Choices, categories: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.entry = entry
        self.details = DETAILS.get(entry["kind"], ())
        meaning, category = self.fields["meaning"], self.fields["category"]
        assert isinstance(meaning, forms.ChoiceField)
        assert isinstance(category, forms.ChoiceField)
        meaning.label = _("This means")
        self.records = {str(key): (key, label) for key, label in (*_suggested(entry), *records)}
        meaning.choices = self._meanings(records)
        category.choices = [("", _("as in the list") if entry["can_create"] else PLEASE_CHOOSE), *categories]
        for name in set(self.fields) - {"meaning", *self.details}:
            del self.fields[name]

    @property
    def is_creatable(self) -> bool:
        return bool(self.entry["can_create"] or self.details)

    def detail_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.details]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("meaning") == _CREATE:
            optional = {"category"} if self.entry["can_create"] else set()
            for name in self.details:
                if not data.get(name) and name not in optional:
                    self.add_error(name, _("Needed to create it."))
        return data

    def decision(self) -> dict[str, Any] | None:
        """As ``imports.services.decide`` takes it; ``None`` where nothing was chosen."""
        meaning = self.cleaned_data["meaning"]
        if meaning.startswith(_MAP):
            key, label = self.records[meaning.removeprefix(_MAP)]
            return {"action": "map", "to": key, "label": label}
        details = {name: self.cleaned_data[name] for name in self.details if self.cleaned_data[name]}
        if meaning == _CREATE:
            return {"action": _CREATE} | details
        return {"action": meaning} if meaning else None

    def _meanings(self, records: Choices) -> list[Any]:
        similar = [(f"{_MAP}{key}", label) for key, label in _similar(self.entry)]
        everything = [(f"{_MAP}{key}", label) for key, label in records]
        return [
            (_OPEN, _("not decided yet")),
            *([(_("Looks similar"), similar)] if similar else []),
            *([(_CREATE, _("Create it"))] if self.is_creatable else []),
            (_LEAVE_OUT, _("Leave these rows out")),
            *([(_("One of these"), everything)] if everything else []),
        ]


class RestForm(forms.Form):
    """One answer for all values of a kind about which nothing else is said, on this page and the others."""

    answer = forms.ChoiceField(label=_("All others of this list"), required=False)

    def __init__(self, *args: Any, entries: Sequence[Entry], **options: Any) -> None:
        super().__init__(*args, **options)
        self.entries = entries
        field = self.fields["answer"]
        assert isinstance(field, forms.ChoiceField)
        can_create = any(entry["can_create"] for entry in entries)
        field.choices = [
            (_OPEN, _("decide one by one")),
            *([(_CREATE, _("Create them where the list says enough"))] if can_create else []),
            (_LEAVE_OUT, _("Leave these rows out")),
        ]

    def decisions(self) -> Iterator[tuple[Entry, dict[str, Any]]]:
        answer = self.cleaned_data["answer"]
        for entry in self.entries if answer else ():
            if answer == _LEAVE_OUT or entry["can_create"]:
                yield entry, {"action": answer}


class DecisionSet:
    """The forms of one page of unknown values of a batch; bound with ``data``."""

    def __init__(self, batch: ImportBatch, user: Any, data: Any = None, page: Any = 1) -> None:
        self.batch, self.user, self.data = batch, user, data
        self.entries = [e for e in batch.summary.get("unknown", ()) if not _is_left_out(batch, e)]
        self.page: Page[Entry] = Paginator(sorted(self.entries, key=lambda e: e["kind"]), _A_PAGE).get_page(page)

    @cached_property
    def forms(self) -> list[DecisionForm]:
        records, categories = records_for(self.batch, self.user, self.page), self._categories()
        makers = sorted({record.owner for record in records.get("model", ())}, key=len, reverse=True)
        return [
            DecisionForm(
                self.data,
                prefix=_prefix(entry),
                entry=entry,
                records=_choices(entry, records),
                categories=categories,
                initial=_split(entry, makers),
            )
            for entry in self.page
        ]

    @cached_property
    def rests(self) -> dict[str, RestForm]:
        """Per kind that has more than one open value."""
        by_kind: dict[str, list[Entry]] = {}
        for entry in self.entries:
            by_kind.setdefault(entry["kind"], []).append(entry)
        return {
            kind: RestForm(self.data, prefix=f"all-{kind}", entries=entries)
            for kind, entries in by_kind.items()
            if len(entries) > 1
        }

    def groups(self) -> list[dict[str, Any]]:
        """``{kind, forms, rest}`` as the page shows them."""
        grouped = groupby(self.forms, key=lambda form: form.entry["kind"])
        return [{"kind": kind, "forms": list(members), "rest": self.rests.get(kind)} for kind, members in grouped]

    def is_valid(self) -> bool:
        return not any(form.errors for form in (*self.forms, *self.rests.values()))

    @property
    def has_errors(self) -> bool:
        return self.data is not None and not self.is_valid()

    def decisions(self) -> dict[str, dict[str, Any]]:
        """``{kind: {text: decision}}`` of what was chosen."""
        found: dict[str, dict[str, Any]] = {}
        for rest in self.rests.values():
            for entry, decision in rest.decisions():
                found.setdefault(entry["kind"], {})[entry["text"]] = decision
        for form in self.forms:
            if chosen := form.decision():
                found.setdefault(form.entry["kind"], {})[form.entry["text"]] = chosen
        return found

    def _categories(self) -> Choices:
        if all(entry["kind"] not in DETAILS for entry in self.page):
            return []
        return [(c.key, str(c)) for c in Category.objects.visible_to(self.user)]


def _suggested(entry: Entry) -> Choices:
    return [(choice["id"], choice["label"]) for choice in entry["suggestions"]]


def _similar(entry: Entry) -> Choices:
    """What is suggested, each with how similar it is."""
    return [
        (choice["id"], f"{choice['label']} ({score} %)" if (score := choice.get("score")) else choice["label"])
        for choice in entry["suggestions"]
    ]


def _choices(entry: Entry, records: Mapping[str, Sequence[Record]]) -> Choices:
    return [(record.key, record.label) for record in meanings_of(entry, records)]


def _split(entry: Entry, makers: Sequence[str]) -> dict[str, str]:
    """Manufacturer and model as a proposal: by a known manufacturer, else by the first word.

    A manufacturer that neither the list nor the catalogue names is left for somebody who knows it.
    """
    if "manufacturer" not in DETAILS.get(entry["kind"], ()):
        return {}
    text = entry["text"]
    known = next((maker for maker in makers if text.casefold().startswith(maker.casefold() + " ")), "")
    maker = known or (text.partition(" ")[0] if entry["can_create"] else "")
    return {"manufacturer": maker, "model": text[len(maker) :].strip() or text}


def _is_left_out(batch: ImportBatch, entry: Entry) -> bool:
    decision = decisions_of(batch).get(entry["kind"], {}).get(entry["text"])
    return bool(decision and decision["action"] == _LEAVE_OUT)


def _prefix(entry: Entry) -> str:
    """Names the value itself, not its place: another preview may list others before it."""
    return "u" + hashlib.sha256(f"{entry['kind']}\0{entry['text']}".encode()).hexdigest()[:16]
