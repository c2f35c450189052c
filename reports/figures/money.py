"""Figures about money, and about what is planned: each declared beside how it comes from the records."""

from collections.abc import Callable
from datetime import MINYEAR
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reports.enums import FigureKind
from reports.figures import sources_money as source
from reports.figures.base import Answer, Figure, shown
from reports.figures.compute import period
from reports.figures.sources import priced
from reports.queries import Records
from schools.access import Right
from schools.enums import Trade

#: Keys of the programmes of which the source speaks.
DIGITALPAKT, EXTRA = "digitalpakt", "react-eu"
_NETWORK = (Trade.WLAN, Trade.LAN)
#: What the source names one by one; the rest is derived.
_ITEMISED = (*_NETWORK, Trade.BUILDING, Trade.FIBRE)


def granted(records: Records) -> Answer:
    if not records.is_whole:
        return Answer(None, gettext("Programmes are granted to the authority, not to single schools."))
    is_granted = records.money.is_granted(DIGITALPAKT)
    note = "" if is_granted is not None else gettext("There is no programme with the key “%(key)s”.")
    return Answer(is_granted, note and note % {"key": DIGITALPAKT})


def paid_for(*trades: str) -> Callable[[Records], Answer]:
    """Of these trades; of all works where none is given."""

    def compute(records: Records) -> Answer:
        paid = records.money.paid_for_works
        if paid is None:
            return Answer(None, gettext("No payment for works is recorded up to this day."))
        of_trades = [amount for trade, amount in paid.items() if not trades or trade in trades]
        return Answer(sum(of_trades, Decimal("0.00")), period(records))

    return compute


def paid_for_the_rest(records: Records) -> Answer:
    paid = records.money.paid_for_works
    if paid is None:
        return Answer(None, gettext("No payment for works is recorded up to this day."))
    rest = [amount for trade, amount in paid.items() if trade not in _ITEMISED]
    note = gettext("%(period)s; of this without any trade: %(amount)s euro.")
    words = {"period": period(records), "amount": shown(paid.get("", Decimal(0)))}
    return Answer(sum(rest, Decimal("0.00")), note % words)


def bound_by_digitalpakt(records: Records) -> Answer:
    bound = records.money.bound(DIGITALPAKT)
    return Answer(bound, gettext("No contract is recorded up to this day.") if bound is None else "")


def cost_of_service(records: Records) -> Answer:
    priced = records.money.put_into_service
    if not priced.unpriced:
        return Answer(priced.total, period(records))
    note = ngettext(
        "%(period)s; %(number)s device without a price.",
        "%(period)s; %(number)s devices without a price.",
        priced.unpriced,
    )
    return Answer(priced.total, note % {"period": period(records), "number": priced.unpriced})


def own_money(records: Records) -> Answer:
    year = records.as_of.year - 1
    if year < MINYEAR:
        return Answer(None)
    return Answer(records.money.own_money_paid(year), gettext("in the year %(year)s") % {"year": year})


def extra_boards(records: Records) -> Answer:
    return _boards(records, lambda plan: plan.programme == EXTRA)


def boards_this_year(records: Records) -> Answer:
    year = records.as_of.year
    answer = _boards(records, lambda plan: plan.due_from.year == year)
    return answer if answer.value is None else Answer(answer.value, gettext("in the year %(year)s") % {"year": year})


def _boards(records: Records, is_counted: Callable[..., bool]) -> Answer:
    plans = records.money.board_hand_overs
    if not plans:
        return Answer(None, gettext("No hand-over of digital boards is planned on this day."))
    return Answer(sum(plan.quantity for plan in plans if is_counted(plan)))


MONEY_FIGURES: tuple[Figure, ...] = (
    Figure(
        "digitalpakt_granted",
        _("DigitalPakt granted"),
        _("yes or no"),
        FigureKind.MILESTONE,
        _("Yes when a grant notice of the programme “digitalpakt” lies before us on the as-of date."),
        granted,
        source.granted(DIGITALPAKT),
        "F1",
    ),
    Figure(
        "works_paid",
        _("Paid for works"),
        _("euro"),
        FigureKind.SUM,
        _(
            "Payments of the period for the digitisation of schools, from all programmes and own money: whatever names "
            "no category of devices. Gross, credit notes subtracted."
        ),
        paid_for(),
        source.paid(),
        "F2",
        Right.MONEY,
    ),
    Figure(
        "works_paid_network",
        _("of this, WLAN and cabling"),
        _("euro"),
        FigureKind.SUM,
        _("As “Paid for works”, for the trades WLAN and LAN cabling."),
        paid_for(*_NETWORK),
        source.paid(*_NETWORK),
        "F3",
        Right.MONEY,
    ),
    Figure(
        "works_paid_building",
        _("of this, building works"),
        _("euro"),
        FigureKind.SUM,
        _("As “Paid for works”, for building works."),
        paid_for(Trade.BUILDING),
        source.paid(Trade.BUILDING),
        "F4",
        Right.MONEY,
    ),
    Figure(
        "works_paid_fibre",
        _("of this, fibre"),
        _("euro"),
        FigureKind.SUM,
        _("As “Paid for works”, for fibre."),
        paid_for(Trade.FIBRE),
        source.paid(Trade.FIBRE),
        "F5",
        Right.MONEY,
    ),
    Figure(
        "works_paid_rest",
        _("of this, everything else"),
        _("euro"),
        FigureKind.DERIVED,
        _(
            "“Paid for works” without WLAN, cabling, building works and fibre: the other trades, and what names none. "
            "Published sums need not add up; here the rest is shown."
        ),
        paid_for_the_rest,
        source.paid_without(*_ITEMISED),
        "F6",
        Right.MONEY,
    ),
    Figure(
        "digitalpakt_bound",
        _("DigitalPakt, bound by contract"),
        _("euro"),
        FigureKind.SUM,
        _(
            "Contracts paid from the programme “digitalpakt” up to the as-of date, with the own share that belongs to "
            "them. Gross."
        ),
        bound_by_digitalpakt,
        source.bound(DIGITALPAKT),
        "F12",
        Right.MONEY,
    ),
    Figure(
        "put_into_service_cost",
        _("Cost of the devices put into service"),
        _("euro"),
        FigureKind.SUM,
        _("Prices of the devices that “Devices put into service” counts, as they are recorded today. Gross."),
        cost_of_service,
        priced,
        "F14",
        Right.MONEY,
    ),
    Figure(
        "own_money_paid",
        _("Own money a year"),
        _("euro"),
        FigureKind.SUM,
        _("Payments from own money outside all programmes in the last full calendar year before the as-of date."),
        own_money,
        source.own_money,
        "F18",
        Right.MONEY,
    ),
    Figure(
        "extra_boards_planned",
        _("Extra digital boards planned"),
        _("boards"),
        FigureKind.PLAN,
        _("Digital boards planned for hand-over, as of the day, that the programme “react-eu” pays."),
        extra_boards,
        source.boards(lambda records: Q(programme__key=EXTRA)),
        "F16",
    ),
    Figure(
        "boards_planned",
        _("Digital boards planned this year"),
        _("boards"),
        FigureKind.PLAN,
        _(
            "Digital boards whose planned hand-over begins in the calendar year of the as-of date, by the plan of that "
            "day. Those of the programme “react-eu” are among them."
        ),
        boards_this_year,
        source.boards(lambda records: Q(due_from__year=records.as_of.year)),
        "F17",
    ),
)
