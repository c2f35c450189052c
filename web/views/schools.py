"""Schools: the list, one school with all that is known about it, and what is stated about it by hand."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from audit.queries import entries_under
from rollout.completion import Result
from rollout.models import Attainment
from rollout.services import attain
from schools.access import Right, require
from schools.models import School
from web.actors import actor_of
from web.changes import carried_out, sent
from web.dates import day_context, read_as_of
from web.forms.requirements import AttainmentForm
from web.lists import render_list
from web.remarks import hint_at_persons
from web.requirements import attainments_of, recorded_text, result_by_hand
from web.school_list import school_list_context
from web.school_page import school_context


@login_required
def school_list(request: HttpRequest) -> HttpResponse:
    context = school_list_context(request)
    return render_list(request, "schools/school_list.html", "schools/_school_table.html", context)


@login_required
def school_detail(request: HttpRequest, number: str) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    day = read_as_of(request)
    context = school_context(request.user, school, day) | day_context(day)
    return render(request, "schools/school_detail.html", context)


@login_required
def school_requirement(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Record a requirement that is fulfilled by hand, from any day on."""
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    require(request.user, Right.BOOK)
    day = read_as_of(request)
    result = result_by_hand(request.user, school, key, day)
    facts, trail = attainments_of(request.user, school, key), entries_under(Attainment, [school.pk])
    form = AttainmentForm(sent(request), rule=result.rule, day=day, today=timezone.localdate(), trail=trail)
    if request.method == "POST" and _is_attained(request, school, result, form):
        return redirect(f"{reverse('web:school_detail', args=[number])}#{key}")
    context = {"school": school, "result": result, "form": form, "facts": facts.known().reverse(), **day_context(day)}
    return render(request, "schools/school_requirement.html", context)


def _is_attained(request: HttpRequest, school: School, result: Result, form: AttainmentForm) -> bool:
    def record() -> int:
        attain(school, result.key, by=actor_of(request), **form.cleaned_data)
        return 1

    if not carried_out(form, School.objects.visible_to(request.user).filter(pk=school.pk), record):
        return False
    messages.success(request, recorded_text(request.user, school, result, form.cleaned_data["on"]))
    hint_at_persons(request, form)
    return True
