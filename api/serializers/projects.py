"""Construction projects and their history."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from api.serializers.bulk import IdsField
from api.serializers.fields import RestrictedFields, sees_money
from api.serializers.funding import AmountField
from api.serializers.related import BuildingRef, FinancingRef, SiteRef
from api.serializers.schools import SMALL, ReasonInput, school_numbers
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, ProjectState
from schools.access import sees_everything
from schools.enums import Trade


class ProjectSerializer(RestrictedFields, serializers.ModelSerializer[ConstructionProject]):
    """Contractor and financing are the authority's business, the contract sum is for who may see money."""

    restricted = {
        "contractor": sees_everything,
        "contract_sum": sees_money,
        "financing": sees_everything,
        "financing_name": sees_everything,
    }
    site_name = serializers.CharField(source="site.name", read_only=True)
    building = serializers.CharField(source="building.name", default=None, allow_null=True, read_only=True)
    schools = serializers.SerializerMethodField(help_text="numbers of the schools that use the site")
    contractor = serializers.CharField(required=False, allow_blank=True)
    contract_sum = AmountField(required=False, allow_null=True)
    financing = serializers.IntegerField(source="financing_id", required=False, allow_null=True)
    financing_name = serializers.CharField(source="financing.name", default=None, required=False, allow_null=True)

    class Meta:
        model = ConstructionProject
        fields = [
            "id",
            "site",
            "site_name",
            "building",
            "schools",
            "trade",
            "title",
            "status",
            "since",
            "reason",
            "contractor",
            "contract_sum",
            "financing",
            "financing_name",
            "bandwidth_before",
            "bandwidth_after",
            "warranty_years",
        ]
        read_only_fields = [
            name for name in fields if name not in ("contractor", "contract_sum", "financing", "financing_name")
        ]

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


class ProjectDetails(ReasonInput):
    """What has no history. The contract sum needs the right to see money."""

    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    contractor = serializers.CharField(required=False, allow_blank=True, max_length=150)
    contract_sum = AmountField(max_digits=12, required=False, allow_null=True, min_value=Decimal(0))
    financing = FinancingRef(required=False, allow_null=True)
    bandwidth_before = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=SMALL, help_text="Mbit/s"
    )
    bandwidth_after = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=SMALL, help_text="Mbit/s"
    )
    warranty_years = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=100, help_text="after acceptance"
    )


class ProjectInput(ProjectDetails):
    site = SiteRef()
    building = BuildingRef(required=False, allow_null=True, help_text="null: the whole site")
    trade = serializers.ChoiceField(Trade.choices)
    status = serializers.ChoiceField(ProjectStatus.choices)
    on = serializers.DateField(help_text="since when it has this status")
    blocked_by = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="what blocks it; a blocked project needs it"
    )


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
