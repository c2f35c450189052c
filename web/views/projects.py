"""Construction projects: the list, one project with its history, and changes of its status."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.queries import entries_about, entries_under
from rollout.filters import ProjectFilter
from rollout.models import ConstructionProject, ProjectState
from rollout.services import change_projects, correct_project_state, withdraw_project_state
from schools.access import Right, require
from web.actors import actor_of
from web.changes import carried_out, is_done, sent
from web.forms.projects import ProjectBulkChangeForm, ProjectChangeForm, ProjectStateCorrectForm
from web.forms.reasons import ReasonForm
from web.lists import filters_of, keys_of, render_list, wants_fragment
from web.meanwhile import answer_overtaken
from web.project_reading import (
    detail_context,
    entries_of,
    facts_about,
    list_context,
    neighbours_of,
    recorded_text,
    with_place,
)
from web.remarks import hint_at_persons
from web.table_reading import begins_with_view
from web.works_boards import tabs

SHOWN = 12


@login_required
@begins_with_view("projects")
def project_list(request: HttpRequest) -> HttpResponse:
    context = {**list_context(request), "tabs": tabs("project_list")}
    return render_list(request, "rollout/project_list.html", "rollout/_project_table.html", context)


@login_required
def project_detail(request: HttpRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(with_place(ConstructionProject.objects.visible_to(request.user)), pk=pk)
    return render(request, "rollout/project_detail.html", detail_context(request, project))


@login_required
def project_change(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own; htmx puts the form alone into the project's page, and refreshes its choices."""
    project = get_object_or_404(with_place(ConstructionProject.objects.visible_to(request.user)), pk=pk)
    require(request.user, Right.BOOK)
    form = _change_form(request, project)
    if request.method == "POST" and not form.is_preview and _is_changed(request, project, form):
        return redirect("web:project_detail", pk=project.pk)
    fragment = "rollout/_project_status.html" if form.is_preview else "rollout/_project_change.html"
    template = fragment if wants_fragment(request) else "rollout/project_change.html"
    return render(request, template, {"project": project, "form": form})


def _change_form(request: HttpRequest, project: ConstructionProject) -> ProjectChangeForm:
    return ProjectChangeForm(
        sent(request),
        states=list(facts_about(request, project).known()),
        trail=entries_about(project),
        today=timezone.localdate(),
        is_preview="refresh" in request.POST,
    )


def _is_changed(request: HttpRequest, project: ConstructionProject, form: ProjectChangeForm) -> bool:
    changed = carried_out(
        form,
        _rows(request, project.pk),
        lambda: change_projects([project], by=actor_of(request), **form.changes).changed,
    )
    if changed:
        messages.success(request, recorded_text(request, project, form.changes["on"]))
        hint_at_persons(request, form)
    elif changed is not None:
        messages.info(request, _("That was already recorded; nothing was changed."))
    return changed is not None


@login_required
def project_state_correct(request: HttpRequest, pk: int, state_pk: int) -> HttpResponse:
    state = get_object_or_404(entries_of(request, pk), pk=state_pk)
    require(request.user, Right.CORRECT)
    if state.superseded_at:
        return _too_late(request, state)
    form = _correct_form(request, state)

    def correct() -> None:
        correct_project_state(state, by=actor_of(request), **form.changes)

    if request.method == "POST" and not form.is_preview and is_done(form, _rows(request, pk), correct):
        messages.success(request, _("The entry is corrected. The former one stays on record."))
        return redirect("web:project_detail", pk=pk)
    return render(request, "rollout/project_state_correct.html", {"project": state.project, "form": form})


@login_required
def project_state_withdraw(request: HttpRequest, pk: int, state_pk: int) -> HttpResponse:
    state = get_object_or_404(entries_of(request, pk), pk=state_pk)
    require(request.user, Right.CORRECT)
    if state.superseded_at:
        return _too_late(request, state)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_project_state(state, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, pk), withdraw):
        messages.success(request, _("The entry is withdrawn. It stays on record."))
        return redirect("web:project_detail", pk=pk)
    context = {"project": state.project, "state": state, "before": neighbours_of(request, state)[0], "form": form}
    return render(request, "rollout/project_state_withdraw.html", context)


def _too_late(request: HttpRequest, state: ProjectState) -> HttpResponse:
    form, facts = _correct_form(request, state), facts_about(request, state.project)
    names = {"page": "web:project_detail", "correct": "web:project_state_correct"}
    return answer_overtaken(request, state.project, state, form, facts, **names)


def _correct_form(request: HttpRequest, state: ProjectState) -> ProjectStateCorrectForm:
    before, after = neighbours_of(request, state)
    around = (before.status if before else None, after.status if after else None)
    return ProjectStateCorrectForm(
        sent(request),
        state=state,
        neighbours=around,
        today=timezone.localdate(),
        is_preview="refresh" in request.POST,
    )


def _rows(request: HttpRequest, pk: int) -> QuerySet[ConstructionProject]:
    """What is locked while a project or an entry of its history changes."""
    return ConstructionProject.objects.visible_to(request.user).filter(pk=pk)


@login_required
def project_bulk_change(request: HttpRequest) -> HttpResponse:
    """The choice stands in the address (``scope=all`` and filters, or ``project=…``), the change is posted."""
    projects = chosen_projects(request)
    require(request.user, Right.BOOK)
    statuses = list(projects.order_by().values_list("status", flat=True))
    form = _bulk_form(request, projects, statuses)
    if not statuses:
        messages.warning(request, _("No construction project was chosen."))
    elif request.method != "POST" or not _are_changed(request, projects, form):
        context = {"number": len(statuses), "sample": with_place(projects)[:SHOWN], "back": _list_address(request)}
        return render(request, "rollout/project_bulk_change.html", {"form": form, **context})
    return redirect(_list_address(request))


def chosen_projects(request: HttpRequest) -> QuerySet[ConstructionProject]:
    """Keys that are not the person's to see count as not there."""
    visible = ConstructionProject.objects.visible_to(request.user)
    if request.GET.get("scope") == "all":
        return ProjectFilter(filters_of(request.GET, "project"), visible, request=request).qs
    return visible.filter(pk__in=keys_of(request.GET.getlist("project")))


def _bulk_form(
    request: HttpRequest, projects: QuerySet[ConstructionProject], statuses: list[str]
) -> ProjectBulkChangeForm:
    trail = entries_under(ConstructionProject, projects.order_by().values("pk"))
    return ProjectBulkChangeForm(sent(request), trail=trail, statuses=statuses, today=timezone.localdate())


def _are_changed(request: HttpRequest, projects: QuerySet[ConstructionProject], form: ProjectBulkChangeForm) -> bool:
    by = actor_of(request)
    changed = carried_out(
        form, projects, lambda: change_projects(projects, by=by, **form.changes).changed, are_many=True
    )
    if changed is None:
        return False
    text = ngettext(
        "%(count)d construction project was changed.", "%(count)d construction projects were changed.", changed
    )
    messages.success(request, text % {"count": changed})
    hint_at_persons(request, form)
    return True


def _list_address(request: HttpRequest) -> str:
    query = filters_of(request.GET, "project").urlencode()
    return reverse("web:project_list") + (f"?{query}" if query else "")
