"""Construction projects and their history."""

from typing import Any

from rest_framework import serializers

from api.serializers.bulk import IdsField
from api.serializers.fields import RestrictedFields
from api.serializers.related import BuildingRef, SiteRef
from api.serializers.schools import ReasonInput, school_numbers
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, ProjectState
from schools.access import sees_everything
from schools.enums import Trade


class ProjectSerializer(serializers.ModelSerializer[ConstructionProject]):
    site_name = serializers.CharField(source="site.name", read_only=True)
    building = serializers.CharField(source="building.name", default=None, allow_null=True, read_only=True)
    schools = serializers.SerializerMethodField(help_text="numbers of the schools that use the site")

    class Meta:
        model = ConstructionProject
        fields = ["id", "site", "site_name", "building", "schools", "trade", "title", "status", "since", "reason"]
        read_only_fields = fields

    def get_schools(self, project: ConstructionProject) -> list[str]:
        return school_numbers(project.site)


class ProjectStateSerializer(RestrictedFields, serializers.ModelSerializer[Any]):
    restricted = {"recorded_by": sees_everything}
    channel = serializers.CharField(source="act.channel", read_only=True)
    recorded_by = serializers.CharField(source="act.user.username", default=None, required=False, allow_null=True)

    class Meta:
        model = ProjectState
        fields = [
            "id",
            "valid_from",
            "valid_until",
            "status",
            "reason",
            "recorded_at",
            "superseded_at",
            "recorded_by",
            "channel",
        ]
        read_only_fields = [name for name in fields if name != "recorded_by"]


class ProjectInput(ReasonInput):
    site = SiteRef()
    building = BuildingRef(required=False, allow_null=True, help_text="null: the whole site")
    trade = serializers.ChoiceField(Trade.choices)
    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    status = serializers.ChoiceField(ProjectStatus.choices)
    on = serializers.DateField(help_text="since when it has this status")
    blocked_by = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="what blocks it; a blocked project needs it"
    )


class ProjectTitle(ReasonInput):
    title = serializers.CharField(allow_blank=True, max_length=200)


class ProjectStatusInput(ReasonInput):
    """From a day on this is the status. ``reason`` says why; of a blocked project it is what blocks it."""

    on = serializers.DateField(help_text="first day; may lie in the past")
    status = serializers.ChoiceField(ProjectStatus.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


class ProjectTransitionInput(ProjectStatusInput):
    ids = IdsField(help_text="keys of projects; one that you may not see: 404")
    dry_run = serializers.BooleanField(default=False, help_text="check everything, change nothing")


class ProjectCorrectionInput(ReasonInput):
    """What should have been recorded instead."""

    status = serializers.ChoiceField(ProjectStatus.choices)
    on = serializers.DateField(required=False, help_text="another first day, between the neighbours")
    blocked_by = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="what blocks it; a blocked project needs it"
    )
