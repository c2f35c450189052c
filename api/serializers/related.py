"""Related records in a body: by their key, and only those that the person asking may see.

In a list of rows all records that a field names are looked up at once, so that a body costs the same number of
queries however long it is.
"""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from funding.models import Financing, Programme
from inventory.models import Category, DeviceModel, Manufacturer, Order, OrderLine
from rollout.models import ConstructionProject, Initiative, MasterPlan, Objective, Standard
from schools.models import Building, Room, School, Site

LARGEST_KEY = 2**63 - 1


class RecordField(serializers.Field[Any, Any, Any, Any]):
    """``key``: the field by which records are named; ``found``: those looked up for all rows of a list."""

    default_error_messages = serializers.PrimaryKeyRelatedField.default_error_messages
    key = "pk"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.found: dict[Any, Any] | None = None

    def visible(self, user: Any) -> Any:
        """Records that ``user`` may name."""
        raise NotImplementedError

    def look_up(self, rows: Any) -> None:
        """Fetch what ``rows`` name, in one query."""
        given = (row.get(self.field_name) for row in rows if isinstance(row, Mapping))
        wanted = {value for value in given if self._is_key(value)}
        records = self.visible(self.context["request"].user).filter(**{f"{self.key}__in": wanted}) if wanted else ()
        self.found = {getattr(record, self.key): record for record in records}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int if self.key == "pk" else str) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        record = self._record(data) if self._is_key(data) else None
        if record is None:
            self.fail("does_not_exist", pk_value=str(data)[:60])
        return record

    def _record(self, key: Any) -> Any:
        if self.found is not None:
            return self.found.get(key)
        return self.visible(self.context["request"].user).filter(**{self.key: key}).first()

    def _is_key(self, value: Any) -> bool:
        """Whether a record could have this key: the databases take no other."""
        if self.key == "pk":
            return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_KEY
        return isinstance(value, str) and value.isascii() and "\x00" not in value


class Rows(serializers.ListSerializer[Any]):
    """Rows whose related records are looked up together: ``Rows(child=LineInput())``."""

    def to_internal_value(self, data: Any) -> Any:
        child = self.child
        if isinstance(data, list) and isinstance(child, serializers.Serializer):
            for field in child.fields.values():
                if isinstance(field, RecordField):
                    field.look_up(data)
        return super().to_internal_value(data)

    def run_child_validation(self, data: Any) -> Any:
        """A row is whole, also within a PATCH, in which other fields may be left out."""
        row = super().run_child_validation(data)
        child: Any = self.child
        fields: Mapping[str, Any] = child.fields
        missing = [name for name, field in fields.items() if field.required and name not in row]
        if missing:
            detail = {name: [fields[name].error_messages["required"]] for name in missing}
            raise serializers.ValidationError(detail, "required")
        return row


@extend_schema_field({"type": "string", "pattern": "^[0-9]{6}$"})
class SchoolRef(RecordField):
    key = "number"

    def visible(self, user: Any) -> Any:
        return School.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class RoomRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Room.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class SiteRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Site.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class BuildingRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Building.objects.visible_to(user)


@extend_schema_field({"type": "string"})
class CategoryRef(RecordField):
    key = "key"

    def visible(self, user: Any) -> Any:
        return Category.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class ManufacturerRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Manufacturer.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class ModelRef(RecordField):
    def visible(self, user: Any) -> Any:
        return DeviceModel.objects.visible_to(user).select_related("manufacturer", "category")


@extend_schema_field(OpenApiTypes.INT64)
class OrderRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Order.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class ProjectRef(RecordField):
    def visible(self, user: Any) -> Any:
        return ConstructionProject.objects.visible_to(user).select_related("site", "building")


@extend_schema_field(OpenApiTypes.INT64)
class ProgrammeRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Programme.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class FinancingRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Financing.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class LineRef(RecordField):
    def visible(self, user: Any) -> Any:
        return OrderLine.objects.visible_to(user).select_related("order", "model__manufacturer", "model__category")


@extend_schema_field(OpenApiTypes.INT64)
class StandardRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Standard.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class MasterPlanRef(RecordField):
    def visible(self, user: Any) -> Any:
        return MasterPlan.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class ObjectiveRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Objective.objects.visible_to(user)


@extend_schema_field(OpenApiTypes.INT64)
class InitiativeRef(RecordField):
    def visible(self, user: Any) -> Any:
        return Initiative.objects.visible_to(user)
