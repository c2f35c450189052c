"""What is planned to be handed over."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import RestrictedFields, StrictSerializer
from api.serializers.related import CategoryRef, LineRef, ModelRef, ProgrammeRef, Rows, SchoolRef
from api.serializers.schools import ReasonInput
from inventory.models import PlannedHandOver
from schools.access import sees_everything


class HandOverSerializer(RestrictedFields, serializers.ModelSerializer[PlannedHandOver]):
    """So many devices within ``due_from`` … ``due_until`` (the first day after it)."""

    restricted = {"programme": sees_everything, "order_line": sees_everything, "note": sees_everything}
    category = serializers.CharField(source="category.key", read_only=True)
    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)
    programme = serializers.IntegerField(source="programme_id", required=False, allow_null=True)
    order_line = serializers.IntegerField(source="order_line_id", required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True)

    class Meta:
        model = PlannedHandOver
        fields = [
            "id",
            "category",
            "model",
            "quantity",
            "due_from",
            "due_until",
            "school",
            "programme",
            "order_line",
            "note",
            "valid_from",
            "valid_until",
        ]
        read_only_fields = [name for name in fields if name not in ("programme", "order_line", "note")]


class NewHandOverInput(StrictSerializer):
    category = CategoryRef()
    quantity = serializers.IntegerField(min_value=1, max_value=100_000)
    due_from = serializers.DateField()
    due_until = serializers.DateField(help_text="the first day after the period")
    on = serializers.DateField(help_text="day of the plan; may lie in the past")
    model = ModelRef(required=False, allow_null=True)
    school = SchoolRef(required=False, allow_null=True, help_text="null: not distributed yet")
    programme = ProgrammeRef(required=False, allow_null=True)
    order_line = LineRef(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class HandOversInput(ReasonInput):
    rows = Rows(child=NewHandOverInput(), allow_empty=False, max_length=2000)


class HandOversSerializer(serializers.Serializer[Any]):
    rows = HandOverSerializer(many=True)


class HandOverEnd(ReasonInput):
    on = serializers.DateField(
        required=False, help_text="from when the plan does not hold; without: it should never have been made"
    )
