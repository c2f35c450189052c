"""Which records lie behind figures of money and of plans."""

from collections.abc import Callable
from datetime import MINYEAR, date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from costs.enums import CostStage
from costs.models import CostPart
from funding.models import GrantNotice
from reports.enums import Adding
from reports.figures.basis import Behind, ListLink
from reports.figures.rows import Column, QueryRows
from reports.figures.sources import Source, category_words
from reports.queries import Records
from schools.enums import Trade

PARTS = ngettext_lazy("%(number)s part of a document", "%(number)s parts of documents", "n")
NOTICES = ngettext_lazy("%(number)s grant notice", "%(number)s grant notices", "n")
PLANS = ngettext_lazy("%(number)s planned hand-over", "%(number)s planned hand-overs", "n")
_STAGES = dict(CostStage.choices)
_TRADE = Column(_("Trade"), "trade", words=dict(Trade.choices))
_PROGRAMME = Column(_("Programme"), "programme__name")


def granted(programme: str) -> Source:
    """Without amounts: that there is a notice may be seen by whoever sees the figure."""

    def behind(records: Records) -> Behind:
        notices = records.money.notices if records.is_whole else GrantNotice.objects.none()
        columns = (_PROGRAMME, Column(_("Grant notice"), "number"), Column(_("Date"), "valid_from", "date"))
        found = notices.filter(programme__key=programme).order_by("valid_from", "pk")
        rows = QueryRows(found, "programme", columns, "pk")
        keys = tuple(found.values_list("pk", flat=True))
        return Behind(NOTICES, rows, "programme", Adding.ANY, "pk", keys)

    return behind


def paid(*trades: str) -> Source:
    """Paid in the window for works of these trades; for all works where none is given."""
    return _paid(Q(trade__in=trades) if trades else Q(), trades[0] if len(trades) == 1 else "")


def paid_without(*trades: str) -> Source:
    return _paid(~Q(trade__in=trades))


def _paid(chosen: Q, trade: str = "") -> Source:
    def behind(records: Records) -> Behind:
        parts = records.money.parts_for_works.filter(chosen)
        if records.since:
            parts = parts.filter(valid_from__gte=records.since)
        link = _listed(records, stage=CostStage.PAID, trade=trade) if trade else None
        return _amounts(records, parts, _TRADE, link)

    return behind


def bound(programme: str) -> Source:
    def behind(records: Records) -> Behind:
        link = _listed(records, stage=CostStage.COMMITTED, programme=programme, since=None)
        return _amounts(records, records.money.bound_parts(programme), _TRADE, link)

    return behind


def own_money(records: Records) -> Behind:
    """Of the last full calendar year."""
    year = records.as_of.year - 1
    parts = records.money.own_parts(year) if year >= MINYEAR else CostPart.objects.none()
    return _amounts(records, parts, _PROGRAMME, None)


def _listed(records: Records, **filters: Any) -> ListLink | None:
    """The list of costs knows documents as they are believed today, of the whole authority."""
    if records.known_at or not records.is_whole:
        return None
    since: date | None = filters.pop("since", records.since)
    days = {"on_from": since.isoformat()} if since else {}
    return ListLink("costs", filters | days | {"on_to": records.as_of.isoformat()})


def _amounts(records: Records, parts: Any, split: Column, link: ListLink | None) -> Behind:
    return of_parts(records, parts, adds=Adding.SUM, measure="amount", parts=split, link=link)


def of_parts(records: Records, found: Any, *more: Column, **options: Any) -> Behind:
    columns = (
        Column(_("Document number"), "entry__number"),
        Column(_("Day"), "valid_from", "date"),
        Column(_("Stage"), "stage", words=_STAGES),
        Column(_("Company"), "entry__payee"),
        Column(_("Text"), "entry__text"),
        _PROGRAMME,
        _TRADE,
        Column(_("Category"), "category", words=category_words(records)),
        Column(_("School"), "school__name"),
        Column(_("Amount in euro"), "amount", "money"),
        *more,
    )
    rows = QueryRows(found.order_by("valid_from", "entry", "pk"), "entry", columns, "pk")
    return Behind(PARTS, rows, "cost", **options)


def boards(chosen: Callable[[Records], Q]) -> Source:
    """Digital boards planned for hand-over."""

    def behind(records: Records) -> Behind:
        school = Column(_("School"), "school__name")
        columns = (
            Column(_("Planned on"), "valid_from", "date"),
            Column(_("Hand-over from"), "due_from", "date"),
            Column(_("Model"), "model__name"),
            school,
            _PROGRAMME,
            Column(_("Quantity"), "quantity", "number"),
        )
        found = records.money.board_plans.filter(chosen(records)).order_by("due_from", "school__sort_key", "pk")
        return Behind(PLANS, QueryRows(found, "pk", columns, "pk"), "plan", Adding.SUM, "quantity", parts=_PROGRAMME)

    return behind
