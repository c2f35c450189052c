"""Construction projects of today and of past days, and their history."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.bulk import DiffSerializer
from api.serializers.projects import (
    ProjectCorrectionInput,
    ProjectDetails,
    ProjectInput,
    ProjectSerializer,
    ProjectStateSerializer,
    ProjectStatusInput,
    ProjectTransitionInput,
)
from api.serializers.queries import AsOfQuery
from api.serializers.schools import ReasonInput
from api.serializers.works import MilestonesSerializer, PlanInput, ProjectProgressSerializer
from api.versions import matching
from api.views.authority import check_money
from api.views.base import ChangeMixin, CreateMixin, DatedViewSet, actor
from api.views.bulk import STATE, at_ids, carried_out, diff_data, named
from api.views.schools import visible_uses
from rollout.filters import ProjectAsOfFilter, ProjectFilter
from rollout.models import ConstructionProject, ProjectState
from rollout.progress import works_on
from rollout.services import (
    add_project,
    change_project,
    change_projects,
    correct_project_state,
    edit_project,
    plan_from_template,
    withdraw_project_state,
)
from rollout.services.projects import DETAILS
from schools.access import Right


class ProjectViewSet(CreateMixin, ChangeMixin, DatedViewSet):
    serializer_class = ProjectSerializer
    state_serializer_class = ProjectStateSerializer
    filterset_classes = [ProjectFilter, ProjectAsOfFilter]
    record = "project"
    dated = {"since": "valid_from", "status": "status", "reason": "reason"}
    inputs = {
        "create": ProjectInput,
        "partial_update": ProjectDetails,
        "place": ProjectStatusInput,
        "plan": PlanInput,
        "transition": ProjectTransitionInput,
        "correct": ProjectCorrectionInput,
        "withdraw": ReasonInput,
    }
    outputs = {"transition": DiffSerializer, "progress": ProjectProgressSerializer, "plan": MilestonesSerializer}
    queries = {**DatedViewSet.queries, "progress": AsOfQuery}
    rights = {
        "create": Right.EDIT,
        "partial_update": Right.EDIT,
        "place": Right.BOOK,
        "plan": Right.BOOK,
        "transition": Right.BOOK,
        "correct": Right.CORRECT,
        "withdraw": Right.CORRECT,
    }

    def today(self) -> QuerySet[ConstructionProject]:
        projects = ConstructionProject.objects.visible_to(self.request.user)
        return projects.select_related("site", "building", "financing").prefetch_related(
            visible_uses(self.request.user, "site__uses")
        )

    def history(self) -> Any:
        states = ProjectState.objects.visible_to(self.request.user)
        return states.select_related("project__site", "project__building", "project__financing").prefetch_related(
            visible_uses(self.request.user, "project__site__uses")
        )

    def as_it_was(self, state: ProjectState) -> ConstructionProject:
        project = state.project
        project.since = state.valid_from
        project.status, project.reason = state.status, state.reason
        return project

    def add(self, data: dict[str, Any]) -> ConstructionProject:
        """Create a project with its first status."""
        check_money(self.request.user, data, "contract_sum")
        details = {name: data.pop(name) for name in DETAILS if name in data and name != "title"}
        return add_project(data.pop("site"), by=actor(self.request), details=details, **data)

    def change(self, record: ConstructionProject, data: dict[str, Any]) -> None:
        """Set what has no history; the status has one, see ``change``."""
        check_money(self.request.user, data, "contract_sum")
        reason = data.pop("reason", "")
        edit_project(record, by=actor(self.request), changes=data, reason=reason)

    @action(detail=True)
    def progress(self, request: Request, pk: str) -> Response:
        """Milestones with plan, forecast and actual day, rooms, defects and what it waits for, as of a day."""
        project = get_object_or_404(self.today(), pk=pk)
        day = self.query.get("as_of") or timezone.localdate()
        works = works_on([project], day, self.query.get("known_at"))
        if not works:
            raise Http404
        return Response(self.get_serializer(works[0]).data)

    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        """Plan the phases that lie ahead by the usual durations of the trade."""
        project, said = self.get_object(), self.read_input()
        with matching(request, project) as current:
            planned = plan_from_template(current, by=actor(request), **said)
        return Response(self.get_serializer({"milestones": planned}).data)

    @action(detail=False, methods=["post"])
    def transition(self, request: Request) -> Response:
        """Change many projects as one act, all or none; with ``dry_run`` say of each what would be."""
        change = self.read_input()
        dry_run, keys = change.pop("dry_run"), change.pop("ids")
        projects = named(ConstructionProject.objects.visible_to(request.user).only("pk"), keys)
        diff = carried_out(
            lambda: change_projects(projects, by=actor(request), **change), dry_run=dry_run, places=at_ids(keys)
        )
        return Response(self.get_serializer(diff_data(diff, dry_run=dry_run, user=request.user)).data)

    @action(detail=True, methods=["post"], url_path="change", url_name="change")
    def place(self, request: Request, pk: str) -> Response:
        """Record that from a day on the project has another status."""
        project, change = self.get_object(), self.read_input()
        with matching(request, project):
            change_project(project, by=actor(request), **change)
        return self.answer(project)

    @action(detail=True, methods=["post"], url_path=f"states/{STATE}/correct")
    def correct(self, request: Request, pk: str, state_pk: str) -> Response:
        """Supersede a wrong status by a better one, or by another first day."""
        project, state, change = self.get_object(), self._state(pk, state_pk), self.read_input()
        with matching(request, project):
            correct_project_state(state, by=actor(request), **change)
        return self.answer(project)

    @action(detail=True, methods=["post"], url_path=f"states/{STATE}/withdraw")
    def withdraw(self, request: Request, pk: str, state_pk: str) -> Response:
        """Take back a status that should never have been recorded; the one before applies again."""
        project, state, data = self.get_object(), self._state(pk, state_pk), self.read_input()
        with matching(request, project):
            withdraw_project_state(state, by=actor(request), **data)
        return self.answer(project)

    def _state(self, pk: str, state_pk: str) -> ProjectState:
        states = ProjectState.objects.visible_to(self.request.user).known()
        return get_object_or_404(states, project=pk, pk=state_pk)
