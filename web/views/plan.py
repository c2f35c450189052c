"""The wider programme: what the city has set out to do, its objectives, and the projects of each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.models import Entry
from audit.queries import entries_about
from rollout.models import Initiative, MasterPlan, Objective, ProgressEntry
from rollout.plan_reading import entry_groups, programmes
from rollout.services import (
    change_initiative,
    change_objective,
    change_plan,
    create_initiative,
    create_objective,
    create_plan,
    delete_objective,
    delete_plan,
    publish_initiative,
    unpublish_initiative,
    withdraw_initiative,
)
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.plan import InitiativeForm, ObjectiveForm, PlanForm, ReasonForm
from web.plan_reading import hint_at_contact
from web.remarks import hint_at_persons


@login_required
def plan_overview(request: HttpRequest) -> HttpResponse:
    context = {"plans": programmes(request.user), "is_public": settings.PUBLIC_PROGRESS}
    return render(request, "plan/plan_overview.html", context)


@login_required
def initiative_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A project with its entries; drafts for whoever may publish them."""
    initiative = _initiative(request, pk)
    entries = list(ProgressEntry.objects.visible_to(request.user).filter(initiatives=initiative))
    context = {
        "initiative": initiative,
        "groups": entry_groups(entry for entry in entries if entry.published_at),
        "drafts": [entry for entry in entries if not entry.published_at],
        "is_public": settings.PUBLIC_PROGRESS,
    }
    return render(request, "plan/initiative_detail.html", context)


@login_required
def plan_create(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.PUBLISH)
    form = PlanForm(sent(request), trail=Entry.objects.none())
    return _answer(
        request,
        form,
        lambda: create_plan(by=actor_of(request), **form.values),
        rows=MasterPlan.objects.visible_to(request.user).none(),
        heading=_("New programme"),
        done=_("The programme is there."),
    )


@login_required
def plan_change(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(MasterPlan.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.PUBLISH)
    form = PlanForm(sent(request), record=plan, trail=entries_about(plan))
    return _answer(
        request,
        form,
        lambda: change_plan(plan, **_change(request, form)),
        rows=_only(plan, request),
        heading=_("Change programme"),
        about=plan,
        delete_url=reverse("web:plan_delete", args=[pk]),
    )


@login_required
def plan_delete(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(MasterPlan.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.PUBLISH)
    form = ReasonForm(sent(request))
    return _answer(
        request,
        form,
        lambda: delete_plan(plan, by=actor_of(request), **form.cleaned_data),
        rows=_only(plan, request),
        heading=_("Delete programme"),
        about=plan,
        danger=_("Delete"),
        done=_("The programme is deleted. The audit trail keeps it."),
    )


@login_required
def objective_create(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(MasterPlan.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.PUBLISH)
    form = ObjectiveForm(sent(request), trail=Entry.objects.none())
    return _answer(
        request,
        form,
        lambda: create_objective(plan, by=actor_of(request), **form.values),
        rows=_only(plan, request),
        heading=_("New objective"),
        about=plan,
        done=_("The objective is there."),
    )


@login_required
def objective_change(request: HttpRequest, pk: int) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.PUBLISH)
    form = ObjectiveForm(sent(request), record=objective, trail=entries_about(objective))
    return _answer(
        request,
        form,
        lambda: change_objective(objective, **_change(request, form)),
        rows=_only(objective, request),
        heading=_("Change objective"),
        about=objective,
        delete_url=reverse("web:objective_delete", args=[pk]),
    )


@login_required
def objective_delete(request: HttpRequest, pk: int) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.PUBLISH)
    form = ReasonForm(sent(request))
    return _answer(
        request,
        form,
        lambda: delete_objective(objective, by=actor_of(request), **form.cleaned_data),
        rows=_only(objective, request),
        heading=_("Delete objective"),
        about=objective,
        danger=_("Delete"),
        done=_("The objective is deleted. The audit trail keeps it."),
    )


@login_required
def initiative_create(request: HttpRequest, pk: int) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.PUBLISH)
    form = InitiativeForm(sent(request), trail=Entry.objects.none())
    return _answer(
        request,
        form,
        lambda: create_initiative(objective, by=actor_of(request), **form.values),
        rows=_only(objective, request),
        heading=_("New project of the programme"),
        about=objective,
        done=_("The project is there. Nobody else sees it until you publish it."),
    )


@login_required
def initiative_change(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = _initiative(request, pk)
    require(request.user, Right.PUBLISH)
    form = InitiativeForm(sent(request), record=initiative, trail=entries_about(initiative))
    return _answer(
        request,
        form,
        lambda: change_initiative(initiative, **_change(request, form)),
        rows=_only(initiative, request),
        heading=_("Change project"),
        about=initiative,
        back=_url_of(initiative),
    )


@login_required
@require_POST
def initiative_publish(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = _initiative(request, pk)
    require(request.user, Right.PUBLISH)
    form = forms.Form(request.POST)
    if is_done(form, _only(initiative, request), lambda: publish_initiative(initiative, by=actor_of(request))):
        messages.success(request, _("The project is published."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect(_url_of(initiative))


@login_required
def initiative_unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = _initiative(request, pk)
    require(request.user, Right.PUBLISH)
    form = ReasonForm(sent(request))
    return _answer(
        request,
        form,
        lambda: unpublish_initiative(initiative, by=actor_of(request), **form.cleaned_data),
        rows=_only(initiative, request),
        heading=_("Take back publication"),
        about=initiative,
        back=_url_of(initiative),
        danger=_("Take back publication"),
        done=_("The project is not public any more."),
    )


@login_required
def initiative_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = _initiative(request, pk)
    require(request.user, Right.PUBLISH)
    form = ReasonForm(sent(request))
    return _answer(
        request,
        form,
        lambda: withdraw_initiative(initiative, by=actor_of(request), **form.cleaned_data),
        rows=_only(initiative, request),
        heading=_("Withdraw project"),
        about=initiative,
        danger=_("Withdraw"),
        done=_("The project is withdrawn. It stays in the audit trail."),
    )


def _answer(
    request: HttpRequest, form: Any, act: Callable[[], object], *, rows: QuerySet[Any], done: str = "", **page: Any
) -> HttpResponse:
    """The form, or where it leads when it is carried out: to a new project, else to ``back`` or the overview."""
    made: list[Any] = []
    back = page.setdefault("back", reverse("web:plan_overview"))
    if request.method == "POST" and is_done(form, rows, lambda: made.append(act())):
        messages.success(request, done or _("Your changes are saved."))
        hint_at_persons(request, form)
        hint_at_contact(request, form)
        record = made[0]
        is_shown = isinstance(record, Initiative) and record.withdrawn_at is None
        return redirect(_url_of(record) if is_shown else back)
    return render(request, "plan/plan_form.html", {"form": form, **page})


def _change(request: HttpRequest, form: Any) -> dict[str, Any]:
    return {"by": actor_of(request), "changes": form.changes, "reason": form.cleaned_data["reason"]}


def _initiative(request: HttpRequest, pk: int) -> Initiative:
    rows = Initiative.objects.visible_to(request.user).select_related("objective__plan")
    initiative: Initiative = get_object_or_404(rows, pk=pk)
    return initiative


def _only(record: Any, request: HttpRequest) -> QuerySet[Any]:
    rows: QuerySet[Any] = type(record).objects.visible_to(request.user).filter(pk=record.pk)
    return rows


def _url_of(initiative: Initiative) -> str:
    return reverse("web:initiative_detail", args=[initiative.pk])
