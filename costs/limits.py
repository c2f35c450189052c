"""What somebody should know before a cost or a drawdown is recorded; none of it forbids to."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from common.bulk import ids
from costs.enums import CostStage
from costs.models import CostEntry
from costs.rules import NewCost, NewPart, trade_of
from costs.sums import in_cents, per_programme, sums_by
from funding.enums import ProgrammeKind
from funding.models import Drawdown, GrantNotice, Programme, ProgrammeSchool
from inventory.binding import caps_of, pays_for, pays_for_trade
from inventory.models import OrderLine
from schools.enums import Trade

_Sums = dict[tuple[int, int | None], Decimal]
_NOTHING = Decimal(0)


class _Prices(NamedTuple):
    """Eligible categories with their caps per programme; ``(category, unit price)`` of the lines per order."""

    caps: Mapping[int, Mapping[int, Decimal | None]]
    lines: Mapping[int, list[tuple[int, Decimal]]]


def warnings_of(new: NewCost, day: date, *, entry: CostEntry | None = None) -> list[str]:
    """What is exceeded, not eligible, or recorded already, in words; empty where nothing is to be said.

    ``entry``: the one that ``new`` corrects, which does not count. As of ``day``; a constant number of queries.
    """
    programmes = {part.programme.pk: part.programme for part in new.parts}
    texts: list[str] = []
    if not new.is_credit:
        sums = _sums_with(new, day, entry)
        texts += [*_over_budget(programmes, sums, day), *_over_school_cap(programmes, sums)]
    prices = _prices(new, programmes)
    texts += [text for part in new.parts for text in _not_eligible(part, prices)]
    texts += _recorded_already(new, entry)
    return list(dict.fromkeys(texts))


def drawdown_warnings(
    programme: Programme, amount: Decimal, day: date, *, drawdown: Drawdown | None = None
) -> list[str]:
    """Whether with ``amount`` more is drawn than was granted, as of ``day``, in words. Two queries.

    ``drawdown``: the one that is corrected, which does not count.
    """
    others = Drawdown.objects.as_of(day).filter(programme=programme).exclude(pk=drawdown.pk if drawdown else None)
    drawn = per_programme(others).get(programme.pk, _NOTHING) + amount
    granted = per_programme(GrantNotice.objects.as_of(day).filter(programme=programme)).get(programme.pk, _NOTHING)
    if drawn <= granted:
        return []
    text = _("%(programme)s: with this, %(sum)s euro are drawn of %(granted)s euro granted; %(over)s euro too much.")
    words = {"sum": _euro(drawn), "granted": _euro(granted), "over": _euro(drawn - granted)}
    return [text % {"programme": programme, **words}]


def _sums_with(new: NewCost, day: date, entry: CostEntry | None) -> _Sums:
    """Per programme and school (and ``None`` for all of the programme) of the stage, with ``new`` in it."""
    sums: _Sums = {}
    for part in new.parts:
        _add(sums, part.programme.pk, part.school.pk if part.school else None, part.amount)
    filters: dict[str, Any] = {"stage": new.stage, "programme__in": ids({part.programme.pk for part in new.parts})}
    for row in sums_by("programme", "school", day=day, **filters):
        _add(sums, row["programme"], row["school"], row["amount"])
    for row in sums_by("programme", "school", day=day, **filters, entry=entry.pk) if entry else ():
        _add(sums, row["programme"], row["school"], -row["amount"])
    return sums


def _add(sums: _Sums, programme: int, school: int | None, amount: Decimal) -> None:
    for pair in {(programme, None), (programme, school)}:
        sums[pair] = sums.get(pair, _NOTHING) + amount


def _over_budget(programmes: Mapping[int, Programme], sums: _Sums, day: date) -> Iterator[str]:
    """Own money has a budget only where one was decided."""
    granted = per_programme(GrantNotice.objects.as_of(day).filter(programme__in=ids(programmes)))
    for pk, programme in programmes.items():
        budget = in_cents(granted.get(pk, _NOTHING) * 100 / programme.rate)
        is_limited = pk in granted or programme.kind == ProgrammeKind.GRANT
        if is_limited and sums[pk, None] > budget:
            text = _("%(programme)s: with this, %(sum)s euro of a budget of %(budget)s euro; %(over)s euro too much.")
            yield text % {
                "programme": programme,
                "sum": _euro(sums[pk, None]),
                "budget": _euro(budget),
                "over": _euro(sums[pk, None] - budget),
            }


def _over_school_cap(programmes: Mapping[int, Programme], sums: _Sums) -> Iterator[str]:
    capped = ProgrammeSchool.objects.filter(programme__in=ids(programmes), cap__isnull=False).select_related("school")
    for row in capped.order_by("pk"):
        amount = sums.get((row.programme_id, row.school_id), _NOTHING)
        if row.cap and amount > row.cap:
            text = _("%(programme)s: with this, %(sum)s euro for %(school)s, where %(cap)s euro are the cap.")
            yield text % {
                "programme": programmes[row.programme_id],
                "sum": _euro(amount),
                "school": row.school,
                "cap": _euro(row.cap),
            }


def _prices(new: NewCost, programmes: Mapping[int, Programme]) -> _Prices:
    orders = {part.order.pk for part in new.parts if part.order}
    found = OrderLine.objects.filter(order__in=ids(orders), unit_price__isnull=False).order_by("order", "position")
    lines: dict[int, list[tuple[int, Decimal]]] = {}
    for order, category, price in found.values_list("order", "model__category", "unit_price"):
        lines.setdefault(order, []).append((category, price))
    return _Prices(caps_of(programmes.values()), lines)


def _not_eligible(part: NewPart, prices: _Prices) -> Iterator[str]:
    programme, trade, category = part.programme, trade_of(part), part.category
    caps = prices.caps[programme.pk]
    if trade and not pays_for_trade(programme, caps, trade):
        yield _("%(programme)s does not pay for %(what)s.") % {"programme": programme, "what": Trade(trade).label}
    if category and not pays_for(programme, caps, [category.pk]):
        yield _("%(programme)s does not pay for %(what)s.") % {"programme": programme, "what": category}
    for of_line, price in prices.lines.get(part.order.pk, ()) if part.order else ():
        cap = caps.get(of_line) or programme.cap_per_device
        if cap and price > cap and (category is None or category.pk == of_line):
            text = _("%(programme)s: %(price)s euro for a device of order %(order)s, where %(cap)s euro are the cap.")
            yield text % {"programme": programme, "price": _euro(price), "order": part.order, "cap": _euro(cap)}


def _recorded_already(new: NewCost, entry: CostEntry | None) -> Iterator[str]:
    """The same document twice; a plan and its contract share a number."""
    if not new.number or new.stage == CostStage.PLANNED:
        return
    alike = CostEntry.objects.existing().filter(
        stage=new.stage, number=new.number, payee=new.payee, is_credit=new.is_credit
    )
    if alike.exclude(pk=entry.pk if entry else None).exists():
        yield _("A document with the number %(number)s of this company is recorded already.") % {"number": new.number}


def _euro(amount: Decimal) -> str:
    return number_format(amount, 2, force_grouping=True)
