"""The wider programme: what the city has set out to do, its objectives, and the projects of each."""

from collections.abc import Callable
from functools import wraps
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
from web.forms.plan import InitiativeForm, ObjectiveForm, PlanForm
from web.forms.reasons import ReasonForm
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


def _about(model: type[Any]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Finds the record among those that the person sees (404), then asks for the right to publish (403)."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def found(request: HttpRequest, pk: int) -> HttpResponse:
            record = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
            require(request.user, Right.PUBLISH)
            return view(request, record)

        return found

    return decorate


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


@_about(MasterPlan)
def plan_change(request: HttpRequest, plan: MasterPlan) -> HttpResponse:
    delete_url = reverse("web:plan_delete", args=[plan.pk])
    return _change(request, PlanForm, plan, change_plan, heading=_("Change programme"), delete_url=delete_url)


@_about(MasterPlan)
def plan_delete(request: HttpRequest, plan: MasterPlan) -> HttpResponse:
    return _end(
        request,
        plan,
        delete_plan,
        heading=_("Delete programme"),
        danger=_("Delete"),
        done=_("The programme is deleted. The audit trail keeps it."),
    )


@_about(MasterPlan)
def objective_create(request: HttpRequest, plan: MasterPlan) -> HttpResponse:
    heading, done = _("New objective"), _("The objective is there.")
    return _create(request, ObjectiveForm, plan, create_objective, heading=heading, done=done)


@_about(Objective)
def objective_change(request: HttpRequest, objective: Objective) -> HttpResponse:
    delete_url = reverse("web:objective_delete", args=[objective.pk])
    heading = _("Change objective")
    return _change(request, ObjectiveForm, objective, change_objective, heading=heading, delete_url=delete_url)


@_about(Objective)
def objective_delete(request: HttpRequest, objective: Objective) -> HttpResponse:
    return _end(
        request,
        objective,
        delete_objective,
        heading=_("Delete objective"),
        danger=_("Delete"),
        done=_("The objective is deleted. The audit trail keeps it."),
    )


@_about(Objective)
def initiative_create(request: HttpRequest, objective: Objective) -> HttpResponse:
    done = _("The project is there. Nobody else sees it until you publish it.")
    heading = _("New project of the programme")
    return _create(request, InitiativeForm, objective, create_initiative, heading=heading, done=done)


@_about(Initiative)
def initiative_change(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    heading, back = _("Change project"), _url_of(initiative)
    return _change(request, InitiativeForm, initiative, change_initiative, heading=heading, back=back)


@login_required
@require_POST
@_about(Initiative)
def initiative_publish(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    form = forms.Form(request.POST)
    if is_done(form, _only(initiative, request), lambda: publish_initiative(initiative, by=actor_of(request))):
        messages.success(request, _("The project is published."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect(_url_of(initiative))


@_about(Initiative)
def initiative_unpublish(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    return _end(
        request,
        initiative,
        unpublish_initiative,
        heading=_("Take back publication"),
        danger=_("Take back publication"),
        back=_url_of(initiative),
        done=_("The project is not public any more."),
    )


@_about(Initiative)
def initiative_withdraw(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    return _end(
        request,
        initiative,
        withdraw_initiative,
        heading=_("Withdraw project"),
        danger=_("Withdraw"),
        done=_("The project is withdrawn. It stays in the audit trail."),
    )


def _create(request: HttpRequest, form_class: Any, above: Any, create: Callable[..., Any], **page: Any) -> HttpResponse:
    """A record below another one."""
    form = form_class(sent(request), trail=Entry.objects.none())

    def act() -> Any:
        return create(above, by=actor_of(request), **form.values)

    return _answer(request, form, act, rows=_only(above, request), about=above, **page)


def _change(
    request: HttpRequest, form_class: Any, record: Any, change: Callable[..., Any], **page: Any
) -> HttpResponse:
    form = form_class(sent(request), record=record, trail=entries_about(record))

    def act() -> Any:
        return change(record, by=actor_of(request), changes=form.changes, reason=form.cleaned_data["reason"])

    return _answer(request, form, act, rows=_only(record, request), about=record, **page)


def _end(request: HttpRequest, record: Any, end: Callable[..., Any], **page: Any) -> HttpResponse:
    """What needs nothing but a reason."""
    form = ReasonForm(sent(request))

    def act() -> Any:
        return end(record, by=actor_of(request), **form.cleaned_data)

    return _answer(request, form, act, rows=_only(record, request), about=record, **page)


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


def _initiative(request: HttpRequest, pk: int) -> Initiative:
    rows = Initiative.objects.visible_to(request.user).select_related("objective__plan")
    initiative: Initiative = get_object_or_404(rows, pk=pk)
    return initiative


def _only(record: Any, request: HttpRequest) -> QuerySet[Any]:
    rows: QuerySet[Any] = type(record).objects.visible_to(request.user).filter(pk=record.pk)
    return rows


def _url_of(initiative: Initiative) -> str:
    return reverse("web:initiative_detail", args=[initiative.pk])
