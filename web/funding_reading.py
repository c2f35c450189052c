"""What the pages of money show: programmes as of a day, sums by year, school or purpose."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.dated import add_months
from costs.enums import CostStage
from costs.models import CostEntry, CostPart
from costs.sums import ProgrammeMoney, programme_money, sums_by
from funding.models import Drawdown, GrantNotice, Programme
from inventory.models import Category, Device
from schools.enums import Trade
from schools.models import School
from web.dates import day_context, read_as_of

_NOTHING = Decimal(0)
LATEST = 8
#: By what the sums of a page can be told: name in the address → label.
WAYS: dict[str, Promise] = {
    "kind": gettext_lazy("by purpose"),
    "year": gettext_lazy("by year"),
    "school": gettext_lazy("by school"),
}


class Bar(NamedTuple):
    """Widths in percent of the whole, as SVG takes them. ``drawn``: of the grant; the rest: of the budget."""

    bound: str
    invoiced: str
    paid: str
    drawn: str
    budget: str

    @classmethod
    def of(cls, money: ProgrammeMoney) -> "Bar":
        """Where more was used than there is, the whole is what was used."""
        whole = max(money.budget, money.used)
        drawn = money.drawn * money.budget / money.granted if money.granted > 0 else _NOTHING
        amounts = (money.bound, money.invoiced, money.paid, drawn, money.budget)
        return cls(*(f"{_percent(amount, whole):.2f}" for amount in amounts))


class ProgrammeRow(NamedTuple):
    money: ProgrammeMoney
    bar: Bar

    @property
    def share(self) -> Decimal | None:
        """Percent of the budget that is used; ``None`` without a budget."""
        return self.money.used * 100 / self.money.budget if self.money.budget > 0 else None


@dataclass(slots=True)
class SumLine:
    """``label``: a year, a school, a purpose. ``is_rest``: what names none."""

    label: str
    is_rest: bool = False
    stages: dict[str, Decimal] = field(default_factory=dict)

    @property
    def amounts(self) -> list[tuple[str, Decimal]]:
        """``(stage in words, amount)`` in the order of the stages."""
        return [(str(stage.label), self.stages.get(stage, _NOTHING)) for stage in CostStage]


def tabs(here: str) -> list[dict[str, Any]]:
    """The lists of this area for ``web/_tabs.html``."""
    lists = (
        ("web:programme_list", _("Programmes")),
        ("web:cost_list", _("Costs")),
        ("web:binding_list", _("Binding periods")),
        ("web:financing_list", _("Financings")),
    )
    return [{"label": label, "url": reverse(name), "is_current": name == here} for name, label in lists]


def overview_context(request: HttpRequest) -> dict[str, Any]:
    day = read_as_of(request)
    rows = [ProgrammeRow(money, Bar.of(money)) for money in programme_money(day)]
    return {
        "rows": rows,
        "total": _total(rows),
        "tabs": tabs("web:programme_list"),
        **sums_context(request, day),
        **day_context(day),
    }


def programme_context(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    """One programme with all that hangs on it, as of ``?as_of=``."""
    day, user = read_as_of(request), request.user
    money = next(money for money in programme_money(day) if money.programme.pk == programme.pk)
    parts = CostPart.objects.visible_to(user).as_of(day).filter(programme=programme)
    bound = Device.objects.visible_to(user).present().filter(financing__shares__programme=programme)
    return {
        "programme": programme,
        "row": ProgrammeRow(money, Bar.of(money)),
        "trades": [Trade(trade).label for trade in programme.trades],
        "categories": programme.categories.select_related("category").order_by("category__position", "pk"),
        "schools": programme.schools.select_related("school").order_by("school__sort_key"),
        "notices": GrantNotice.objects.visible_to(user).as_of(day).filter(programme=programme),
        "drawdowns": Drawdown.objects.visible_to(user).as_of(day).filter(programme=programme),
        "costs": CostEntry.objects.visible_to(user).filter(pk__in=parts.values("entry"))[:LATEST],
        "bound": bound.bound_on(day).count(),
        "leaving": bound.leaving_binding(day, add_months(day, 12)).count(),
        **sums_context(request, day, programme=programme),
        **day_context(day),
    }


def sums_context(request: HttpRequest, day: date, **filters: Any) -> dict[str, Any]:
    """``?by=`` says how the sums are told."""
    way = request.GET.get("by", "")
    way = way if way in WAYS else next(iter(WAYS))
    lines = list(_LINES[way](request.user, day, filters))
    return {
        "lines": lines,
        "stages": CostStage.labels,
        "sums": _added_up(lines).amounts,
        "way": way,
        "ways": [{"key": key, "label": label} for key, label in WAYS.items()],
    }


def _added_up(lines: Iterable[SumLine]) -> SumLine:
    total = SumLine("")
    for line in lines:
        for stage, amount in line.stages.items():
            total.stages[stage] = total.stages.get(stage, _NOTHING) + amount
    return total


def _by_year(_user: Any, day: date, filters: dict[str, Any]) -> Iterable[SumLine]:
    return _lines(sums_by("year", "stage", day=day, **filters), lambda row: row["year"], str)


def _by_school(user: Any, day: date, filters: dict[str, Any]) -> Iterable[SumLine]:
    """In the order of the schools, what names none last."""
    rows = sums_by("school", "stage", day=day, **filters)
    found = School.objects.visible_to(user).filter(pk__in={row["school"] for row in rows if row["school"]})
    names = dict(found.values_list("pk", "name"))
    place = {pk: i for i, pk in enumerate(names)}
    rows.sort(key=lambda row: place.get(row["school"], len(place)))
    return _lines(rows, lambda row: row["school"], lambda pk: names.get(pk) or _("no school named"))


def _by_kind(user: Any, day: date, filters: dict[str, Any]) -> Iterable[SumLine]:
    """Trades, then categories, then what names neither."""
    rows = sums_by("trade", "category", "stage", day=day, **filters)
    names = {pk: str(category) for pk, category in Category.objects.visible_to(user).in_bulk().items()}
    labels = {trade.value: str(trade.label) for trade in Trade} | names
    place = {key: i for i, key in enumerate(labels)}
    rows.sort(key=lambda row: place.get(row["trade"] or row["category"], len(place)))
    return _lines(rows, lambda row: row["trade"] or row["category"], lambda key: labels.get(key) or _("not itemised"))


_LINES: dict[str, Callable[[Any, date, dict[str, Any]], Iterable[SumLine]]] = {
    "kind": _by_kind,
    "year": _by_year,
    "school": _by_school,
}


def _lines(
    rows: Iterable[dict[str, Any]], key_of: Callable[[dict[str, Any]], Any], label_of: Callable[[Any], str]
) -> Iterable[SumLine]:
    lines: dict[Any, SumLine] = {}
    for row in rows:
        key = key_of(row)
        line = lines.setdefault(key, SumLine(label_of(key), is_rest=not key))
        line.stages[row["stage"]] = line.stages.get(row["stage"], _NOTHING) + row["amount"]
    return lines.values()


def _total(rows: Iterable[ProgrammeRow]) -> dict[str, Decimal]:
    names = ("granted", "budget", "planned", "bound", "invoiced", "paid", "drawn", "rest")
    rows = list(rows)
    return {name: sum((getattr(row.money, name) for row in rows), _NOTHING) for name in names}


def _percent(amount: Decimal, whole: Decimal) -> Decimal:
    return max(_NOTHING, min(Decimal(100), amount * 100 / whole)) if whole > 0 else _NOTHING
