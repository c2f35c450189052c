"""What was granted and drawn of a programme, and the dates that its funder set."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from costs.limits import drawdown_warnings
from funding import services
from funding.models import Drawdown, GrantNotice, Programme, ProgrammeMilestone
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.funding import AmountForm, MilestoneDayForm
from web.forms.reasons import ReasonForm
from web.remarks import hint_at_persons
from web.views.programmes import looked_after, rows_of


@login_required
def notice_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _added(request, looked_after(request, pk), services.add_notice, is_notice=True)


@login_required
def notice_correct(request: HttpRequest, pk: int, notice_pk: int) -> HttpResponse:
    return _corrected(request, _notice(request, pk, notice_pk), services.correct_notice, is_notice=True)


@login_required
def notice_withdraw(request: HttpRequest, pk: int, notice_pk: int) -> HttpResponse:
    return _withdrawn(request, _notice(request, pk, notice_pk), services.withdraw_notice, is_notice=True)


@login_required
def drawdown_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _added(request, looked_after(request, pk), services.add_drawdown, is_notice=False)


@login_required
def drawdown_correct(request: HttpRequest, pk: int, drawdown_pk: int) -> HttpResponse:
    return _corrected(request, _drawdown(request, pk, drawdown_pk), services.correct_drawdown, is_notice=False)


@login_required
def drawdown_withdraw(request: HttpRequest, pk: int, drawdown_pk: int) -> HttpResponse:
    return _withdrawn(request, _drawdown(request, pk, drawdown_pk), services.withdraw_drawdown, is_notice=False)


@login_required
def programme_milestone_create(request: HttpRequest, pk: int) -> HttpResponse:
    programme = looked_after(request, pk)
    form = MilestoneDayForm(sent(request))

    def create() -> None:
        services.set_programme_milestone(programme, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, rows_of(request, programme), create):
        messages.success(request, _("The date is recorded."))
        return redirect("web:programme_detail", pk=pk)
    return render(request, "funding/programme_milestone_form.html", {"programme": programme, "form": form})


@login_required
def programme_milestone_change(request: HttpRequest, pk: int, milestone_pk: int) -> HttpResponse:
    """Move it, say when it was met, or (``action=delete``) delete it."""
    programme = looked_after(request, pk)
    step = get_object_or_404(ProgrammeMilestone.objects.visible_to(request.user), pk=milestone_pk, programme=programme)
    form = MilestoneDayForm(sent(request), milestone=step)

    def change() -> None:
        if request.POST.get("action") == "delete":
            services.delete_programme_milestone(step, by=actor_of(request))
            return
        services.set_programme_milestone(programme, step.name, by=actor_of(request), due_on=form.cleaned_data["due_on"])
        services.set_programme_milestone_done(step, by=actor_of(request), on=form.cleaned_data["done_on"])

    if request.method == "POST" and is_done(form, rows_of(request, programme), change):
        messages.success(request, _("The date is saved."))
        return redirect("web:programme_detail", pk=pk)
    return render(
        request, "funding/programme_milestone_form.html", {"programme": programme, "step": step, "form": form}
    )


def _notice(request: HttpRequest, pk: int, notice_pk: int) -> GrantNotice:
    looked_after(request, pk)
    believed = GrantNotice.objects.visible_to(request.user).known().select_related("programme")
    notice: GrantNotice = get_object_or_404(believed, pk=notice_pk, programme=pk)
    return notice


def _drawdown(request: HttpRequest, pk: int, drawdown_pk: int) -> Drawdown:
    looked_after(request, pk)
    believed = Drawdown.objects.visible_to(request.user).known().select_related("programme")
    drawdown: Drawdown = get_object_or_404(believed, pk=drawdown_pk, programme=pk)
    return drawdown


def _added(request: HttpRequest, programme: Programme, service: Callable[..., Any], *, is_notice: bool) -> HttpResponse:
    form = AmountForm(sent(request), fact=None, is_notice=is_notice, today=timezone.localdate())

    def add() -> None:
        if not is_notice:
            form.confirm(_too_much(form, programme))
        service(programme, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, rows_of(request, programme), add):
        messages.success(request, _("The amount is recorded."))
        hint_at_persons(request, form)
        return redirect("web:programme_detail", pk=programme.pk)
    return _form_page(request, programme, form, is_notice=is_notice)


def _corrected(
    request: HttpRequest, fact: GrantNotice | Drawdown, service: Callable[..., Any], *, is_notice: bool
) -> HttpResponse:
    form = AmountForm(sent(request), fact=fact, is_notice=is_notice, today=timezone.localdate())

    def correct() -> None:
        if isinstance(fact, Drawdown):
            form.confirm(_too_much(form, fact.programme, fact))
        service(fact, by=actor_of(request), changes=form.changes, reason=form.cleaned_data["reason"])

    if request.method == "POST" and is_done(form, rows_of(request, fact.programme), correct):
        messages.success(request, _("The entry is corrected. The former one stays on record."))
        hint_at_persons(request, form)
        return redirect("web:programme_detail", pk=fact.programme_id)
    return _form_page(request, fact.programme, form, is_notice=is_notice, fact=fact)


def _too_much(form: AmountForm, programme: Programme, drawdown: Drawdown | None = None) -> list[str]:
    """As of today, or of the day of the drawdown where that is later."""
    day = max(form.cleaned_data["on"], timezone.localdate())
    return drawdown_warnings(programme, form.cleaned_data["amount"], day, drawdown=drawdown)


def _form_page(request: HttpRequest, programme: Programme, form: AmountForm, **context: Any) -> HttpResponse:
    return render(request, "funding/amount_form.html", {"programme": programme, "form": form, **context})


def _withdrawn(
    request: HttpRequest, fact: GrantNotice | Drawdown, service: Callable[..., None], *, is_notice: bool
) -> HttpResponse:
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        service(fact, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, rows_of(request, fact.programme), withdraw):
        messages.success(request, _("The entry is withdrawn. It stays on record."))
        return redirect("web:programme_detail", pk=fact.programme_id)
    context = {"programme": fact.programme, "fact": fact, "form": form, "is_notice": is_notice}
    return render(request, "funding/amount_withdraw.html", context)
