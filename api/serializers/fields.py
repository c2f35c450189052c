"""Strict input, related records by their natural key, and fields that not everybody may read."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.dated import EARLIEST
from schools.access import Right, has_right
from schools.models import Room, School


class StrictSerializer(serializers.Serializer[Any]):
    """Input in which an unknown name is an error, not silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                message = _("There is no field of this name.")
                raise serializers.ValidationError({name: [message] for name in unknown}, "unknown_field")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": "^[0-9]{6}$"})
class SchoolField(serializers.SlugRelatedField[School]):
    """A school that the person asking may see, by its number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="number", **options)

    def get_queryset(self) -> QuerySet[School]:
        return School.objects.visible_to(self.context["request"].user)


@extend_schema_field(OpenApiTypes.INT64)
class RoomField(serializers.PrimaryKeyRelatedField[Room]):
    """A room that the person asking may see, by its id."""

    def get_queryset(self) -> QuerySet[Room]:
        return Room.objects.visible_to(self.context["request"].user)


class InstantField(serializers.DateTimeField):
    """An instant that can be told in any time zone: not at the very ends of the calendar."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            instant: datetime = super().to_internal_value(value)
            instant.astimezone(UTC)
        except OverflowError:
            self.fail("overflow")
        return instant


class KnownAtField(InstantField):
    """What was known when. Offsets of earlier times have seconds, which no program reads."""

    default_error_messages = {"too_early": _("Nothing was known that early.")}

    def to_internal_value(self, value: Any) -> datetime:
        instant = super().to_internal_value(value)
        if instant.year < EARLIEST.year:
            self.fail("too_early")
        return instant


def choose_fields(serializer: Any, names: list[str]) -> None:
    """Leave the fields of these names. Raises ``ValidationError`` for one that the reader does not get anyhow."""
    unknown = sorted(set(names) - set(serializer.fields))
    if unknown:
        message = _("There is no field of the name %(name)s.")
        raise serializers.ValidationError({"fields": [message % {"name": name} for name in unknown]}, "unknown_field")
    for name in set(serializer.fields) - set(names):
        serializer.fields.pop(name)


class RestrictedFields:
    """Mix-in: leaves out fields that the person asking may not read."""

    #: field → whether the user may read it
    restricted: Mapping[str, Callable[[Any], bool]] = {}

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()  # type: ignore[misc]
        context: dict[str, Any] = self.context  # type: ignore[attr-defined]
        if getattr(context.get("view"), "swagger_fake_view", False):
            return fields
        user = context["request"].user
        return {name: field for name, field in fields.items() if self._may_read(user, name)}

    def _may_read(self, user: Any, name: str) -> bool:
        return name not in self.restricted or self.restricted[name](user)


def sees_money(user: Any) -> bool:
    return has_right(user, Right.MONEY)


class ProblemMeaning(serializers.Serializer[Any]):
    code = serializers.SlugField()
    status = serializers.IntegerField()
    meaning = serializers.CharField()
