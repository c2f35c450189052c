"""Forms of the proposal for an order: what it is made from, and the grid of schools and devices."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding.models import Financing
from inventory.binding import Purchase
from inventory.models import DeviceModel
from inventory.services import Sharing
from inventory.services.orders import NewLine, NewOrder
from reports.order_proposal import Column, OrderProposal
from rollout.enums import Level
from rollout.models import Standard
from schools.models import School
from web.changes import VersionedForm, day_field
from web.forms.choices import PLEASE_CHOOSE
from web.forms.distribution import MOST

#: About the order as a whole: not asked for while somebody only wants to see the sums.
_FRAME = ("number", "supplier", "ordered_on", "due_from", "due_until")


class ProposalQuery(forms.Form):
    """``?standard=&level=``: unasked the version in force, and its basis."""

    standard = forms.ModelChoiceField(
        Standard.objects.none(),
        label=gettext_lazy("Version of the standard"),
        required=False,
        empty_label=gettext_lazy("the one in force today"),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Up to"), choices=Level.choices, required=False, initial=Level.BASIS.value
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, auto_id="ask_%s")
        chosen: Any = self.fields["standard"]
        chosen.queryset = Standard.objects.visible_to(user)

    @property
    def chosen(self) -> tuple[Standard | None, str]:
        """What cannot be used stands at its field and means what is usual."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return said.get("standard"), said.get("level") or Level.BASIS.value


class GridColumn(NamedTuple):
    """A requirement with its fields, and what is ordered for it in devices and in euro (``None``: no price)."""

    column: Column
    model: BoundField
    price: BoundField
    spare: BoundField
    devices: int
    cost: Decimal | None


class GridCell(NamedTuple):
    """``field`` is ``None`` where the school needs nothing."""

    column: Column
    field: BoundField | None


class GridRow(NamedTuple):
    """``cost``: of what has a price, in euro; ``None`` where nothing of it has one."""

    school: School
    cells: list[GridCell]
    devices: int
    cost: Decimal | None


@dataclass
class OrderSums:
    """Of the grid as it stands. ``cost``: of what has a price; ``None`` where nothing has one."""

    devices: Counter[str] = field(default_factory=Counter)
    costs: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.devices.values())

    @property
    def cost(self) -> Decimal | None:
        return sum(self.costs.values(), Decimal(0)) if self.costs else None


