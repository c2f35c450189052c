"""Writing the usual durations of the trades, and which of them waits for which."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import check_record
from audit.services import Record, log_records, open_act
from rollout.models import TemplateStep, TradeOrder
from schools.enums import Trade


def set_template(trade: str, days: Mapping[str, int], *, by: Actor) -> None:
    """``{phase: days after the phase before}`` of a trade; phases left out have no milestone.

    Raises ``ValidationError`` at the phase, or at ``trade``.
    """
    with transaction.atomic():
        act = open_act(by, "template.set", subject=_label(trade))
        known = {step.phase: step for step in TemplateStep.objects.filter(trade=trade).select_for_update()}
        records = []
        for phase, number in days.items():
            step = known.pop(phase, None) or TemplateStep(trade=trade, phase=phase)
            old, step.days = step.days, number
            if old != number:
                _save(step, phase)
                records.append(_told(step, {"days": [old, number]}))
        records += [_told(step, {"phase": [step.phase, None], "days": [step.days, None]}) for step in known.values()]
        TemplateStep.objects.filter(pk__in=[step.pk for step in known.values()]).delete()
        log_records(act, TemplateStep, records)


def set_trade_order(trade: str, needs: Iterable[str], *, by: Actor) -> None:
    """``trade`` begins only after these trades are accepted on the same site.

    Raises ``ValidationError`` at ``needs``: an unknown trade, itself, one that waits for ``trade`` in turn.
    """
    wanted = dict.fromkeys(needs)
    with transaction.atomic():
        act = open_act(by, "trade.order", subject=_label(trade))
        orders = list(TradeOrder.objects.select_for_update())
        _check_order(trade, wanted, orders)
        known = {order.needs: order for order in orders if order.trade == trade}
        gone = [order for needed, order in known.items() if needed not in wanted]
        records = [_told(order, {"needs": [order.needs, None]}) for order in gone]
        TradeOrder.objects.filter(pk__in=[order.pk for order in gone]).delete()
        for needed in wanted:
            if needed not in known:
                order = TradeOrder.objects.create(trade=trade, needs=needed)
                records.append(_told(order, {"needs": [None, needed]}))
        log_records(act, TradeOrder, records)


def _check_order(trade: str, wanted: Iterable[str], orders: Iterable[TradeOrder]) -> None:
    waits: dict[str, set[str]] = {trade: set(wanted)}
    for order in orders:
        if order.trade != trade:
            waits.setdefault(order.trade, set()).add(order.needs)
    for needed in waits[trade]:
        _label(needed, "needs")
        if _leads_to(needed, trade, waits):
            text = _("%(needed)s waits for %(trade)s already: one of them has to be first.")
            words = {"needed": Trade(needed).label, "trade": Trade(trade).label}
            raise ValidationError({"needs": ValidationError(text, "circle", words)})


def _leads_to(start: str, goal: str, waits: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    rest = [start]
    while rest:
        trade = rest.pop()
        if trade == goal:
            return True
        if trade not in seen:
            seen.add(trade)
            rest.extend(waits.get(trade, ()))
    return False


def _label(trade: str, field: str = "trade") -> str:
    if trade not in Trade.values:
        raise ValidationError(
            {field: ValidationError(_("There is no trade “%(trade)s”."), "unknown", {"trade": trade})}
        )
    return str(Trade(trade).label)


def _save(step: TemplateStep, phase: str) -> None:
    try:
        check_record(step)
    except ValidationError as error:
        raise ValidationError({phase: [found for of in error.error_dict.values() for found in of]}) from error
    step.save()


def _told(record: Any, changes: dict[str, list[Any]]) -> Record:
    return Record(record.pk, str(record), None, changes)
