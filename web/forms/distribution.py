"""Forms of the distribution: what is to be shared, and what each school gets in the end."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import Programme
from inventory.models import Category, DeviceModel
from reports.buying import is_counted
from reports.distribution import Asked, Proposal, Row
from rollout.completion import Rule
from schools.models import School
from web.changes import day_field
from web.forms.choices import PLEASE_CHOOSE

MOST = 100_000


class AskForm(forms.Form):
    """What arrives: ``?category=&quantity=&requirement=&model=&programme=``."""

    category = forms.ModelChoiceField(
        Category.objects.none(), to_field_name="key", label=gettext_lazy("Category"), empty_label=PLEASE_CHOOSE
    )
    quantity = forms.IntegerField(label=gettext_lazy("Devices to share"), min_value=1, max_value=MOST)
    requirement = forms.ChoiceField(
        label=gettext_lazy("By the gaps of"), help_text=gettext_lazy("The requirement that the devices are to fulfil.")
    )
    model = forms.ModelChoiceField(
        DeviceModel.objects.none(),
        label=gettext_lazy("Device model"),
        required=False,
        empty_label=gettext_lazy("not known yet"),
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        to_field_name="key",
        label=gettext_lazy("Funding programme"),
        required=False,
        empty_label=gettext_lazy("without a programme"),
    )

    def __init__(self, data: Any, *, user: Any, rules: Iterable[Rule]) -> None:
        super().__init__(data, auto_id="ask_%s")
        self.rules = {rule.key: rule for rule in rules if is_counted(rule)}
        choices = [(key, rule.label) for key, rule in self.rules.items()]
        self._offer("requirement", [("", PLEASE_CHOOSE), *choices])
        self._limit("category", Category.objects.visible_to(user))
        self._limit("model", DeviceModel.objects.visible_to(user).select_related("manufacturer"))
        self._limit("programme", Programme.objects.visible_to(user))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        category, model, rule = data.get("category"), data.get("model"), self.rules.get(data.get("requirement", ""))
        if category and rule and category.pk not in rule.categories:
            self.add_error("requirement", _("Devices of this category do not count for this requirement."))
        if category and model and model.category_id != category.pk:
            self.add_error("model", _("The device model is of another category."))
        return data

    @property
    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _limit(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows


class PlanForm(forms.Form):
    """When the devices are to be handed over, and how many each school gets: a field per school."""

    due_from = day_field(label=gettext_lazy("Hand-over from"))
    due_until = day_field(label=gettext_lazy("Hand-over before"), help_text=gettext_lazy("The first day after it."))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, proposal: Proposal, day: date) -> None:
        super().__init__(data, initial={"due_from": day}, auto_id="plan_%s")
        self.proposal = proposal
        for row in proposal.rows:
            self.fields[_name(row.school)] = forms.IntegerField(
                label=row.school.name, required=False, min_value=0, max_value=MOST, initial=row.given or None
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begin, end = data.get("due_from"), data.get("due_until")
        if begin and end and end <= begin:
            self.add_error("due_until", _("The end must be after the beginning."))
        for row in self.proposal.rows:
            number = data.get(_name(row.school)) or 0
            if row.limit and number > row.limit.number:
                text = _("The programme allows %(number)s at most.") % {"number": row.limit.number}
                self.add_error(_name(row.school), f"{text} {row.limit.text}")
        self._check_sum(sum(data.get(_name(row.school)) or 0 for row in self.proposal.rows))
        return data

    def _check_sum(self, total: int) -> None:
        words = {"total": total, "there": self.proposal.available}
        if total > self.proposal.available:
            self.add_error(None, _("Shared are %(total)s devices; there are %(there)s.") % words)
        elif not total and not self.errors:
            self.add_error(None, _("No school gets a device."))

    @property
    def quantities(self) -> list[tuple[School, int]]:
        """Schools that get something."""
        named = ((row.school, self.cleaned_data[_name(row.school)]) for row in self.proposal.rows)
        return [(school, number) for school, number in named if number]

    @property
    def lines(self) -> list[tuple[Row, forms.BoundField]]:
        """Rows of the grid; what is missing somewhere comes first."""
        return [(row, self[_name(row.school)]) for row in self.proposal.rows if row.gap]

    @property
    def other_lines(self) -> list[tuple[Row, forms.BoundField]]:
        """Schools that lack nothing, or of which it is not known."""
        return [(row, self[_name(row.school)]) for row in self.proposal.rows if not row.gap]


def _name(school: School) -> str:
    return f"school-{school.number}"
