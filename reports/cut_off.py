"""The report of a cut-off day, 30 June or 31 December: what was planned, bound, invoiced, paid and drawn by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from costs.enums import CostStage
from costs.sums import ProgrammeMoney, programme_money, sums_by
from funding.enums import ProgrammeKind
from inventory.models import Category
from reports.costs_to_complete import is_limited
from schools.enums import Trade

_T = TypeVar("_T")
#: What a line of the report says, besides the programme.
AMOUNTS = ("granted", "budget", "planned", "bound", "invoiced", "paid", "grant_part", "drawn", "rest")
#: What fits a page.
SHORT = ("granted", "planned", "bound", "invoiced", "paid", "drawn", "rest")
_NOTHING = Decimal("0.00")
#: Month and day of the cut-off days, and of the day by which the report is due.
_MIDYEAR, _YEAREND = (6, 30), (12, 31)


class CutOffLine(NamedTuple):
    """``before``: the same on the cut-off day before."""

    money: ProgrammeMoney
    before: ProgrammeMoney

    @property
    def amounts(self) -> list[Decimal | None]:
        """In the order of ``AMOUNTS``; own money has no funder, and a budget only where one was decided."""
        missing: tuple[str, ...] = () if self.money.programme.kind == ProgrammeKind.GRANT else ("grant_part", "drawn")
        if not is_limited(self.money):
            missing += ("granted", "budget", "rest")
        return [None if name in missing else getattr(self.money, name) for name in AMOUNTS]

    @property
    def short(self) -> list[Decimal | None]:
        return shortened(self.amounts)

    @property
    def newly_bound(self) -> Decimal:
        return self.money.bound - self.before.bound

    @property
    def newly_paid(self) -> Decimal:
        return self.money.paid - self.before.paid


class SubjectLine(NamedTuple):
    """Of a programme, per trade or category; ``subject`` is empty for what names neither."""

    programme: str
    subject: str
    stages: dict[str, Decimal]

    @property
    def amounts(self) -> list[Decimal]:
        return [self.stages.get(stage, _NOTHING) for stage in CostStage]


@dataclass(frozen=True, slots=True)
class CutOff:
    """``since``: the cut-off day before; ``due_on``: by when the report is delivered."""

    day: date
    since: date
    due_on: date
    known_at: datetime | None
    lines: list[CutOffLine]
    subjects: list[SubjectLine]

    @property
    def totals(self) -> list[Decimal]:
        columns = zip(*(line.amounts for line in self.lines), strict=True)
        return [sum(filter(None, column), _NOTHING) for column in columns] or [_NOTHING] * len(AMOUNTS)

    @property
    def short_totals(self) -> list[Decimal]:
        return shortened(self.totals)

    @property
    def newly_bound(self) -> Decimal:
        return sum((line.newly_bound for line in self.lines), _NOTHING)

    @property
    def newly_paid(self) -> Decimal:
        return sum((line.newly_paid for line in self.lines), _NOTHING)


def shortened(values: Sequence[_T]) -> list[_T]:
    """Of values in the order of ``AMOUNTS`` those of ``SHORT``."""
    return [values[AMOUNTS.index(name)] for name in SHORT]


def read_cut_off(day: date, known_at: datetime | None = None) -> CutOff:
    """All programmes as of ``day``, beside the cut-off day before it. A constant number of queries."""
    since = previous_cut_off(day)
    before = {one.programme.pk: one for one in programme_money(since, known_at)}
    lines = [CutOffLine(one, before[one.programme.pk]) for one in programme_money(day, known_at)]
    return CutOff(day, since, due_on(day), known_at, lines, _subjects(lines, day, known_at))


def cut_offs(today: date, number: int = 12) -> list[date]:
    """The last so many cut-off days, the newest first; today counts."""
    days = [previous_cut_off(today, including=True)]
    while len(days) < number:
        days.append(previous_cut_off(days[-1]))
    return days


def previous_cut_off(day: date, *, including: bool = False) -> date:
    """The last cut-off day before ``day``."""
    candidates = (date(year, *month_day) for year in (day.year, day.year - 1) for month_day in (_YEAREND, _MIDYEAR))
    return next(found for found in candidates if found < day or (including and found == day))


def due_on(day: date) -> date:
    """By when the federal level wants the report: 15 August for 30 June, 15 February for 31 December."""
    last = previous_cut_off(day, including=True)
    return date(last.year, 8, 15) if last.month == _MIDYEAR[0] else date(last.year + 1, 2, 15)


def _subjects(lines: list[CutOffLine], day: date, known_at: datetime | None) -> list[SubjectLine]:
    """In the order of the programmes; trades, then categories, then what names neither."""
    trades = {trade.value: str(trade.label) for trade in Trade}
    categories = {category.pk: str(category) for category in Category.objects.all()}
    stages: dict[tuple[int, str, int | None], dict[str, Decimal]] = {}
    for row in sums_by("programme", "trade", "category", "stage", day=day, known_at=known_at):
        key = (row["programme"], row["trade"], row["category"])
        stages.setdefault(key, {})[row["stage"]] = row["amount"]
    found: list[SubjectLine] = []
    for line in lines:
        programme = line.money.programme
        for trade, category, label in (*_of(trades), *_under(categories), ("", None, "")):
            if amounts := stages.get((programme.pk, trade, category)):
                found.append(SubjectLine(str(programme), label, amounts))
    return found


def _of(trades: dict[str, str]) -> list[tuple[str, None, str]]:
    return [(trade, None, label) for trade, label in trades.items()]


def _under(categories: dict[int, str]) -> list[tuple[str, int, str]]:
    return [("", pk, label) for pk, label in categories.items()]
