"""A requirement at one school: how it stands, and what is stated about it by hand, with its evidence."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.completion import Result
from rollout.models import Attainment, EvidenceFile
from rollout.services import attain, correct_attainment, remove_evidence, withdraw_attainment
from schools.access import Right, has_right, require, sees_everything
from schools.models import School
from web.actors import actor_of
from web.changes import is_done, sent
from web.dates import day_context, read_as_of
from web.forms.reasons import ReasonForm
from web.forms.requirements import AttainmentCorrectForm, AttainmentForm
from web.histories import neighbours
from web.remarks import hint_at_persons
from web.requirements import attainments_of, is_by_hand, recorded_text, requirement_context, result_of, trail_of
from web.stored_files import handed_out


@login_required
def school_requirement(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """How a requirement stands at a school and why; what no record can answer is recorded here."""
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    day = read_as_of(request)
    one, result = result_of(request.user, school, key, day)
    form = None
    if is_by_hand(result) and has_right(request.user, Right.BOOK):
        options = {"rule": result.rule, "today": timezone.localdate(), "trail": trail_of(school, key)}
        form = AttainmentForm(sent(request), request.FILES or None, initial={"on": day}, **options)
    if request.method == "POST":
        require(request.user, Right.BOOK)
        if form and _is_attained(request, school, result, form):
            return redirect(f"{reverse('web:school_detail', args=[number])}#{key}")
    context = requirement_context(request.user, one, result, is_whole=request.GET.get("all") == "1")
    context |= {"form": form, "sees_everything": sees_everything(request.user), **day_context(day)}
    return render(request, "schools/school_requirement.html", context)


@login_required
def attainment_correct(request: HttpRequest, pk: int) -> HttpResponse:
    fact = _fact(request, pk)
    day = timezone.localdate()
    _one, result = result_of(request.user, fact.school, fact.key, day)
    form = AttainmentCorrectForm(
        sent(request),
        request.FILES or None,
        fact=fact,
        rule=result.rule,
        today=day,
        trail=trail_of(fact.school, fact.key),
    )

    def correct() -> None:
        correct_attainment(fact, by=actor_of(request), **form.fact)

    if request.method == "POST" and is_done(form, _rows(request, fact.school), correct):
        messages.success(request, _("The entry is corrected. The former one stays on record."))
        hint_at_persons(request, form)
        return redirect("web:school_requirement", fact.school.number, fact.key)
    hint = _("For an entry that was wrong from the beginning. If something has changed since, record that instead.")
    context = {"heading": _("Correct entry"), "hint": hint, "form": form}
    return render(request, "rollout/requirement_part.html", context | _place(fact.school, result))


@login_required
def attainment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    fact = _fact(request, pk)
    _one, result = result_of(request.user, fact.school, fact.key, timezone.localdate())
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_attainment(fact, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, fact.school), withdraw):
        messages.success(request, _("The entry is withdrawn. It stays on record."))
        hint_at_persons(request, form)
        return redirect("web:school_requirement", fact.school.number, fact.key)
    before = neighbours(attainments_of(request.user, fact.school, fact.key).known(), fact)[0]
    hint = (
        _("The entry before it applies instead.")
        if before
        else _("It is the first entry: nothing is then known about this time.")
    )
    context = {"heading": _("Withdraw entry"), "state": fact, "hint": hint, "danger": _("Withdraw"), "form": form}
    return render(request, "rollout/requirement_part.html", context | _place(fact.school, result))


@login_required
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    return handed_out(get_object_or_404(EvidenceFile.objects.visible_to(request.user), pk=pk))


@login_required
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    files = EvidenceFile.objects.visible_to(request.user).select_related("school")
    file: EvidenceFile = get_object_or_404(files, pk=pk)
    require(request.user, Right.BOOK)
    _one, result = result_of(request.user, file.school, file.key, timezone.localdate())
    form = ReasonForm(sent(request))

    def remove() -> None:
        remove_evidence(file, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, file.school), remove):
        messages.success(request, _("The file is deleted."))
        return redirect("web:school_requirement", file.school.number, file.key)
    hint = _("“%(name)s” is deleted for good. What it proved stays as it is recorded.") % {"name": file.name}
    context = {"heading": _("Delete file"), "hint": hint, "danger": _("Delete"), "form": form}
    return render(request, "rollout/requirement_part.html", context | _place(file.school, result))


def _place(school: School, result: Result) -> dict[str, Any]:
    return {"school": school, "result": result}


def _fact(request: HttpRequest, pk: int) -> Attainment:
    facts = Attainment.objects.visible_to(request.user).select_related("school", "file")
    fact: Attainment = get_object_or_404(facts, pk=pk)
    require(request.user, Right.CORRECT)
    return fact


def _rows(request: HttpRequest, school: School) -> QuerySet[School]:
    """What is locked while something is stated about a school."""
    return School.objects.visible_to(request.user).filter(pk=school.pk)


def _is_attained(request: HttpRequest, school: School, result: Result, form: AttainmentForm) -> bool:
    def record() -> None:
        attain(school, result.key, by=actor_of(request), **form.fact)

    if not is_done(form, _rows(request, school), record):
        return False
    messages.success(request, recorded_text(request.user, school, result, form.cleaned_data["on"]))
    hint_at_persons(request, form)
    return True
