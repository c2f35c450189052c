"""Construction projects: a new one, what it is about, its milestones and rooms."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_about, entries_under
from rollout.enums import PHASES
from rollout.models import ConstructionProject, Milestone, ProjectRoom, ProjectRoomState
from rollout.progress import works_on
from rollout.schedule import without_phase
from rollout.services import (
    add_project,
    cover_rooms,
    edit_project,
    plan_from_template,
    set_milestones,
    set_rooms_done,
    uncover_rooms,
)
from schools.access import Right, require
from schools.models import Room, School
from web.actors import actor_of
from web.changes import carried_out, is_done, sent
from web.forms.works import MilestonesForm, PlanForm, ProjectCreateForm, ProjectEditForm, RoomsForm
from web.remarks import hint_at_persons
from web.works_reading import later_text, project_for

_PHASES = [phase.value for phase in PHASES]


@login_required
def project_create(request: HttpRequest) -> HttpResponse:
    """First the school (``?school=<number>``), then what is built at one of its sites."""
    schools = School.objects.visible_to(request.user)
    require(request.user, Right.EDIT)
    if not request.GET.get("school"):
        return render(request, "rollout/project_create.html", {"schools": schools})
    school = get_object_or_404(schools, number=request.GET["school"])
    form = ProjectCreateForm(sent(request), user=request.user, school=school, today=timezone.localdate())
    created: list[ConstructionProject] = []
    if request.method == "POST" and is_done(
        form, schools.filter(pk=school.pk), lambda: _create(request, form, created)
    ):
        messages.success(request, _("The construction project is recorded."))
        hint_at_persons(request, form)
        return redirect("web:project_detail", pk=created[-1].pk)
    return render(request, "rollout/project_create.html", {"school": school, "form": form})


def _create(request: HttpRequest, form: ProjectCreateForm, created: list[ConstructionProject]) -> None:
    by, begins_on = actor_of(request), form.cleaned_data["begins_on"]
    project = add_project(form.site, by=by, **form.project)
    if begins_on:
        plan_from_template(project, by=by, begins_on=begins_on, on=timezone.localdate())
    created.append(project)


@login_required
def project_edit(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for(request, pk, Right.EDIT)
    form = ProjectEditForm(sent(request), user=request.user, project=project, trail=entries_about(project))

    def edit() -> None:
        edit_project(project, by=actor_of(request), changes=form.changes, reason=form.cleaned_data["reason"])

    if request.method == "POST" and is_done(form, _locked(request, pk), edit):
        messages.success(request, _("The details of %(project)s are saved.") % {"project": project})
        hint_at_persons(request, form)
        return redirect("web:project_detail", pk=pk)
    return render(request, "rollout/project_edit.html", {"project": project, "form": form})


@login_required
def project_milestones(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan and forecast of all phases on one page; the actual day is that of the status."""
    project = project_for(request, pk, Right.BOOK)
    form = _milestones_form(request, project)
    recorded: list[Milestone] = []

    def record() -> int:
        try:
            recorded.extend(set_milestones(project, form.facts(project), by=actor_of(request)))
        except ValidationError as error:
            raise without_phase(error, _PHASES, ("on", "reason")) from error
        return len(recorded)

    if request.method == "POST":
        moved = carried_out(form, _locked(request, pk), record)
        if moved is not None:
            _tell(request, moved, _("The milestones are saved."))
            hint_at_persons(request, form)
            return _after(request, pk, form, recorded)
    context = {"project": project, "form": form, "plan": PlanForm(today=timezone.localdate(), auto_id="plan_%s")}
    return render(request, "rollout/project_milestones.html", context)


