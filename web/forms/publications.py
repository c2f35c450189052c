"""Forms for reports to a committee: what they are about, their texts, their figures."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.enums import CompletionTable, FigureKind, Wording
from reports.figures import FigureValue
from reports.figures.wording import possible_wordings
from reports.models import Publication
from reports.models.publications import TEXT
from reports.publishing.texts import Block, blocks, stored
from web.changes import VersionedForm, day_field

#: So many empty places stand below the texts that are there.
_NEW_BLOCKS = 2
_LIST_HINT = _("An empty line begins a paragraph; lines that begin with a dash become a list.")


class PublicationForm(VersionedForm):
    """For which session, as of which day, and which parts it has."""

    title = forms.CharField(label=_("Title"), max_length=150)
    committee = forms.CharField(label=_("Committee"), max_length=150)
    session_on = day_field(label=_("Session"))
    as_of = day_field(label=_("As-of date"), help_text=_("All figures are those of this day."))
    since = day_field(
        label=_("Period since"),
        required=False,
        help_text=_("Begin of what is counted over a period, e.g. put into service."),
    )
    compare_with = day_field(
        label=_("Changes since"), required=False, help_text=_("Empty: the as-of date of the report before.")
    )
    completion = forms.ChoiceField(label=_("Completion"), choices=CompletionTable.choices)
    has_works = forms.BooleanField(label=_("Construction works"), required=False)
    has_changes = forms.BooleanField(label=_("Changes since the last report"), required=False)
    outlook = forms.CharField(
        label=_("Outlook"),
        required=False,
        max_length=TEXT,
        help_text=_LIST_HINT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data: Any = None, *, publication: Publication, **options: Any) -> None:
        initial = {name: getattr(publication, name) for name in self.base_fields}
        super().__init__(data, initial=initial, **options)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class TextsForm(VersionedForm):
    """The texts in their order: a number for the place, heading, text; an emptied one goes."""

    told_as = {"blocks": "heading_0"}

    def __init__(self, data: Any = None, *, publication: Publication, **options: Any) -> None:
        super().__init__(data, **options)
        found = blocks(publication.blocks)
        sent = sum(name.startswith("heading_") for name in data) if data else 0
        self.number = max(len(found) + _NEW_BLOCKS, min(sent, 40))
        for index in range(self.number):
            block = found[index] if index < len(found) else Block("", "")
            self._add(index, block)

    def _add(self, index: int, block: Block) -> None:
        places = [(str(place), str(place)) for place in range(1, self.number + 1)]
        self.fields[f"place_{index}"] = forms.ChoiceField(
            label=_("Position in the report"), choices=places, initial=str(index + 1), required=False
        )
        self.fields[f"heading_{index}"] = forms.CharField(
            label=_("Heading"), required=False, max_length=150, initial=block.heading
        )
        self.fields[f"text_{index}"] = forms.CharField(
            label=_("Text"),
            required=False,
            max_length=TEXT,
            initial=block.text,
            widget=forms.Textarea(attrs={"rows": 6}),
        )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"place_{index}"], self[f"heading_{index}"], self[f"text_{index}"]) for index in self.indices]

    @property
    def indices(self) -> range:
        return range(self.number)

    @property
    def blocks(self) -> list[str]:
        data = self.cleaned_data
        ordered = sorted(self.indices, key=lambda index: (int(data[f"place_{index}"] or index + 1), index))
        return stored(Block(data[f"heading_{index}"], data[f"text_{index}"]) for index in ordered)


class FiguresForm(VersionedForm):
    """One choice per figure: left out, or one of the wordings that are true of its value."""

    def __init__(
        self, data: Any = None, *, publication: Publication, values: Sequence[FigureValue], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.values = list(values)
        chosen = dict(choice.split(":") for choice in publication.choices)
        for value in self.values:
            key = value.figure.key
            self.fields[key] = forms.ChoiceField(
                label=value.figure.label,
                choices=[("", _("leave out")), *_wordings(value, chosen.get(key, ""))],
                initial=chosen.get(key, ""),
                required=False,
            )
        self.told_as = {"choices": next(iter(self.fields))} if self.fields else {}

    @property
    def rows(self) -> list[tuple[FigureValue, Any]]:
        return [(value, self[value.figure.key]) for value in self.values]

    @property
    def choices(self) -> list[str]:
        keys = (value.figure.key for value in self.values)
        return [f"{key}:{self.cleaned_data[key]}" for key in keys if self.cleaned_data[key]]


class CorrectionForm(forms.Form):
    correction = forms.CharField(
        label=_("What is corrected"),
        max_length=500,
        help_text=_("Readers of the edition before see this, with the figures that differ."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PlainForm(forms.Form):
    """A deed that asks for nothing but the button."""


def _wordings(value: FigureValue, chosen: str) -> list[tuple[str, str]]:
    """The wording that was chosen stays to be seen, also where it is not true any more."""
    unit = "" if value.figure.kind == FigureKind.MILESTONE else str(value.figure.unit)
    found = possible_wordings(value.value, unit=unit)
    pairs = list(found.items())
    if chosen and chosen not in found:
        text = gettext("%(wording)s: not true of this value") % {"wording": Wording(chosen).label}
        pairs.append((chosen, text))
    return pairs
