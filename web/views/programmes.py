"""Programmes: what there is of each as of a day, and their rules, schools and categories."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from audit.queries import entries_about, entries_under
from funding.models import Programme, ProgrammeSchool
from funding.services import create_programme, delete_programme, edit_programme, set_programme_schools
from inventory.models import Category, FundedCategory
from inventory.services.financing import set_eligible_categories
from schools.access import Right, require
from schools.models import School
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.funding import CappedForm, ProgrammeForm
from web.forms.reasons import OptionalReasonForm
from web.funding_reading import overview_context, programme_context
from web.remarks import hint_at_persons


@login_required
def programme_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.MONEY)
    return render(request, "funding/programme_list.html", overview_context(request))


@login_required
def programme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.MONEY)
    return render(request, "funding/programme_detail.html", programme_context(request, programme))


@login_required
def programme_create(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.FUND)
    rows = Programme.objects.visible_to(request.user).none()
    form = ProgrammeForm(sent(request), programme=Programme(), trail=entries_under(Programme, []))
    made: list[Programme] = []

    def create() -> None:
        reason = form.cleaned_data["reason"]
        made.append(create_programme(by=actor_of(request), values=form.values, reason=reason))

    if request.method == "POST" and is_done(form, rows, create):
        messages.success(request, _("The programme is there. Next: its grant notice."))
        hint_at_persons(request, form)
        return redirect("web:programme_detail", pk=made[0].pk)
    return render(request, "funding/programme_form.html", {"form": form})


@login_required
def programme_change(request: HttpRequest, pk: int) -> HttpResponse:
    programme = looked_after(request, pk)
    form = ProgrammeForm(sent(request), programme=programme, trail=entries_about(programme))

    def change() -> None:
        edit_programme(programme, by=actor_of(request), changes=form.changes, reason=form.cleaned_data["reason"])

    if request.method == "POST" and is_done(form, rows_of(request, programme), change):
        messages.success(request, _("The programme is saved."))
        hint_at_persons(request, form)
        return redirect("web:programme_detail", pk=pk)
    return render(request, "funding/programme_form.html", {"programme": programme, "form": form})


@login_required
def programme_delete(request: HttpRequest, pk: int) -> HttpResponse:
    programme = looked_after(request, pk)
    form = OptionalReasonForm(sent(request))

    def delete() -> None:
        delete_programme(programme, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, rows_of(request, programme), delete):
        messages.success(request, _("The programme is deleted. The audit trail keeps what was done with it."))
        return redirect("web:programme_list")
    return render(request, "funding/programme_delete.html", {"programme": programme, "form": form})


@login_required
def programme_schools(request: HttpRequest, pk: int) -> HttpResponse:
    programme = looked_after(request, pk)
    old = dict(programme.schools.values_list("school", "cap"))
    form = CappedForm(
        sent(request),
        records=School.objects.visible_to(request.user),
        chosen=old,
        trail=entries_under(ProgrammeSchool, programme.schools.values("pk")),
    )
    context = {"programme": programme, "form": form, "is_about_schools": True}
    return _list_changed(request, programme, form, set_programme_schools, context)


@login_required
def programme_categories(request: HttpRequest, pk: int) -> HttpResponse:
    programme = looked_after(request, pk)
    old = dict(programme.categories.values_list("category", "cap"))
    form = CappedForm(
        sent(request),
        records=Category.objects.visible_to(request.user),
        chosen=old,
        trail=entries_under(FundedCategory, programme.categories.values("pk")),
    )
    return _list_changed(request, programme, form, set_eligible_categories, {"programme": programme, "form": form})


def _list_changed(
    request: HttpRequest, programme: Programme, form: CappedForm, service: Callable[..., None], context: dict[str, Any]
) -> HttpResponse:
    def change() -> None:
        service(programme, form.caps, by=actor_of(request), reason=form.cleaned_data["reason"])

    if request.method == "POST" and is_done(form, rows_of(request, programme), change):
        messages.success(request, _("The list is saved."))
        return redirect("web:programme_detail", pk=programme.pk)
    return render(request, "funding/programme_caps.html", context)


def looked_after(request: HttpRequest, pk: int) -> Programme:
    """A programme, for somebody who looks after programmes."""
    programme: Programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.FUND)
    return programme


def rows_of(request: HttpRequest, programme: Programme) -> QuerySet[Any]:
    """What hangs on a programme is locked with it."""
    return Programme.objects.visible_to(request.user).filter(pk=programme.pk)