@login_required
def project_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the phases that lie ahead by the usual durations of the trade."""
    project = project_for(request, pk, Right.BOOK)
    form = PlanForm(sent(request), today=timezone.localdate())
    planned: list[Milestone] = []

    def plan() -> None:
        planned.extend(plan_from_template(project, by=actor_of(request), **form.cleaned_data))

    if request.method == "POST" and is_done(form, _locked(request, pk), plan):
        messages.success(request, _("The milestones are planned by the usual durations of the trade."))
        return _after(request, pk, form, planned)
    return render(request, "rollout/project_plan.html", {"project": project, "form": form})


def _after(request: HttpRequest, pk: int, form: MilestonesForm | PlanForm, milestones: list[Milestone]) -> HttpResponse:
    """To the milestones; where a later entry still applies there, to the message that says so, above them."""
    if told := later_text(request.user, milestones, form.cleaned_data["on"]):
        messages.info(request, told)
        return redirect("web:project_detail", pk=pk)
    return redirect(_part(pk, "milestones"))


def _milestones_form(request: HttpRequest, project: ConstructionProject) -> MilestonesForm:
    today = timezone.localdate()
    known = next(iter(works_on([project], today)), None)
    keys = Milestone.objects.visible_to(request.user).filter(project=project).values("pk")
    milestones = known.milestones if known else {}
    return MilestonesForm(sent(request), milestones=milestones, today=today, trail=entries_under(Milestone, keys))


@login_required
def project_rooms(request: HttpRequest, pk: int) -> HttpResponse:
    """Which rooms the works cover."""
    project = project_for(request, pk, Right.EDIT)
    there = {"building": project.building} if project.building else {"building__site": project.site}
    rooms = Room.objects.visible_to(request.user).filter(**there)
    ticked = _states(request, project).values_list("covered__room", flat=True)
    form = _rooms_form(request, project, rooms, list(ticked))

    def cover() -> int:
        how = {"by": actor_of(request), "on": form.cleaned_data["on"], "reason": form.cleaned_data["reason"]}
        added = cover_rooms(project, form.added, **how) if form.added else 0
        return added + (uncover_rooms(project, form.removed, **how) if form.removed else 0)

    if request.method == "POST" and _are_ticked(request, form, pk, cover):
        return redirect(_part(pk, "rooms"))
    return render(request, "rollout/project_rooms.html", {"project": project, "form": form})


@login_required
def project_rooms_done(request: HttpRequest, pk: int) -> HttpResponse:
    """In which rooms the works are done."""
    project = project_for(request, pk, Right.BOOK)
    states = dict(_states(request, project).values_list("covered__room", "is_done"))
    rooms = Room.objects.visible_to(request.user).filter(pk__in=list(states))
    form = _rooms_form(request, project, rooms, [room for room, is_ticked in states.items() if is_ticked])

    def record() -> int:
        how = {"by": actor_of(request), "on": form.cleaned_data["on"], "reason": form.cleaned_data["reason"]}
        added = set_rooms_done(project, form.added, **how) if form.added else 0
        return added + (set_rooms_done(project, form.removed, is_done=False, **how) if form.removed else 0)

    if request.method == "POST" and _are_ticked(request, form, pk, record):
        return redirect(_part(pk, "rooms"))
    return render(request, "rollout/project_rooms_done.html", {"project": project, "form": form})


def _rooms_form(request: HttpRequest, project: ConstructionProject, rooms: Any, ticked: list[int]) -> RoomsForm:
    keys = ProjectRoom.objects.visible_to(request.user).filter(project=project).values("pk")
    return RoomsForm(
        sent(request),
        rooms=rooms.select_related("building").order_by("building__name", "building", "name"),
        ticked=ticked,
        today=timezone.localdate(),
        trail=entries_under(ProjectRoom, keys),
    )


def _states(request: HttpRequest, project: ConstructionProject) -> QuerySet[ProjectRoomState]:
    """Rooms that the works cover today; a school's would be its own alone."""
    states = ProjectRoomState.objects.visible_to(request.user).as_of(timezone.localdate())
    found: QuerySet[ProjectRoomState] = states.filter(covered__project=project)
    return found


def _are_ticked(request: HttpRequest, form: RoomsForm, pk: int, act: Any) -> bool:
    changed = carried_out(form, _locked(request, pk), act)
    if changed is None:
        return False
    _tell(request, changed, _("The rooms are saved."))
    hint_at_persons(request, form)
    return True


def _tell(request: HttpRequest, changed: int, text: str) -> None:
    if changed:
        messages.success(request, text)
    else:
        messages.info(request, _("That was already recorded; nothing was changed."))


def _locked(request: HttpRequest, pk: int) -> QuerySet[ConstructionProject]:
    """What is locked while the project or a part of it changes."""
    rows: QuerySet[ConstructionProject] = ConstructionProject.objects.visible_to(request.user).filter(pk=pk)
    return rows


def _part(pk: int, name: str) -> str:
    return f"{reverse('web:project_detail', args=[pk])}#{name}"
