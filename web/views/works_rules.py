"""The rules of the trades: how long their phases usually take, and which trade waits for which."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rollout.enums import PHASES
from rollout.models import TemplateStep, TradeOrder
from rollout.services import set_template, set_trade_order
from schools.access import Right, require
from schools.enums import Trade
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.works_rules import TradeForm


@login_required
def trade_list(request: HttpRequest) -> HttpResponse:
    days, needs = _days(request), _needs(request)
    trades = [
        {
            "trade": trade,
            "days": [days.get((trade.value, phase.value)) for phase in PHASES],
            "total": sum(found for (of, _phase), found in days.items() if of == trade.value),
            "needs": [Trade(needed).label for of, needed in needs if of == trade.value],
        }
        for trade in Trade
    ]
    return render(request, "rollout/trade_list.html", {"trades": trades, "phases": PHASES})


@login_required
def trade_change(request: HttpRequest, trade: str) -> HttpResponse:
    if trade not in Trade.values:
        raise Http404
    require(request.user, Right.EDIT)
    days = {phase: number for (of, phase), number in _days(request).items() if of == trade}
    needs = [needed for of, needed in _needs(request) if of == trade]
    form = TradeForm(sent(request), trade=Trade(trade), days=days, needs=needs)

    def change() -> None:
        by = actor_of(request)
        set_template(trade, form.days, by=by)
        set_trade_order(trade, form.cleaned_data["needs"], by=by)

    if request.method == "POST" and is_done(form, TemplateStep.objects.visible_to(request.user), change):
        messages.success(request, _("The usual durations are saved."))
        return redirect("web:trade_list")
    return render(request, "rollout/trade_change.html", {"form": form, "trade": Trade(trade)})


def _days(request: HttpRequest) -> dict[tuple[str, str], int]:
    """``(trade, phase)`` → days after the phase before."""
    steps = TemplateStep.objects.visible_to(request.user).values_list("trade", "phase", "days")
    return {(trade, phase): days for trade, phase, days in steps}


def _needs(request: HttpRequest) -> list[tuple[str, str]]:
    return list(TradeOrder.objects.visible_to(request.user).order_by("pk").values_list("trade", "needs"))
