"""Devices, their history, and the order to change many of them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.bulk import IdsField
from api.serializers.fields import RestrictedFields, StrictSerializer, sees_money
from api.serializers.related import CategoryRef, FinancingRef, ManufacturerRef, ModelRef, RoomRef, Rows, SchoolRef
from api.serializers.schools import ReasonInput
from inventory.binding import bound_until
from inventory.enums import DeviceStatus, Use, WorkflowKind
from inventory.models import Category, Device, DeviceModel, DeviceState, Manufacturer
from schools.access import sees_everything


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A kind of equipment; ``workflow`` says which states there are."""

    default_use = serializers.ChoiceField(Use.choices, allow_blank=True, read_only=True)

    class Meta:
        model = Category
        fields = [
            "key",
            "name",
            "name_en",
            "workflow",
            "default_use",
            "lifetime_years",
            "test_interval_months",
            "holds_data",
        ]
        read_only_fields = fields


class DeviceModelSerializer(RestrictedFields, serializers.ModelSerializer[DeviceModel]):
    """A model of the catalogue. ``price`` only for those who may see money."""

    restricted = {"price": sees_money}
    manufacturer_name = serializers.CharField(source="manufacturer.name", read_only=True)
    category = serializers.SlugField(source="category.key", read_only=True)
    price = serializers.DecimalField(max_digits=10, decimal_places=2, required=False, allow_null=True)

    class Meta:
        model = DeviceModel
        fields = [
            "id",
            "manufacturer",
            "manufacturer_name",
            "name",
            "category",
            "price",
            "warranty_months",
            "support_until",
        ]
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
    financing = serializers.IntegerField(source="financing_id", allow_null=True, read_only=True)
    financing_name = serializers.CharField(source="financing.name", default=None, allow_null=True, read_only=True)

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
            "financing",
            "financing_name",
            "note",
        ]
        read_only_fields = [name for name in fields if name != "price"]


class DeviceDetailSerializer(DeviceSerializer):
    """One device, and until when programmes bind it."""

    bound_until = serializers.SerializerMethodField(help_text="last day of the binding period; null: not bound")

    class Meta(DeviceSerializer.Meta):
        fields = [*DeviceSerializer.Meta.fields, "bound_until"]
        read_only_fields = [*DeviceSerializer.Meta.read_only_fields, "bound_until"]

    def get_bound_until(self, device: Device) -> date | None:
        return bound_until([device.pk]).get(device.pk)


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


class PlacementInput(ReasonInput):
    """From a day on this is so. What is not named stays as it is; ``null`` empties school, room or MDM."""

    on = serializers.DateField(help_text="first day on which this is so; may lie in the past")
    status = serializers.ChoiceField(DeviceStatus.choices, required=False)
    school = SchoolRef(required=False, allow_null=True, help_text="its number; null: the central store")
    room = RoomRef(required=False, allow_null=True)
    use = serializers.ChoiceField(Use.choices, required=False, allow_blank=True)
    is_managed = serializers.BooleanField(required=False, allow_null=True, help_text="under MDM; null: unknown")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & self.named():
            raise serializers.ValidationError(_("Nothing is named that should change."), "nothing_to_change")
        return attrs

    def named(self) -> set[str]:
        """Fields of which one must be there."""
        return {"status", "school", "room", "use", "is_managed"}


class TransitionInput(PlacementInput):
    ids = IdsField(help_text="keys of devices; one that you may not see: 404")
    dry_run = serializers.BooleanField(default=False, help_text="check everything, change nothing")


class CorrectionInput(PlacementInput):
    """What should have been recorded instead."""

    on = serializers.DateField(required=False, help_text="another first day, between the neighbours")

    def named(self) -> set[str]:
        return super().named() | {"on"}


class DetailsInput(StrictSerializer):
    """What has no history of its own. A device has a serial number or an asset tag."""

    model = ModelRef()
    serial = serializers.CharField(required=False, allow_blank=True, max_length=60)
    asset_tag = serializers.CharField(required=False, allow_blank=True, max_length=40)
    mdm_id = serializers.CharField(required=False, allow_blank=True, max_length=60)
    purchased_on = serializers.DateField(required=False, allow_null=True)
    price = serializers.DecimalField(
        required=False,
        allow_null=True,
        max_digits=10,
        decimal_places=2,
        min_value=Decimal(0),
        help_text="gross, in euro",
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=300, help_text="no names of people")


class DetailsChange(DetailsInput, ReasonInput):
    financing = FinancingRef(required=False, allow_null=True, help_text="needs the right to look after costs")


class FinanceInput(ReasonInput):
    ids = IdsField(help_text="keys of devices; one that you may not see: 404")
    financing = FinancingRef(allow_null=True, help_text="null: not known")
    dry_run = serializers.BooleanField(default=False, help_text="check everything, change nothing")


class NewDeviceInput(DetailsInput):
    on = serializers.DateField(help_text="since when the device is in its first status")
    status = serializers.ChoiceField(DeviceStatus.choices)
    school = SchoolRef(required=False, allow_null=True, default=None, help_text="null: the central store")
    room = RoomRef(required=False, allow_null=True, default=None)
    use = serializers.ChoiceField(Use.choices, required=False, allow_blank=True, help_text="without: the category's")
    is_managed = serializers.BooleanField(required=False, allow_null=True, default=None)


class DeviceInput(NewDeviceInput, ReasonInput):
    pass


class DevicesInput(ReasonInput):
    devices = Rows(child=NewDeviceInput(), allow_empty=False, max_length=2000)
    dry_run = serializers.BooleanField(default=False, help_text="check everything, create nothing")


class CategoryChange(ReasonInput):
    name = serializers.CharField(max_length=100, help_text="in German")
    name_en = serializers.CharField(max_length=100, required=False, allow_blank=True)
    default_use = serializers.ChoiceField(Use.choices, required=False, allow_blank=True)
    lifetime_years = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=100)
    test_interval_months = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1200)
    holds_data = serializers.BooleanField(required=False, help_text="disposed of only with a proof of erasure")
    position = serializers.IntegerField(required=False, min_value=0, max_value=32767)


class CategoryInput(CategoryChange):
    key = serializers.RegexField(r"^[a-z0-9_-]+$", max_length=40)
    workflow = serializers.ChoiceField(WorkflowKind.choices, help_text="fixed once it is there")


class ManufacturerSerializer(serializers.ModelSerializer[Manufacturer]):
    class Meta:
        model = Manufacturer
        fields = ["id", "name"]
        read_only_fields = fields


class ManufacturerInput(ReasonInput):
    name = serializers.CharField(max_length=100)


class DeviceModelChange(ReasonInput):
    name = serializers.CharField(max_length=120)
    category = CategoryRef(help_text="its key; one with the same workflow")
    price = serializers.DecimalField(
        required=False,
        allow_null=True,
        max_digits=10,
        decimal_places=2,
        min_value=Decimal(0),
        help_text="gross, in euro",
    )
    warranty_months = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=240, help_text="from the purchase on"
    )
    support_until = serializers.DateField(
        required=False, allow_null=True, help_text="last day on which the manufacturer provides updates"
    )


class DeviceModelInput(DeviceModelChange):
    manufacturer = ManufacturerRef()
