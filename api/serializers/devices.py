"""Devices, their history, and the order to change many of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import RestrictedFields, RoomField, SchoolField, StrictSerializer, sees_money
from inventory.enums import DeviceStatus, Use
from inventory.models import Category, Device, DeviceModel, DeviceState
from schools.access import sees_everything

LARGEST_KEY = 2**63 - 1


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A kind of equipment; ``workflow`` says which states there are."""

    default_use = serializers.ChoiceField(Use.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Category
        fields = ["key", "name", "name_en", "workflow", "default_use", "lifetime_years", "test_interval_months"]
        read_only_fields = fields


class DeviceModelSerializer(RestrictedFields, serializers.ModelSerializer[DeviceModel]):
    """A model of the catalogue. ``price`` only for those who may see money."""

    restricted = {"price": sees_money}
    manufacturer_name = serializers.CharField(source="manufacturer.name", read_only=True)
    category = serializers.SlugField(source="category.key", read_only=True)
    price = serializers.DecimalField(max_digits=10, decimal_places=2, required=False, allow_null=True)

    class Meta:
        model = DeviceModel
        fields = ["id", "manufacturer", "manufacturer_name", "name", "category", "price"]
        read_only_fields = ["id", "manufacturer", "name"]


class PlacementSerializer(RestrictedFields, serializers.ModelSerializer[Any]):
    """Status, school, room, use and MDM: of a device, or of one entry of its history."""

    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)
    school_name = serializers.CharField(source="school.name", default=None, allow_null=True, read_only=True)
    room = serializers.IntegerField(source="room_id", allow_null=True, read_only=True)
    room_name = serializers.CharField(source="room.name", default=None, allow_null=True, read_only=True)
    use = serializers.ChoiceField(Use.choices, allow_blank=True, read_only=True)


class DeviceSerializer(PlacementSerializer):
    """A device, where it is and in which state. ``price`` only for those who may see money."""

    restricted = {"price": sees_money}
    model = serializers.IntegerField(source="model_id", read_only=True)
    model_name = serializers.CharField(source="model.name", read_only=True)
    manufacturer = serializers.IntegerField(source="manufacturer_id", read_only=True)
    manufacturer_name = serializers.CharField(source="model.manufacturer.name", read_only=True)
    category = serializers.SlugField(source="model.category.key", read_only=True)
    price = serializers.DecimalField(max_digits=10, decimal_places=2, required=False, allow_null=True)

    class Meta:
        model = Device
        fields = [
            "id",
            "asset_tag",
            "serial",
            "category",
            "manufacturer",
            "manufacturer_name",
            "model",
            "model_name",
            "status",
            "since",
            "school",
            "school_name",
            "room",
            "room_name",
            "use",
            "is_managed",
            "mdm_id",
            "purchased_on",
            "price",
            "note",
        ]
        read_only_fields = [name for name in fields if name != "price"]


class DeviceStateSerializer(PlacementSerializer):
    """What was so from ``valid_from`` until before ``valid_until``, as recorded at ``recorded_at``."""

    restricted = {"recorded_by": sees_everything, "reason": sees_everything}
    channel = serializers.CharField(source="act.channel", read_only=True)
    reason = serializers.CharField(source="act.reason", required=False)
    recorded_by = serializers.CharField(source="act.user.username", default=None, required=False, allow_null=True)

    class Meta:
        model = DeviceState
        fields = [
            "id",
            "valid_from",
            "valid_until",
            "status",
            "school",
            "school_name",
            "room",
            "room_name",
            "use",
            "is_managed",
            "recorded_at",
            "superseded_at",
            "recorded_by",
            "channel",
            "reason",
        ]
        read_only_fields = [name for name in fields if name not in ("recorded_by", "reason")]


class TransitionSerializer(StrictSerializer):
    """What is not named stays as it is; ``null`` empties school, room or MDM."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY), allow_empty=False, max_length=10_000
    )
    on = serializers.DateField(help_text="first day on which this is so; may lie in the past")
    status = serializers.ChoiceField(DeviceStatus.choices, required=False)
    school = SchoolField(required=False, allow_null=True)
    room = RoomField(required=False, allow_null=True)
    use = serializers.ChoiceField(Use.choices, required=False, allow_blank=True)
    is_managed = serializers.BooleanField(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500)
    dry_run = serializers.BooleanField(default=False, help_text="check everything, change nothing")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & {"status", "school", "room", "use", "is_managed"}:
            raise serializers.ValidationError(_("Nothing is named that should change."), "nothing_to_change")
        return attrs


class TransitionResult(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    selected = serializers.IntegerField(help_text="devices named")
    changed = serializers.IntegerField(help_text="devices about which something new was said")
