"""What belongs to a construction project: milestones, rooms, defects, diary, files, and how far it is on a day."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.costs import StoredFileInput, StoredFileSerializer
from api.serializers.fields import RestrictedFields, StrictSerializer
from api.serializers.related import LARGEST_KEY, RoomRef
from api.serializers.schools import ReasonInput
from rollout.enums import PHASES, ProjectStatus
from rollout.models import JournalEntry, Milestone, MilestoneState, ProjectFile, ProjectRoomState, WorksDefect
from schools.access import sees_everything
from schools.enums import Trade

PHASE_CHOICES = [(phase.value, phase.label) for phase in PHASES]


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    """Plan and forecast of today. The actual day is that of the status, see ``progress``."""

    class Meta:
        model = Milestone
        fields = ["id", "phase", "planned_on", "forecast_on", "reason"]
        read_only_fields = fields


class MilestoneStateSerializer(RestrictedFields, serializers.ModelSerializer[MilestoneState]):
    restricted = {"recorded_by": sees_everything}
    recorded_by = serializers.CharField(source="act.user.username", default=None, required=False, allow_null=True)

    class Meta:
        model = MilestoneState
        fields = [
            "id",
            "valid_from",
            "valid_until",
            "planned_on",
            "forecast_on",
            "reason",
            "recorded_at",
            "superseded_at",
            "recorded_by",
        ]
        read_only_fields = [name for name in fields if name != "recorded_by"]


class MilestoneChange(StrictSerializer):
    """What is not named stays; ``null``: no such day. A moved day needs a reason."""

    on = serializers.DateField(help_text="since when this is planned and expected; may lie in the past")
    planned_on = serializers.DateField(required=False, allow_null=True)
    forecast_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class MilestoneInput(MilestoneChange):
    phase = serializers.ChoiceField(PHASE_CHOICES)


class MilestonesSerializer(serializers.Serializer[Any]):
    milestones = MilestoneSerializer(many=True)


class PlanInput(StrictSerializer):
    begins_on = serializers.DateField(help_text="from which the durations of the template count")
    on = serializers.DateField(help_text="since when this is planned")
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CoveredRoomSerializer(serializers.ModelSerializer[ProjectRoomState]):
    room = serializers.IntegerField(source="covered.room_id", read_only=True)
    room_name = serializers.CharField(source="covered.room.name", read_only=True)
    school = serializers.CharField(source="covered.room.school.number", read_only=True)
    since = serializers.DateField(source="valid_from", read_only=True)

    class Meta:
        model = ProjectRoomState
        fields = ["room", "room_name", "school", "is_done", "since"]
        read_only_fields = fields


class RoomsInput(ReasonInput):
    on = serializers.DateField(help_text="from which day on; may lie in the past")
    rooms = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY),
        allow_empty=False,
        max_length=2000,
        help_text="keys of rooms; one that you may not see: 404",
    )


class RoomsDoneInput(RoomsInput):
    is_done = serializers.BooleanField(default=True)


class RoomsChangedSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField(help_text="rooms of which that is new")


class ProjectFileSerializer(StoredFileSerializer):
    defect = serializers.IntegerField(source="defect_id", allow_null=True, read_only=True)

    class Meta(StoredFileSerializer.Meta):
        model = ProjectFile
        fields = [*StoredFileSerializer.Meta.fields, "defect"]
        read_only_fields = fields


class DefectSerializer(serializers.ModelSerializer[WorksDefect]):
    room_name = serializers.CharField(source="room.name", default=None, allow_null=True, read_only=True)

    class Meta:
        model = WorksDefect
        fields = ["id", "room", "room_name", "text", "found_on", "due_on", "resolved_on"]
        read_only_fields = fields


class DefectInput(StrictSerializer):
    text = serializers.CharField(max_length=500)
    found_on = serializers.DateField()
    room = RoomRef(required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True, help_text="to be resolved by")


class DefectChange(DefectInput, ReasonInput):
    pass


class ResolvedInput(ReasonInput):
    on = serializers.DateField()


class JournalSerializer(serializers.ModelSerializer[JournalEntry]):
    recorded_at = serializers.DateTimeField(source="act.at", read_only=True)
    recorded_by = serializers.CharField(source="act.user.username", default=None, allow_null=True, read_only=True)
    is_withdrawn = serializers.BooleanField(read_only=True, help_text="then without a text")
    corrected_at = serializers.DateTimeField(
        source="corrected_by.at",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="when it was corrected last, or withdrawn",
    )
    corrected_by = serializers.CharField(
        source="corrected_by.user.username", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = JournalEntry
        fields = ["id", "on", "text", "recorded_at", "recorded_by", "is_withdrawn", "corrected_at", "corrected_by"]
        read_only_fields = ["id", "on", "text"]


class JournalInput(StrictSerializer):
    on = serializers.DateField()
    text = serializers.CharField(max_length=1000, help_text="no names of people")


class JournalChange(JournalInput, ReasonInput):
    pass


class ProjectFileInput(StoredFileInput):
    defect = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_KEY, help_text="of which it is a photo"
    )


class MilestoneOnDaySerializer(serializers.Serializer[Any]):
    phase = serializers.ChoiceField(PHASE_CHOICES)
    planned_on = serializers.DateField(allow_null=True)
    forecast_on = serializers.DateField(allow_null=True)
    actual_on = serializers.DateField(allow_null=True, help_text="when the status came so far")
    slip = serializers.IntegerField(allow_null=True, help_text="days later than planned; negative: earlier")
    reason = serializers.CharField(allow_blank=True, help_text="of the latest change")


class NeededSerializer(serializers.Serializer[Any]):
    project = serializers.IntegerField(source="project.pk")
    trade = serializers.ChoiceField(Trade.choices, source="project.trade")
    status = serializers.ChoiceField(ProjectStatus.choices)
    expected_on = serializers.DateField(allow_null=True)


class ProjectProgressSerializer(serializers.Serializer[Any]):
    """How far a project is on a day. Rooms are counted, never estimated."""

    project = serializers.IntegerField(source="project.pk")
    as_of = serializers.DateField(source="day")
    status = serializers.ChoiceField(ProjectStatus.choices)
    since = serializers.DateField()
    reason = serializers.CharField(allow_blank=True)
    milestones = serializers.SerializerMethodField()
    rooms_total = serializers.IntegerField()
    rooms_done = serializers.IntegerField()
    open_defects = serializers.IntegerField()
    overdue_defects = serializers.IntegerField()
    slip = serializers.IntegerField(allow_null=True, help_text="days that the acceptance is late")
    is_overdue = serializers.BooleanField()
    accepted_on = serializers.DateField(allow_null=True)
    warranty_until = serializers.DateField(allow_null=True)
    waits_for = NeededSerializer(many=True, help_text="projects of the site that must be accepted first")

    @extend_schema_field(MilestoneOnDaySerializer(many=True))
    def get_milestones(self, works: Any) -> list[dict[str, Any]]:
        return list(MilestoneOnDaySerializer(works.milestones.values(), many=True).data)
