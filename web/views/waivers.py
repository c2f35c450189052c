"""Waivers: which schools need not meet what for now, and why."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import Waiver
from rollout.services import end_waiver, grant_waiver, withdraw_waiver
from schools.access import Right, require, sees_everything
from schools.models import School
from web.actors import actor_of
from web.changes import is_done, sent
from web.dates import day_context, read_as_of
from web.forms.reasons import ReasonForm
from web.forms.requirements import WaiverEndForm, WaiverForm
from web.remarks import hint_at_persons
from web.requirements import result_of
from web.standards import standard_tabs, waiver_rows


@login_required
def waiver_list(request: HttpRequest) -> HttpResponse:
    """All that apply on a day, those that end first on top."""
    day = read_as_of(request)
    waivers = Waiver.objects.visible_to(request.user).as_of(day).select_related("school", "act__user")
    context = {
        "rows": waiver_rows(request.user, waivers),
        "tabs": standard_tabs("web:waiver_list"),
        "sees_everything": sees_everything(request.user),
        **day_context(day),
    }
    return render(request, "rollout/waiver_list.html", context)


@login_required
def waiver_grant(request: HttpRequest, number: str, key: str) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    require(request.user, Right.STANDARDS)
    today = timezone.localdate()
    _one, result = result_of(request.user, school, key, today)
    form = WaiverForm(sent(request), today=today)

    def grant() -> None:
        grant_waiver(school, key, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, school), grant):
        messages.success(request, _("The waiver is recorded."))
        hint_at_persons(request, form)
        return redirect("web:school_requirement", number, key)
    hint = _(
        "While it applies, the requirement counts neither in the grade nor among what is missing. "
        "If the school meets it all the same, that counts."
    )
    context = {"heading": _("Grant a waiver"), "hint": hint, "form": form, "school": school, "result": result}
    return render(request, "rollout/requirement_part.html", context)


@login_required
def waiver_end(request: HttpRequest, pk: int) -> HttpResponse:
    waiver = _waiver(request, pk)
    form = WaiverEndForm(sent(request), waiver=waiver, today=timezone.localdate())

    def end() -> None:
        end_waiver(waiver, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, waiver.school), end):
        messages.success(request, _("The end of the waiver is recorded."))
        hint_at_persons(request, form)
        return redirect("web:school_requirement", waiver.school.number, waiver.key)
    context = {"heading": _("End the waiver"), "hint": waiver.reason, "state": waiver, "form": form}
    return render(request, "rollout/requirement_part.html", context | {"school": waiver.school, "key": waiver.key})


@login_required
def waiver_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    waiver = _waiver(request, pk)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_waiver(waiver, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, waiver.school), withdraw):
        messages.success(request, _("The waiver is withdrawn. It stays on record."))
        hint_at_persons(request, form)
        return redirect("web:school_requirement", waiver.school.number, waiver.key)
    hint = _(
        "For a waiver that should never have been recorded: it is taken back from its first day on, and figures "
        "of those days follow. If it only ends, set its last day instead."
    )
    context = {"heading": _("Withdraw the waiver"), "hint": hint, "danger": _("Withdraw"), "state": waiver}
    context |= {"form": form, "school": waiver.school, "key": waiver.key}
    return render(request, "rollout/requirement_part.html", context)


def _waiver(request: HttpRequest, pk: int) -> Waiver:
    waivers = Waiver.objects.visible_to(request.user).known().select_related("school", "act__user")
    waiver: Waiver = get_object_or_404(waivers, pk=pk)
    require(request.user, Right.STANDARDS)
    return waiver


def _rows(request: HttpRequest, school: School) -> QuerySet[School]:
    """What is locked while the waivers of a school change."""
    return School.objects.visible_to(request.user).filter(pk=school.pk)
