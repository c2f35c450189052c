"""Declared figures. ``null``: not known, which is never 0."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


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
