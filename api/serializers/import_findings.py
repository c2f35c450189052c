"""Work-lists: what a list of somebody else says other than our records, and what is done about it."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import SchoolField, StrictSerializer
from api.serializers.related import LARGEST_KEY
from imports.enums import FindingDeed, FindingKind, FindingStatus
from imports.models import Finding
from inventory.enums import DeviceStatus
from inventory.models import DeviceModel

#: States in which a device of an MDM comes into the inventory.
_BEGINNINGS = (DeviceStatus.IN_STOCK, DeviceStatus.CONFIGURED, DeviceStatus.IN_SERVICE, DeviceStatus.DELIVERED)


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """Something that a list of somebody else says other than our records. ``model``: as the list has it."""

    kind = serializers.ChoiceField(FindingKind.choices, read_only=True)
    status = serializers.ChoiceField(FindingStatus.choices, read_only=True)
    asset_tag = serializers.CharField(source="device.asset_tag", default=None, allow_null=True, read_only=True)
    school = serializers.CharField(source="device.school.number", default=None, allow_null=True, read_only=True)
    model_name = serializers.CharField(source="model.name", default=None, allow_null=True, read_only=True)
    done_by = serializers.CharField(source="done_by.username", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Finding
        fields = [
            "id",
            "kind",
            "serial",
            "device",
            "asset_tag",
            "school",
            "model",
            "model_name",
            "text",
            "status",
            "note",
            "done_by",
            "done_at",
        ]
        read_only_fields = fields


@extend_schema_field(OpenApiTypes.INT64)
class CatalogueField(serializers.PrimaryKeyRelatedField[DeviceModel]):
    def get_queryset(self) -> QuerySet[DeviceModel]:
        return DeviceModel.objects.visible_to(self.context["request"].user)


class DeedInput(StrictSerializer):
    """``release`` and ``receive`` need ``on``, which is today by default; ``receive`` takes what follows it, too."""

    deed = serializers.ChoiceField(FindingDeed.choices)
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), allow_empty=False, max_length=10_000
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)
    on = serializers.DateField(default=timezone.localdate, help_text="first day on which this is so")
    status = serializers.ChoiceField(
        [(status.value, status.label) for status in _BEGINNINGS], default=DeviceStatus.IN_STOCK
    )
    school = SchoolField(required=False, allow_null=True, help_text="null: central store")
    model = CatalogueField(required=False, allow_null=True, help_text="where the list names none that is known")
    dry_run = serializers.BooleanField(default=False, help_text="check everything, change nothing")

    def validate_on(self, day: Any) -> Any:
        if day > timezone.localdate():
            raise serializers.ValidationError(_("Only what has happened can be recorded: choose a day up to today."))
        return day


class DeedSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    selected = serializers.IntegerField(help_text="findings named")
    changed = serializers.IntegerField(help_text="findings about which something was done")
