"""Construction projects and their history."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import RestrictedFields
from api.serializers.schools import school_numbers
from rollout.models import ConstructionProject, ProjectState
from schools.access import sees_everything


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
