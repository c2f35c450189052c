"""Versions of the equipment standard, their lines, and what is fulfilled by hand."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from api.serializers.queries import AsOfQuery
from api.serializers.related import CategoryRef, SchoolRef, StandardRef
from api.serializers.schools import SMALL, ReasonInput
from inventory.enums import Use
from rollout.enums import Head, Level, Measure
from rollout.models import MAX_GRACE, Attainment, Requirement, Standard, Waiver
from rollout.services.standards import LAYER, PARAMETERS, WORDING
from schools.enums import RoomKind, SchoolType, Trade

_OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}
_BLANK: dict[str, Any] = {"required": False, "allow_blank": True}


@extend_schema_field(OpenApiTypes.INT64)
class StandardKey(serializers.PrimaryKeyRelatedField[Standard]):
    """In an address everything is text."""

    def get_queryset(self) -> QuerySet[Standard]:
        return Standard.objects.visible_to(self.context["request"].user)


class RequirementQuery(StrictSerializer):
    standard = StandardKey(required=False, help_text="lines of this version only")


class AttainmentQuery(AsOfQuery):
    school = SchoolRef(required=False, help_text="of this school only")


class WaiverQuery(AttainmentQuery):
    pass


class StandardSerializer(serializers.ModelSerializer[Standard]):
    is_open = serializers.SerializerMethodField(help_text="its lines can be edited: its first day is still to come")

    class Meta:
        model = Standard
        fields = ["id", "name", "valid_from", "committee", "presented_on", "recorded_at", "is_open"]
        read_only_fields = fields

    def get_is_open(self, standard: Standard) -> bool:
        return standard.is_open(timezone.localdate())


class StandardChange(ReasonInput):
    """The first day of an open version may be moved, also to a past day: then it is in force at once."""

    name = serializers.CharField(max_length=150)
    valid_from = serializers.DateField(help_text="a new version begins after today")
    committee = serializers.CharField(max_length=150, **_BLANK)
    presented_on = serializers.DateField(**_OPTIONAL)


class StandardInput(StandardChange):
    """A new version begins with the lines of another one and can be edited until its first day."""

    based_on = StandardRef()
    name = serializers.CharField(max_length=150, required=False, help_text="without: as the one that it is based on")


class RequirementSerializer(serializers.ModelSerializer[Requirement]):
    """One line. The line for a school replaces that for its type, and that the one for all (of the same key)."""

    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)
    room_kinds = serializers.ListField(child=serializers.ChoiceField(RoomKind.choices), read_only=True)
    categories: Any = serializers.SlugRelatedField(slug_field="key", many=True, read_only=True)

    class Meta:
        model = Requirement
        fields = ["id", "standard", *LAYER, *WORDING, *PARAMETERS]
        read_only_fields = fields


class CategoriesField(serializers.ListField):
    """Keys of categories, looked up at once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=CategoryRef(), max_length=100, **options)

    def run_child_validation(self, data: Any) -> list[Any]:
        self.child.field_name = "key"
        self.child.look_up([{"key": value} for value in data])  # type: ignore[attr-defined]
        found: list[Any] = super().run_child_validation(data)
        return found


class RequirementChange(ReasonInput):
    """Of a version in force only the wording: name, name_en and position."""

    name = serializers.CharField(max_length=150, help_text="in German")
    name_en = serializers.CharField(max_length=150, **_BLANK)
    position = serializers.IntegerField(required=False, min_value=0, max_value=32767)
    level = serializers.ChoiceField(Level.choices, required=False)
    weight = serializers.DecimalField(required=False, max_digits=5, decimal_places=2, min_value=Decimal("0.01"))
    is_applicable = serializers.BooleanField(required=False)
    grace_months = serializers.IntegerField(
        min_value=1, max_value=MAX_GRACE, help_text="so long after it is first asked for it is not due", **_OPTIONAL
    )
    measure = serializers.ChoiceField(Measure.choices)
    head = serializers.ChoiceField(Head.choices, **_BLANK)
    per = serializers.IntegerField(min_value=1, max_value=32767, help_text="one per … heads", **_OPTIONAL)
    quantity = serializers.IntegerField(min_value=0, max_value=SMALL, **_OPTIONAL)
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(100), **_OPTIONAL
    )
    of_key = serializers.SlugField(max_length=40, help_text="key of the requirement that this is a share of", **_BLANK)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0), **_OPTIONAL)
    amount_per_class = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0), **_OPTIONAL)
    unit = serializers.CharField(max_length=20, **_BLANK)
    trade = serializers.ChoiceField(Trade.choices, **_BLANK)
    room_kinds = serializers.ListField(child=serializers.ChoiceField(RoomKind.choices), max_length=20, required=False)
    use = serializers.ChoiceField(Use.choices, **_BLANK)
    categories = CategoriesField(required=False, help_text="keys of the categories that fulfil it")


class RequirementInput(RequirementChange):
    standard = StandardRef(help_text="an open version")
    key = serializers.SlugField(max_length=40)
    school_type = serializers.ChoiceField(SchoolType.choices, help_text="a line for schools of this type", **_BLANK)
    school = SchoolRef(help_text="a line for this school alone", **_OPTIONAL)


class AttainmentSerializer(serializers.ModelSerializer[Attainment]):
    school = serializers.CharField(source="school.number", read_only=True)
    file = serializers.CharField(
        source="file.name", default=None, allow_null=True, read_only=True, help_text="name of the document"
    )

    class Meta:
        model = Attainment
        fields = ["id", "school", "key", "valid_from", "valid_until", "value", "is_met", "evidence", "file"]
        read_only_fields = fields


class AttainmentCorrection(ReasonInput):
    """What was so instead from a day on: a ``value`` where the standard sets a minimum, else ``is_met``."""

    valid_from = serializers.DateField(help_text="first day; may lie in the past")
    value = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0), **_OPTIONAL)
    is_met = serializers.BooleanField(**_OPTIONAL)
    evidence = serializers.CharField(max_length=300, help_text="where it can be read", **_BLANK)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs.get("value") is None) == (attrs.get("is_met") is None):
            raise serializers.ValidationError(_("Please name either a value or whether it is met."), "value_or_is_met")
        return attrs


class AttainmentInput(AttainmentCorrection):
    """What is so from a day on: a ``value`` where the standard sets a minimum, else ``is_met``."""

    school = SchoolRef()
    key = serializers.SlugField(max_length=40, help_text="of a requirement that is stated by hand")


class WaiverSerializer(serializers.ModelSerializer[Waiver]):
    school = serializers.CharField(source="school.number", read_only=True)
    last_day = serializers.DateField(read_only=True, allow_null=True)

    class Meta:
        model = Waiver
        fields = ["id", "school", "key", "reason", "valid_from", "last_day"]
        read_only_fields = fields


class WaiverEnd(ReasonInput):
    last_day = serializers.DateField(allow_null=True, help_text="null: it has no end")


class WaiverInput(StrictSerializer):
    """A school need not meet a requirement for a while."""

    school = SchoolRef()
    key = serializers.SlugField(max_length=40, help_text="of the requirement")
    reason = serializers.CharField(max_length=300)
    valid_from = serializers.DateField(help_text="first day; may lie in the past")
    last_day = serializers.DateField(help_text="without: until it is ended", **_OPTIONAL)
