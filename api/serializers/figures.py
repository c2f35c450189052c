"""Declared figures. ``null``: not known, which is never 0."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import KnownAtField
from api.serializers.queries import FiguresQuery
from api.serializers.reports import DayQuery, past_day, past_instant

MOST = 1000


@extend_schema_field({"type": ["number", "boolean", "null"]})
class ValueField(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, value: Any) -> Any:
        return value


class FigureSerializer(serializers.Serializer[Any]):
    """One figure of a report; ``ref`` is the number of the published figure that it reproduces."""

    key = serializers.SlugField()
    ref = serializers.CharField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()
    kind = serializers.CharField()
    value = ValueField(allow_null=True)
    text = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    definition = serializers.CharField()


class FiguresSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    since = serializers.DateField(allow_null=True)
    figures = FigureSerializer(many=True)


class RecordColumnSerializer(serializers.Serializer[Any]):
    heading = serializers.CharField()
    kind = serializers.CharField()


class RecordSerializer(serializers.Serializer[Any]):
    """A record; ``key`` of what it is about, ``null`` where you may not open it. ``cells`` in the order of columns."""

    key = ValueField(allow_null=True)
    cells = serializers.ListField()


class FigureRecordsSerializer(FigureSerializer):
    """A figure with ``sentence``, how it comes about, the wordings that are true of it, and records behind it.

    ``count``: of all records; ``records``: those from ``offset`` on, ``limit`` at most.
    """

    sentence = serializers.CharField(allow_blank=True)
    wordings = serializers.DictField(child=serializers.CharField())
    record = serializers.CharField()
    count = serializers.IntegerField()
    columns = RecordColumnSerializer(many=True)
    records = RecordSerializer(many=True)


class FigureRecordsQuery(FiguresQuery):
    offset = serializers.IntegerField(min_value=0, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=100)


class ComparisonQuery(DayQuery):
    """``with``: the day of the earlier report; ``with_known_at``: what was known when it was made."""

    known_at = KnownAtField(required=False, help_text="the later report as it was known at this instant (default: now)")
    since = serializers.DateField(
        required=False, help_text="first day of what is counted over time, no later than the earlier report"
    )

    def get_fields(self) -> dict[str, Any]:
        """``with`` cannot be the name of an attribute."""
        day = serializers.DateField(help_text="day of the earlier report", source="before")
        instant = KnownAtField(
            required=False, help_text="the earlier report as it was known at this instant", source="before_known_at"
        )
        return {**super().get_fields(), "with": day, "with_known_at": instant}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        then, now = attrs.get("before_known_at"), attrs.get("known_at")
        past_day(attrs["before"])
        for instant in filter(None, (then, now)):
            past_instant(instant)
        if "as_of" in attrs and attrs["before"] > attrs["as_of"]:
            text = _("The earlier report is as of an earlier day, or of the same one.")
            raise serializers.ValidationError({"with": [text]}, "order")
        if attrs.get("since", attrs["before"]) > attrs["before"]:
            text = _("Sums and flows begin no later than the day of the earlier report.")
            raise serializers.ValidationError({"since": [text]}, "order")
        if now and (not then or then > now):
            text = _("What was known for the earlier report was known no later.")
            raise serializers.ValidationError({"with_known_at": [text]}, "order")
        return attrs


class LineSerializer(serializers.Serializer[Any]):
    """A figure in both reports; ``corrected``: the earlier day as known for the later one.

    ``late``: by how much later bookings changed it, ``moved``: by how much it changed between the days; ``null`` where
    that is no number.
    """

    key = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()
    then = ValueField(allow_null=True)
    corrected = ValueField(allow_null=True)
    now = ValueField(allow_null=True)
    late = ValueField(allow_null=True)
    moved = ValueField(allow_null=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    figures = LineSerializer(many=True)


class StepRecordSerializer(RecordSerializer):
    """``is_new``: entered, or left. ``recorded_at`` and ``how``: the late booking, or what took it back."""

    is_new = serializers.BooleanField()
    recorded_at = serializers.DateTimeField(allow_null=True)
    how = serializers.CharField(allow_blank=True)


class StepSerializer(serializers.Serializer[Any]):
    """``is_late``: what was booked late for the earlier day; else what changed between the days.

    ``entered`` and ``left``: how many; ``records``: the first thousand of each.
    """

    is_late = serializers.BooleanField()
    entered = serializers.IntegerField()
    left = serializers.IntegerField()
    columns = RecordColumnSerializer(many=True)
    records = StepRecordSerializer(many=True)


class FigureComparisonSerializer(LineSerializer):
    steps = StepSerializer(many=True)
