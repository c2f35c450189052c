"""What the pages of construction projects show: the list of any day, one project with its history."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_about
from rollout.enums import ProjectStatus
from rollout.filters import ProjectAsOfFilter, ProjectFilter
from rollout.models import ConstructionProject, ProjectState
from schools.access import only_school_of, sees_everything
from schools.models import School
from web.dates import day_context, read_as_of
from web.forms.projects import VALUES
from web.histories import history_context, neighbours, next_after, until_text
from web.lists import PER_PAGE, chips_of, dressed, filters_of
from web.works_reading import works_context

#: Tiles above the list, each with the states that it counts.
TILES = (
    (ProjectStatus.UNDER_CONSTRUCTION,),
    (ProjectStatus.BLOCKED,),
    (
        ProjectStatus.PLANNED,
        ProjectStatus.SURVEYED,
        ProjectStatus.DESIGNED,
        ProjectStatus.TENDERED,
        ProjectStatus.AWARDED,
    ),
    (ProjectStatus.ACCEPTED,),
    (ProjectStatus.LIVE,),
)


class Row(NamedTuple):
    """One line of the list. ``placed``: the project, or its state on the day."""

    project: ConstructionProject
    placed: Any
    since: date


class Tile(NamedTuple):
    states: tuple[ProjectStatus, ...]
    number: int

    @property
    def query(self) -> str:
        return "&".join(f"status={state.value}" for state in self.states)


def list_context(request: HttpRequest) -> dict[str, Any]:
    """``?as_of=`` gives the list as it was on that day."""
    day = read_as_of(request)
    found = _filtered(request, day)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "filter_form": dressed(found.form),
        "page_obj": page,
        "rows": _rows(page.object_list),
        "chips": chips_of(found.form, request.GET),
        "filters": filters_of(request.GET),
        "tiles": _tiles(request.user, day),
        "has_one_school": only_school_of(request.user) is not None,
        **day_context(day),
    }


def _filtered(request: HttpRequest, day: date) -> ProjectFilter:
    """Today's list from the projects, any other day's from their states."""
    schools = School.objects.visible_to(request.user)
    if day == timezone.localdate():
        projects = ConstructionProject.objects.visible_to(request.user).select_related("site", "building")
        shown = projects.prefetch_related(Prefetch("site__schools", schools))
        return ProjectFilter(request.GET, shown, request=request)
    states = ProjectState.objects.visible_to(request.user).as_of(day)
    named = states.select_related("project__site", "project__building")
    named = named.prefetch_related(Prefetch("project__site__schools", schools))
    ordered = named.order_by("project__site__sort_key", "project__trade", "project")
    return ProjectAsOfFilter(request.GET, ordered, request=request)


def _rows(found: Iterable[Any]) -> list[Row]:
    return [
        Row(one.project, one, one.valid_from) if isinstance(one, ProjectState) else Row(one, one, one.since)
        for one in found
    ]


def _tiles(user: Any, day: date) -> list[Tile]:
    """How many projects were in which states on ``day``; whatever the filter says."""
    states = ProjectState.objects.visible_to(user).as_of(day).order_by().values_list("status")
    numbers = dict(states.annotate(number=Count("pk")))
    return [Tile(group, sum(numbers.get(state, 0) for state in group)) for group in TILES]


def with_place(projects: QuerySet[ConstructionProject]) -> QuerySet[ConstructionProject]:
    return projects.select_related("site", "building", "financing")


def detail_context(request: HttpRequest, project: ConstructionProject) -> dict[str, Any]:
    """``?all=1`` tells superseded entries, too; ``?as_of=`` shows the status of another day on top."""
    day = read_as_of(request)
    facts = list(facts_about(request, project).select_related("act__user"))
    believed = [state for state in facts if state.superseded_at is None]
    beside = ConstructionProject.objects.visible_to(request.user).filter(site=project.site_id).exclude(pk=project.pk)
    return {
        "project": project,
        "placed": next((state for state in reversed(believed) if state.valid_from <= day), None),
        **history_context(facts, VALUES, entries_about(project), is_whole=bool(request.GET.get("all"))),
        "sees_everything": sees_everything(request.user),
        "schools": School.objects.visible_to(request.user).filter(sites=project.site_id),
        "beside": beside.select_related("site", "building").order_by("trade", "pk"),
        **works_context(request.user, project, day),
        **day_context(day),
    }


def recorded_text(request: HttpRequest, project: ConstructionProject, day: date) -> str:
    """The message after a change from ``day`` on; where a later entry follows, until when it applies."""
    text = _("The new status of %(project)s is recorded.") % {"project": project}
    later = next_after(facts_about(request, project).known(), day)
    return f"{text} {until_text(later, later.get_status_display())}" if later else text


def facts_about(request: HttpRequest, project: ConstructionProject) -> Any:
    """All rows about a project, by day: believed ones and superseded ones."""
    return ProjectState.objects.visible_to(request.user).filter(project=project).order_by("valid_from", "pk")


def entries_of(request: HttpRequest, pk: int) -> QuerySet[ProjectState]:
    states = ProjectState.objects.visible_to(request.user).filter(project=pk)
    return states.select_related("project__site", "project__building")


def neighbours_of(request: HttpRequest, state: ProjectState) -> tuple[ProjectState | None, ProjectState | None]:
    """The entries before and after, as they are believed now."""
    return neighbours(facts_about(request, state.project).known(), state)
