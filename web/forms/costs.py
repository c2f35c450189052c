"""The form for a cost: the document, and the parts that it consists of, by amount or by percent."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from costs.enums import CostStage
from costs.services import NewCost, NewPart, split
from web.changes import VersionedForm, day_field
from web.forms.cost_picks import Picks
from web.forms.money import EuroField, PercentField
from web.forms.reasons import reason_field

FIRST_ROWS, MORE_ROWS, MOST_ROWS = 3, 3, 60
#: Field of ``NewPart`` → field of the row in which it is entered.
_ROW_FIELDS = {
    "programme": "programme",
    "amount": "amount",
    "trade": "purpose",
    "category": "purpose",
    "school": "place",
    "site": "place",
    "order": "paper",
    "project": "paper",
}
_OF_PART = re.compile(r"parts-(\d+)-(\w+)")


class PartForm(forms.Form):
    """One row. Nothing is required here: an empty row is none."""

    use_required_attribute = False

    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)
    amount = EuroField(required=False)
    percent = PercentField(label=gettext_lazy("or percent"), required=False, min_value=0, max_value=100)
    purpose = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("School or site"), required=False)
    paper = forms.CharField(
        label=gettext_lazy("Order or construction project"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"list": "papers", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, picks: Picks, **options: Any) -> None:
        super().__init__(*args, **options)
        self.picks = picks
        choices = {"programme": picks.programme_choices, "purpose": picks.purpose_choices, "place": picks.place_choices}
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) not in (None, "") for name in self.fields)

    def clean_paper(self) -> str:
        text = " ".join(self.cleaned_data["paper"].split())
        if text and text not in self.picks.papers:
            raise ValidationError(_("There is neither an order nor a construction project of this name."), "unknown")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.is_empty and not cleaned.get("programme"):
            self.add_error("programme", ValidationError(_("Please say who pays this part."), "required"))
        if cleaned.get("amount") is not None and cleaned.get("percent") is not None:
            self.add_error("percent", ValidationError(_("Either the amount or the percentage, please."), "both"))
        return cleaned

    def part(self, amount: Decimal) -> NewPart:
        values, picks = self.cleaned_data, self.picks
        told = picks.programmes[values["programme"]] | picks.purposes.get(values["purpose"], {})
        return NewPart(
            amount=amount, **told, **picks.places.get(values["place"], {}), **picks.papers.get(values["paper"], {})
        )


_PartFormSet = forms.formset_factory(PartForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class CostForm(VersionedForm):
    """A document with its parts. ``new``: what it says, once it holds.

    ``amount``: what the parts must sum up to, and what percentages are taken of. ``is_preview``: rows are added, and
    nothing is judged yet.
    """

    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=CostStage.choices, initial=CostStage.INVOICED)
    is_credit = forms.BooleanField(
        label=gettext_lazy("Credit note or refund: the money comes back, amounts are written without a minus"),
        required=False,
    )
    on = day_field(label=gettext_lazy("Day of the document"))
    number = forms.CharField(label=gettext_lazy("Document number"), required=False, max_length=60)
    payee = forms.CharField(label=gettext_lazy("Company"), required=False, max_length=150)
    text = forms.CharField(label=gettext_lazy("Text"), required=False, max_length=300)
    amount = EuroField(
        label=gettext_lazy("Total in euro, gross"),
        required=False,
        help_text=gettext_lazy("Needed for percentages; else it checks the sum of the parts."),
    )
    net = EuroField(label=gettext_lazy("Of it net, in euro"), required=False)
    reason = reason_field()
    file = forms.FileField(
        label=gettext_lazy("Document as a file"),
        required=False,
        help_text=gettext_lazy("PDF, picture, text document or workbook."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        picks: Picks,
        today: date,
        cost: NewCost | None = None,
        known: Mapping[str, Any] = {},
        rows: Sequence[dict[str, Any]] = (),
        **options: Any,
    ) -> None:
        """``cost``: what is corrected; ``known`` and ``rows``: what a new one and its parts begin with."""
        self.is_preview = data is not None and data.get("action") == "more"
        names = ("stage", "is_credit", "on", "number", "payee", "text", "net")
        told = {name: getattr(cost, name) for name in names} | {"amount": cost.total} if cost else known
        initial = {"on": today, **told}
        super().__init__(
            _with_more_rows(data) if self.is_preview and data is not None else data, initial=initial, **options
        )
        self.files = files or self.files
        if cost:
            rows = [picks.initial(part) for part in cost.parts]
            self.fields["reason"].required = True
            del self.fields["file"]
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.picks = picks
        self.parts = _PartFormSet(
            self.data if self.is_bound else None, initial=rows, prefix="parts", form_kwargs={"picks": picks}
        )
        self.parts.extra = 1 if cost else max(FIRST_ROWS - len(rows), 1)
        self.filled: list[PartForm] = []
        self.new: NewCost | None = None
        if self.is_preview:
            for form in (self, *self.parts.forms):
                form.errors.clear()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.parts.is_valid():
            self.add_error(None, ValidationError(_("Please look at the parts."), "parts"))
        if self.errors:
            return cleaned
        self.filled = [form for form in self.parts.forms if not form.is_empty]
        try:
            amounts = self._amounts(cleaned["amount"])
        except ValidationError as error:
            self.add_error(None, error)
            return cleaned
        parts = tuple(form.part(amount) for form, amount in zip(self.filled, amounts, strict=True))
        names = ("stage", "on", "number", "payee", "text", "net", "is_credit", "amount")
        self.new = NewCost(parts=parts, **{name: cleaned[name] for name in names})
        return cleaned

    def _amounts(self, total: Decimal | None) -> list[Decimal]:
        """Of each filled row: as written, by percent of the total, or the total where there is but one."""
        amounts = [form.cleaned_data["amount"] for form in self.filled]
        percents = [form.cleaned_data["percent"] for form in self.filled]
        if len(self.filled) == 1 and amounts[0] is None and percents[0] is None and total is not None:
            return [total]
        if all(percent is None for percent in percents):
            if None in amounts:
                raise ValidationError(_("Each part needs an amount or a percentage."), "no_amount")
            return amounts
        if total is None:
            raise ValidationError(_("Percentages need the total."), "no_total")
        if None in percents:
            raise ValidationError(_("Please write amounts for all parts, or percentages for all."), "mixed")
        return split(total, percents)

    def placed(self, error: ValidationError) -> ValidationError:
        """A refusal of the service: what is wrong with a part is said at its row, the rest is returned."""
        if not hasattr(error, "error_dict"):
            return error
        rest: dict[str, Any] = {}
        for name, said in error.error_dict.items():
            if found := _OF_PART.fullmatch(name):
                self.filled[int(found[1])].add_error(_ROW_FIELDS[found[2]], said)
                rest.setdefault(NON_FIELD_ERRORS, [ValidationError(_("Please look at the parts."), "parts")])
            else:
                rest.setdefault(name, []).extend(said)
        return ValidationError(rest)


def _with_more_rows(data: QueryDict) -> QueryDict:
    data = data.copy()
    rows = data.get("parts-TOTAL_FORMS", "")
    known = int(rows) if rows.isdecimal() and len(rows) < 4 else FIRST_ROWS
    data["parts-TOTAL_FORMS"] = str(min(known + MORE_ROWS, MOST_ROWS))
    return data


class DocumentForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("PDF, picture, text document or workbook.")
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("Left empty, the file keeps its own name."),
    )


class EndForm(forms.Form):
    """From when a plan does not hold any more."""

    on = day_field()
    reason = reason_field()

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"on": today})
        self.fields["on"].widget.attrs["max"] = today.isoformat()
