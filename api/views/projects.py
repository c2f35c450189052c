"""Construction projects of today and of past days, and their history."""

from typing import Any

from django.db.models import QuerySet

from api.serializers.projects import ProjectSerializer, ProjectStateSerializer
from api.views.base import DatedViewSet
from api.views.schools import visible_uses
from rollout.filters import ProjectAsOfFilter, ProjectFilter
from rollout.models import ConstructionProject, ProjectState


class ProjectViewSet(DatedViewSet):
    serializer_class = ProjectSerializer
    state_serializer_class = ProjectStateSerializer
    filterset_classes = [ProjectFilter, ProjectAsOfFilter]
    owner = "project_id"

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
