"""Devices that arrive, shared among schools: a proposal that a person changes and plans."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import PlannedHandOver
from inventory.services import NewHandOver, plan_hand_overs, withdraw_hand_over
from reports.distribution import Asked, propose
from rollout.completion import completion
from schools.access import Right, require
from schools.models import School
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.distribution import AskForm, PlanForm
from web.forms.reasons import ReasonForm
from web.remarks import hint_at_persons
from web.report_reading import money_tabs


@login_required
def distribution(request: HttpRequest) -> HttpResponse:
    """What is asked stands in the address; what was changed in the grid is posted to it."""
    require(request.user, Right.FUND if request.method == "POST" else Right.MONEY)
    today = timezone.localdate()
    report = completion(today)
    ask = AskForm(request.GET or None, user=request.user, rules=report.requirements)
    form = None
    if ask.is_valid():
        form = PlanForm(sent(request), proposal=propose(ask.asked, report), day=today)
        if request.method == "POST" and _is_planned(request, form, ask.asked, today):
            return redirect("web:distribution")
    plans = PlannedHandOver.objects.visible_to(request.user).as_of(today).filter(due_until__gt=today)
    context = {
        "ask": ask,
        "form": form,
        "plans": plans.select_related("category", "model__manufacturer", "school", "programme"),
        "tabs": money_tabs("web:distribution"),
    }
    return render(request, "reports/distribution.html", context)


@login_required
def hand_over_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a plan up from today on; one of today is taken back as a whole."""
    today = timezone.localdate()
    plans = PlannedHandOver.objects.visible_to(request.user).as_of(today).filter(pk=pk)
    plan: PlannedHandOver = get_object_or_404(plans.select_related("category", "school"))
    require(request.user, Right.FUND)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        on = today if plan.valid_from < today else None
        withdraw_hand_over(plan, by=actor_of(request), on=on, **form.cleaned_data)

    if request.method == "POST" and is_done(form, plans, withdraw):
        messages.success(request, _("The plan is withdrawn. It stays in the audit trail."))
        hint_at_persons(request, form)
        return redirect("web:distribution")
    return render(request, "reports/hand_over_withdraw.html", {"plan": plan, "form": form})


def _is_planned(request: HttpRequest, form: PlanForm, asked: Asked, today: date) -> bool:
    def plan() -> None:
        plan_hand_overs(_new_plans(form, asked, today), by=actor_of(request))

    if not is_done(form, School.objects.visible_to(request.user).none(), plan):
        return False
    number = sum(number for _one, number in form.quantities)
    text = ngettext("%(number)s device is planned.", "%(number)s devices are planned.", number)
    messages.success(request, text % {"number": number})
    hint_at_persons(request, form)
    return True


def _new_plans(form: PlanForm, asked: Asked, today: date) -> list[NewHandOver]:
    data = form.cleaned_data
    return [
        NewHandOver(
            asked.category,
            number,
            data["due_from"],
            data["due_until"],
            today,
            model=asked.model,
            school=school,
            programme=asked.programme,
            note=data["note"],
        )
        for school, number in form.quantities
    ]
