"""Forms for programmes, what was granted and drawn, dates of funders, and financings."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.enums import BindingStart, ProgrammeKind
from funding.models import Drawdown, Financing, GrantNotice, Programme, ProgrammeMilestone
from funding.services.programmes import FIELDS
from schools.enums import Trade
from web.changes import ConfirmedForm, VersionedForm, day_field
from web.forms.money import EuroField, PercentField
from web.forms.reasons import reason_field


class ProgrammeForm(VersionedForm):
    """All fields of a programme; a new one needs no key, it is made from the name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ProgrammeKind.choices)
    funder = forms.CharField(label=gettext_lazy("Funder"), required=False, max_length=150)
    key = forms.SlugField(
        label=gettext_lazy("Key of the programme"),
        max_length=40,
        help_text=gettext_lazy("Short name in workbooks and interfaces: letters, digits, hyphens."),
    )
    rate = PercentField(
        label=gettext_lazy("Rate in percent"),
        help_text=gettext_lazy("Share of the eligible costs that the funder bears; the rest is the own share."),
    )
    begins_on = day_field(label=gettext_lazy("Begins on"), required=False)
    ends_on = day_field(label=gettext_lazy("Ends on"), required=False)
    proof_due_on = day_field(label=gettext_lazy("Proof of use due on"), required=False)
    binding_start = forms.ChoiceField(label=gettext_lazy("Bound from"), choices=BindingStart.choices)
    binding_years = forms.IntegerField(
        label=gettext_lazy("Binding period in years"), required=False, min_value=1, max_value=30
    )
    binding_until = day_field(label=gettext_lazy("Bound until"), required=False)
    trades = forms.MultipleChoiceField(
        label=gettext_lazy("Eligible trades"),
        choices=Trade.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all, or none where categories of equipment are named."),
    )
    is_tied = forms.BooleanField(
        label=gettext_lazy("The money is tied to the schools on the list of the programme"), required=False
    )
    cap_per_device = EuroField(label=gettext_lazy("Cap per device in euro, gross"), required=False, max_digits=10)
    contact = forms.CharField(label=gettext_lazy("Contact"), required=False, max_length=200)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)
    reason = reason_field()

    def __init__(self, data: Any = None, *, programme: Programme, **options: Any) -> None:
        super().__init__(data, initial={name: getattr(programme, name) for name in FIELDS}, **options)
        self.fields["key"].required = programme.pk is not None

    @property
    def values(self) -> dict[str, Any]:
        """What a new programme says; a key that was left empty is none."""
        return {name: self.cleaned_data[name] for name in FIELDS if name != "key" or self.cleaned_data["key"]}

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class AmountForm(ConfirmedForm):
    """A grant notice or a drawdown; a correction (``fact``) says why."""

    on = day_field(label=gettext_lazy("Day"))
    number = forms.CharField(label=gettext_lazy("Number"), max_length=60)
    amount = EuroField()
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)
    reason = reason_field()

    def __init__(
        self, data: Any = None, *, fact: GrantNotice | Drawdown | None, is_notice: bool, today: date, **options: Any
    ) -> None:
        initial: dict[str, Any] = {"on": today}
        if fact:
            initial = {name: getattr(fact, name) for name in ("number", "amount", "note")} | {"on": fact.valid_from}
        super().__init__(data, initial=initial, **options)
        self.fields["number"].required = is_notice
        self.fields["reason"].required = fact is not None
        if is_notice:
            self.fields["amount"].help_text = _("Negative where it takes back some of what was granted.")

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class MilestoneDayForm(forms.Form):
    """A date that the funder set, and the day on which it was met."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    due_on = day_field(label=gettext_lazy("Due on"))
    done_on = day_field(label=gettext_lazy("Done on"), required=False)

    def __init__(self, data: Any = None, *, milestone: ProgrammeMilestone | None = None, **options: Any) -> None:
        names = ("name", "due_on", "done_on")
        super().__init__(data, initial={name: getattr(milestone, name) for name in names if milestone}, **options)
        if milestone:
            # Its name is what tells it from the others.
            del self.fields["name"]
        else:
            del self.fields["done_on"]


class CappedForm(VersionedForm):
    """Which of ``records`` are on a list, each with a cap in euro or without one.

    ``chosen``: ``{record: cap}`` as it is. The fields are ``on-<key>`` and ``cap-<key>``.
    """

    reason = reason_field()

    def __init__(
        self, data: Any = None, *, records: Iterable[Model], chosen: Mapping[int, Decimal | None], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.records = list(records)
        for record in self.records:
            self.fields[f"on-{record.pk}"] = forms.BooleanField(
                label=str(record), required=False, initial=record.pk in chosen
            )
            label = _("Cap in euro: %(record)s") % {"record": record}
            self.fields[f"cap-{record.pk}"] = EuroField(
                label=label, required=False, max_digits=12, initial=chosen.get(record.pk)
            )

    @property
    def rows(self) -> list[tuple[Model, Any, Any]]:
        return [(one, self[f"on-{one.pk}"], self[f"cap-{one.pk}"]) for one in self.records]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for record in self.records:
            cap = cleaned.get(f"cap-{record.pk}")
            if cap is not None and cap <= 0:
                self.add_error(f"cap-{record.pk}", ValidationError(_("A cap is greater than 0."), "not_positive"))
            elif cap is not None and not cleaned.get(f"on-{record.pk}"):
                text = _("Please tick it, too, or take out the cap.")
                self.add_error(f"cap-{record.pk}", ValidationError(text, "not_ticked"))
        return cleaned

    @property
    def caps(self) -> dict[Any, Decimal | None]:
        return {one: self.cleaned_data[f"cap-{one.pk}"] for one in self.records if self.cleaned_data[f"on-{one.pk}"]}


class FinancingForm(VersionedForm):
    """A mix of programmes: a share in percent for each of them, empty where it pays nothing."""

    error_fields: Mapping[str, str] = {}

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    reason = reason_field()

    def __init__(
        self, data: Any = None, *, programmes: Iterable[Programme], financing: Financing | None = None, **options: Any
    ) -> None:
        super().__init__(data, initial={"name": financing.name if financing else ""}, **options)
        self.programmes = list(programmes)
        shares = {share.programme_id: share.percent for share in financing.shares.all()} if financing else {}
        for one in self.programmes:
            self.fields[f"share-{one.pk}"] = PercentField(
                label=one.name, required=False, min_value=0, max_value=100, initial=shares.get(one.pk)
            )

    @property
    def share_fields(self) -> list[Any]:
        return [self[f"share-{one.pk}"] for one in self.programmes]

    @property
    def shares(self) -> dict[Programme, Decimal]:
        return {one: percent for one in self.programmes if (percent := self.cleaned_data[f"share-{one.pk}"])}
