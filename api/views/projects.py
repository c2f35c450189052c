"""Construction projects of today and of past days, and their history."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.bulk import DiffSerializer
from api.serializers.projects import (
    ProjectCorrectionInput,
    ProjectInput,
    ProjectSerializer,
    ProjectStateSerializer,
    ProjectStatusInput,
    ProjectTitle,
    ProjectTransitionInput,
)
from api.serializers.schools import ReasonInput
from api.versions import matching
from api.views.base import ChangeMixin, CreateMixin, DatedViewSet, actor
from api.views.bulk import STATE, at_ids, carried_out, diff_data, named
from api.views.schools import visible_uses
from rollout.filters import ProjectAsOfFilter, ProjectFilter
from rollout.models import ConstructionProject, ProjectState
from rollout.services import (
    add_project,
    change_project,
    change_projects,
    correct_project_state,
    edit_project,
    withdraw_project_state,
)
from schools.access import Right


class ProjectViewSet(CreateMixin, ChangeMixin, DatedViewSet):
    serializer_class = ProjectSerializer
    state_serializer_class = ProjectStateSerializer
    filterset_classes = [ProjectFilter, ProjectAsOfFilter]
    record = "project"
    dated = {"since": "valid_from", "status": "status", "reason": "reason"}
    inputs = {
        "create": ProjectInput,
        "partial_update": ProjectTitle,
        "place": ProjectStatusInput,
        "transition": ProjectTransitionInput,
        "correct": ProjectCorrectionInput,
        "withdraw": ReasonInput,
    }
    outputs = {"transition": DiffSerializer}
    rights = {
        "create": Right.EDIT,
        "partial_update": Right.EDIT,
        "place": Right.BOOK,
        "transition": Right.BOOK,
        "correct": Right.CORRECT,
        "withdraw": Right.CORRECT,
    }

    def today(self) -> QuerySet[ConstructionProject]:
        projects = ConstructionProject.objects.visible_to(self.request.user)
        return projects.select_related("site", "building").prefetch_related(
            visible_uses(self.request.user, "site__uses")
        )

    def history(self) -> Any:
        states = ProjectState.objects.visible_to(self.request.user)
        return states.select_related("project__site", "project__building").prefetch_related(
            visible_uses(self.request.user, "project__site__uses")
        )

    def as_it_was(self, state: ProjectState) -> ConstructionProject:
        project = state.project
        project.since = state.valid_from
        project.status, project.reason = state.status, state.reason
        return project

    def add(self, data: dict[str, Any]) -> ConstructionProject:
        """Create a project with its first status."""
        return add_project(data.pop("site"), by=actor(self.request), **data)

    def change(self, record: ConstructionProject, data: dict[str, Any]) -> None:
        """Set the title; the status has a history, see ``change``."""
        reason = data.pop("reason", "")
        edit_project(record, by=actor(self.request), changes=data, reason=reason)

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
