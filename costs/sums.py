"""Sums of money as of a day: planned, bound, invoiced, paid. Each is one query over the parts of the entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from common.dated import DatedQuerySet
from costs.enums import CostStage
from costs.models import CostPart
from costs.splitting import CENT
from funding.models import Drawdown, GrantNotice, Programme

#: By what sums can be grouped.
RECORDS = ("programme", "category", "school", "site", "order", "project")
FIELDS = (*RECORDS, "stage", "year", "trade")
#: What of a budget or a cap is used; the largest counts.
USED = (CostStage.COMMITTED, CostStage.INVOICED, CostStage.PAID)
_NOTHING = Decimal("0.00")


class _Year(ExtractYear):
    """SQLite would call Python for each row."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.lhs)
        return f"CAST(SUBSTR({sql}, 1, 4) AS INTEGER)", params


def sums_by(
    *fields: str, day: date, known_at: datetime | None = None, since: date | None = None, **filters: Any
) -> list[dict[str, Any]]:
    """``[{field: value …, "amount": euro}]`` of what was valid on ``day``, in the order of ``fields``; keys of records.

    ``since``: only what is dated from that day on. ``filters``: lookups on ``CostPart``. Raises ``TypeError`` for a
    field by which costs are not summed. One query.
    """
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise TypeError(f"cannot be summed by: {', '.join(unknown)}")
    parts = CostPart.objects.as_of(day, known_at).filter(**filters)
    if since:
        parts = parts.filter(valid_from__gte=since)
    if not fields:
        return [{"amount": in_cents(parts.aggregate(amount=Sum("amount"))["amount"])}]
    if "year" in fields:
        parts = parts.annotate(year=_Year("valid_from"))
    # By key: by the name of a relation would be in the order of its records, in another table.
    rows = parts.order_by(*(f"{name}_id" if name in RECORDS else name for name in fields)).values(*fields)
    return [row | {"amount": in_cents(row["amount"])} for row in rows.annotate(amount=Sum("amount"))]


@dataclass(slots=True)
class ProgrammeMoney:
    """What there is of a programme on a day, in euro. ``loose``: what names neither trade nor category, per stage."""

    programme: Programme
    granted: Decimal = _NOTHING
    drawn: Decimal = _NOTHING
    stages: dict[str, Decimal] = field(default_factory=dict)
    loose: dict[str, Decimal] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """A row of ``sums_by`` stage, trade and category."""
        stage, amount = row["stage"], row["amount"]
        self.stages[stage] = self.stages.get(stage, _NOTHING) + amount
        if not row["trade"] and row["category"] is None:
            self.loose[stage] = amount

    @property
    def planned(self) -> Decimal:
        return self.stages.get(CostStage.PLANNED, _NOTHING)

    @property
    def bound(self) -> Decimal:
        return self.stages.get(CostStage.COMMITTED, _NOTHING)

    @property
    def invoiced(self) -> Decimal:
        return self.stages.get(CostStage.INVOICED, _NOTHING)

    @property
    def paid(self) -> Decimal:
        return self.stages.get(CostStage.PAID, _NOTHING)

    @property
    def budget(self) -> Decimal:
        """Eligible costs for which the grant is enough: with the own share."""
        return in_cents(self.granted * 100 / self.programme.rate)

    @property
    def used(self) -> Decimal:
        """The largest of bound, invoiced and paid: what was bought without a contract is invoiced only."""
        return max(self.bound, self.invoiced, self.paid)

    @property
    def rest(self) -> Decimal:
        """What is left of the budget; negative where it is exceeded."""
        return self.budget - self.used

    @property
    def undrawn(self) -> Decimal:
        """Granted and not drawn yet."""
        return self.granted - self.drawn

    @property
    def overdrawn(self) -> Decimal:
        """Drawn beyond what was granted; 0 where nothing is."""
        return max(-self.undrawn, _NOTHING)

    @property
    def grant_part(self) -> Decimal:
        """What the funder bears of what is paid."""
        return self.funded(self.paid)

    @property
    def own_share(self) -> Decimal:
        """What we bear of what is paid."""
        return self.paid - self.grant_part

    @property
    def to_draw(self) -> Decimal:
        """What the funder bears of what is paid and has not sent yet; negative where too much was drawn."""
        return self.grant_part - self.drawn

    def funded(self, amount: Decimal) -> Decimal:
        """The funder's part of eligible costs."""
        return in_cents(amount * self.programme.rate / 100)


def programme_money(day: date, known_at: datetime | None = None) -> list[ProgrammeMoney]:
    """All programmes with what was granted, bound, invoiced, paid and drawn as of ``day``. Four queries."""
    found = {programme.pk: ProgrammeMoney(programme) for programme in Programme.objects.order_by("kind", "name")}
    for name, facts in (("granted", GrantNotice.objects), ("drawn", Drawdown.objects)):
        for programme, amount in per_programme(facts.as_of(day, known_at)).items():
            setattr(found[programme], name, amount)
    # By trade and category too: that is the order of the index, five times as fast as without.
    for row in sums_by("programme", "stage", "trade", "category", day=day, known_at=known_at):
        found[row["programme"]].add(row)
    return list(found.values())


def used_by_schools(programme: Programme, day: date) -> dict[int | None, Decimal]:
    """What each school has of a programme, in euro: the largest of bound, invoiced and paid. One query."""
    used: dict[int | None, Decimal] = {}
    for row in sums_by("school", "stage", day=day, programme=programme, stage__in=USED):
        used[row["school"]] = max(used.get(row["school"], _NOTHING), row["amount"])
    return used


def drawn_by_year(day: date, **filters: Any) -> dict[int, Decimal]:
    """``{year: euro}`` of what was drawn up to ``day``. ``filters``: lookups on ``Drawdown``. One query."""
    rows = Drawdown.objects.as_of(day).filter(**filters).annotate(year=_Year("valid_from")).order_by()
    return {year: in_cents(amount) for year, amount in rows.values_list("year").annotate(amount=Sum("amount"))}


def in_cents(amount: Decimal | None) -> Decimal:
    """Half a cent is rounded up. SQLite adds with floating point: what it gives is right to the cent."""
    return (amount or _NOTHING).quantize(CENT, ROUND_HALF_UP)


def per_programme(facts: DatedQuerySet[Any]) -> Mapping[int, Decimal]:
    sums = facts.order_by().values_list("programme").annotate(amount=Sum("amount"))
    return {programme: in_cents(amount) for programme, amount in sums}
