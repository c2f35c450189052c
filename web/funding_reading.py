"""What the pages of money show: programmes as of a day, sums by year, school or purpose."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.bulk import ids
from common.dated import add_months
from costs.enums import CostStage
from costs.models import CostEntry, CostPart
from costs.sums import ProgrammeMoney, drawn_by_year, programme_money, sums_by, used_by_schools
from funding.binding import binding_end
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
#: The last column of each: a drawdown has a day, and names neither purpose nor school.
LAST: dict[str, Promise] = {
    "kind": gettext_lazy("Still to be paid"),
    "year": pgettext_lazy("money", "Drawn"),
    "school": gettext_lazy("Still to be paid"),
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
    """``label``: a year, a school, a purpose. ``query``: finds its costs; empty: what names none.

    ``last``: what stands in the last column, see ``LAST``.
    """

    label: str
    query: str = ""
    stages: dict[str, Decimal] = field(default_factory=dict)
    last: Decimal = _NOTHING

    def add(self, stage: str, amount: Decimal) -> None:
        self.stages[stage] = self.stages.get(stage, _NOTHING) + amount

    @property
    def amounts(self) -> list[Decimal]:
        """In the order of the stages, then the last column."""
        return [*(self.stages.get(stage, _NOTHING) for stage in CostStage), self.last]

    @property
    def to_pay(self) -> Decimal:
        """Bound or invoiced, and not paid yet."""
        used = (self.stages.get(stage, _NOTHING) for stage in (CostStage.COMMITTED, CostStage.INVOICED))
        paid = self.stages.get(CostStage.PAID, _NOTHING)
        return max(*used, paid) - paid


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
    used, listed = used_by_schools(programme, day), programme.schools.select_related("school")
    return {
        "programme": programme,
        "binding_end": binding_end(programme, None),
        "row": ProgrammeRow(money, Bar.of(money)),
        "trades": [Trade(trade).label for trade in programme.trades],
        "categories": programme.categories.select_related("category").order_by("category__position", "pk"),
        "schools": [(one, used.get(one.school_id, _NOTHING)) for one in listed],
        "notices": GrantNotice.objects.visible_to(user).as_of(day).filter(programme=programme),
        "drawdowns": Drawdown.objects.visible_to(user).as_of(day).filter(programme=programme),
        "costs": CostEntry.objects.visible_to(user).filter(on__lte=day, pk__in=parts.values("entry"))[:LATEST],
        "bound": bound.bound_on(day).count(),
        "leaving": bound.leaving_binding(day, add_months(day, 12)).count(),
        **sums_context(request, day, programme),
        **day_context(day),
    }


def sums_context(request: HttpRequest, day: date, programme: Programme | None = None) -> dict[str, Any]:
    """``?by=`` says how the sums are told, of one programme or of all."""
    way = request.GET.get("by", "")
    way = way if way in WAYS else next(iter(WAYS))
    filters, found = ({"programme": programme}, {"programme": programme.key}) if programme else ({}, {})
    found |= {"as_of": f"{day}"} if day != timezone.localdate() else {}
    lines = [line for line in _LINES[way](request.user, day, filters, found) if line.stages or line.last]
    total = SumLine("")
    for line in lines:
        for stage, amount in line.stages.items():
            total.add(stage, amount)
        total.last += line.last
    labels = [*CostStage.labels, LAST[way]]
    return {
        "lines": [(line, list(zip(labels, line.amounts, strict=True))) for line in lines],
        "columns": labels,
        "sums": list(zip(labels, total.amounts, strict=True)),
        "way": way,
        "ways": [{"key": key, "label": label} for key, label in WAYS.items()],
    }


def _by_year(_user: Any, day: date, filters: dict[str, Any], found: dict[str, str]) -> list[SumLine]:
    rows, drawn = sums_by("year", "stage", day=day, **filters), drawn_by_year(day, **filters)
    lines = {
        year: SumLine(str(year), urlencode({"on_from": f"{year}-01-01", "on_to": f"{year}-12-31"} | found))
        for year in sorted({row["year"] for row in rows} | drawn.keys())
    }
    for row in rows:
        lines[row["year"]].add(row["stage"], row["amount"])
    for year, amount in drawn.items():
        lines[year].last = amount
    return list(lines.values())


def _by_school(user: Any, day: date, filters: dict[str, Any], found: dict[str, str]) -> list[SumLine]:
    """In the order of the schools, what names none last."""
    rows = sums_by("school", "stage", day=day, **filters)
    schools = School.objects.visible_to(user).filter(pk__in=ids({row["school"] for row in rows if row["school"]}))
    lines = {school.pk: SumLine(school.name, urlencode({"school": school.number} | found)) for school in schools}
    return _filled(lines, ((row["school"], row) for row in rows), _("no school named"))


def _by_kind(user: Any, day: date, filters: dict[str, Any], found: dict[str, str]) -> list[SumLine]:
    """Trades, then categories, then what names neither."""
    rows = sums_by("trade", "category", "stage", day=day, **filters)
    lines: dict[Any, SumLine] = {
        trade.value: SumLine(str(trade.label), urlencode({"trade": trade.value} | found)) for trade in Trade
    }
    for category in Category.objects.visible_to(user):
        lines[category.pk] = SumLine(str(category), urlencode({"category": category.key} | found))
    return _filled(lines, ((row["trade"] or row["category"], row) for row in rows), _("not itemised"))


_LINES: dict[str, Callable[[Any, date, dict[str, Any], dict[str, str]], list[SumLine]]] = {
    "kind": _by_kind,
    "year": _by_year,
    "school": _by_school,
}


def _filled(lines: dict[Any, SumLine], rows: Iterable[tuple[Any, dict[str, Any]]], none: str) -> list[SumLine]:
    """The lines with their amounts, and one more for what names none of them."""
    rest = SumLine(none)
    for key, row in rows:
        lines.get(key, rest).add(row["stage"], row["amount"])
    for line in (*lines.values(), rest):
        line.last = line.to_pay
    return [*lines.values(), rest]


def _total(rows: Iterable[ProgrammeRow]) -> dict[str, Decimal]:
    names = ("granted", "budget", "planned", "bound", "invoiced", "paid", "drawn", "rest")
    rows = list(rows)
    return {name: sum((getattr(row.money, name) for row in rows), _NOTHING) for name in names}


def _percent(amount: Decimal, whole: Decimal) -> Decimal:
    return max(_NOTHING, min(Decimal(100), amount * 100 / whole)) if whole > 0 else _NOTHING