class OrderProposalForm(VersionedForm):
    """Model, price and reserve per column, a number per school and column, and the frame of the order.

    ``is_preview``: the sums are wanted, and nothing is asked for yet.
    """

    number = forms.CharField(label=gettext_lazy("Order number"), max_length=60)
    supplier = forms.CharField(label=gettext_lazy("Supplier"), max_length=150)
    ordered_on = day_field(label=gettext_lazy("Ordered on"))
    expected_on = day_field(label=gettext_lazy("Expected on"), required=False)
    financing = forms.ModelChoiceField(
        Financing.objects.none(),
        label=gettext_lazy("Financing"),
        required=False,
        empty_label=gettext_lazy("not known yet"),
    )
    due_from = day_field(label=gettext_lazy("Hand-over from"))
    due_until = day_field(label=gettext_lazy("Hand-over before"), help_text=gettext_lazy("The first day after it."))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, data: QueryDict | None, *, proposal: OrderProposal, user: Any, **options: Any) -> None:
        self.proposal, self.user = proposal, user
        self.is_preview = data is not None and data.get("action") == "sum"
        self.repriced: list[Column] = []
        begin = {"ordered_on": proposal.day, "due_from": proposal.day}
        super().__init__(self._with_prices(data) if data is not None else None, initial=begin, **options)
        financing: Any = self.fields["financing"]
        financing.queryset = Financing.objects.visible_to(user)
        for column in proposal.columns:
            self._add_column(column)
        for school, needs in proposal.rows:
            for key, need in needs.items():
                self.fields[_cell(school, key)] = _number(school.name, need.to_buy)
        if self.is_preview:
            for name in _FRAME:
                self.fields[name].required = False

    def _add_column(self, column: Column) -> None:
        offered = [offer.model.pk for offer in column.offers]
        models = DeviceModel.objects.visible_to(self.user).filter(pk__in=offered)
        self.fields[f"model-{column.key}"] = forms.ModelChoiceField(
            models.select_related("manufacturer"),
            label=_("Device model for %(what)s") % {"what": column.rule.label},
            required=False,
            empty_label=PLEASE_CHOOSE,
            initial=column.model,
        )
        self.fields[f"price-{column.key}"] = forms.DecimalField(
            label=_("Unit price for %(what)s, in euro") % {"what": column.rule.label},
            required=False,
            min_value=0,
            max_digits=10,
            decimal_places=2,
            localize=True,
            initial=column.price.amount if column.price else None,
        )
        self.fields[f"spare-{column.key}"] = _number(_("For no school yet"), None)

    def _with_prices(self, data: QueryDict) -> QueryDict:
        """Where another model was chosen than the price is of, its own price."""
        data = data.copy()
        for column in self.proposal.columns:
            model = data.get(f"model-{column.key}", "")
            if model == data.get(f"priced-{column.key}", model):
                continue
            known = next((one.price for one in column.offers if str(one.model.pk) == model), None)
            data[f"price-{column.key}"] = number_format(known.amount, 2) if known else ""
            self.repriced.append(column)
        return data

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        begin, end = data.get("due_from"), data.get("due_until")
        if begin and end and end <= begin:
            self.add_error("due_until", _("The end must be after the beginning."))
        if self.is_preview:
            return data
        if any(name.startswith("n-") and name not in self.fields and self.data[name] for name in self.data):
            self.add_error(None, _("What is missing has changed meanwhile. Please look at the numbers again."))
        for column in self.repriced:
            self.add_error(f"price-{column.key}", _("This is the price of the other model now. Please check it."))
        sums = self.sums
        for column in self.proposal.columns:
            if sums.devices[column.key] and not data.get(f"model-{column.key}"):
                self.add_error(f"model-{column.key}", _("Choose a model, or order none of it."))
        if not self.errors and not sums.total:
            self.add_error(None, _("Nothing is ordered."))
        return data

    @property
    def sums(self) -> OrderSums:
        sums = OrderSums()
        for column in self.proposal.columns:
            names = [_cell(school, column.key) for school, needs in self.proposal.rows if column.key in needs]
            number = sum(self._now(name) or 0 for name in (*names, f"spare-{column.key}"))
            price = self._now(f"price-{column.key}")
            sums.devices[column.key] = number
            if price is not None:
                sums.costs[column.key] = number * price
        return sums

    @property
    def columns(self) -> list[GridColumn]:
        sums = self.sums
        return [
            GridColumn(
                column,
                self[f"model-{column.key}"],
                self[f"price-{column.key}"],
                self[f"spare-{column.key}"],
                sums.devices[column.key],
                sums.costs.get(column.key),
            )
            for column in self.proposal.columns
        ]

    @property
    def rows(self) -> Iterator[GridRow]:
        prices = {column.key: self._now(f"price-{column.key}") for column in self.proposal.columns}
        for school, needs in self.proposal.rows:
            numbers = {key: self._now(_cell(school, key)) or 0 for key in needs}
            cells = [
                GridCell(column, self[_cell(school, column.key)] if column.key in needs else None)
                for column in self.proposal.columns
            ]
            costs = [number * prices[key] for key, number in numbers.items() if prices[key] is not None]
            yield GridRow(school, cells, sum(numbers.values()), sum(costs, Decimal(0)) if costs else None)

    @property
    def new(self) -> NewOrder:
        """Columns with one model at one price are one line."""
        data = self.cleaned_data
        numbers: Counter[tuple[DeviceModel, Decimal | None]] = Counter()
        for line, _school, number in self._parts():
            numbers[line] += number
        lines = [NewLine(model, number, price, None, data["financing"]) for (model, price), number in numbers.items()]
        return NewOrder(data["number"], data["supplier"], data["ordered_on"], lines, data["expected_on"])

    def sharing(self, today: date) -> Sharing:
        """Which school gets what of each line of ``new``."""
        data = self.cleaned_data
        shares: dict[tuple[DeviceModel, Decimal | None], Counter[School]] = {}
        for line, school, number in self._parts():
            of_line = shares.setdefault(line, Counter())
            if school:
                of_line[school] += number
        return Sharing(list(shares.values()), data["due_from"], data["due_until"], today, self._programme, data["note"])

    @property
    def purchases(self) -> list[Purchase]:
        day = self.cleaned_data["ordered_on"]
        return [
            Purchase(model.category_id, price, day, school.pk if school else None, number)
            for (model, price), school, number in self._parts()
        ]

    @property
    def _programme(self) -> Any:
        """That of the financing, where it is one alone."""
        financing = self.cleaned_data["financing"]
        shares = list(financing.shares.select_related("programme")) if financing else []
        return shares[0].programme if len(shares) == 1 else None

    def _parts(self) -> Iterator[tuple[tuple[DeviceModel, Decimal | None], School | None, int]]:
        """Line, school (``None``: for none yet) and number, column by column."""
        data = self.cleaned_data
        for column in self.proposal.columns:
            line = data[f"model-{column.key}"], data[f"price-{column.key}"]
            for school, needs in self.proposal.rows:
                if column.key in needs and (number := data[_cell(school, column.key)]):
                    yield line, school, number
            if spare := data[f"spare-{column.key}"]:
                yield line, None, spare

    def _now(self, name: str) -> Any:
        """What a field holds, as far as it can be used; before anything was sent what is proposed."""
        if not self.is_bound:
            return self.fields[name].initial
        try:
            return self.fields[name].clean(self[name].data)
        except forms.ValidationError:
            return None


def _number(label: str, initial: int | None) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST, initial=initial)


def _cell(school: School, key: str) -> str:
    return f"n-{key}-{school.number}"
