"""What the devices still cost that the standard requires. ``null``: not known."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.order_proposal import Euro, NeedSerializer
from rollout.enums import Level


class CostsTotalSerializer(serializers.Serializer[Any]):
    to_order = serializers.IntegerField(source="to_buy")
    cost = Euro(help_text="gross, in euro, of what is known")
    basis = Euro()
    target = Euro(help_text="on top of the basis")
    unknown = serializers.IntegerField(help_text="requirements of schools of which the cost is not known")


class CostsRequirementSerializer(serializers.Serializer[Any]):
    key = serializers.SlugField(source="rule.key")
    requirement = serializers.CharField(source="rule.label")
    level = serializers.ChoiceField(Level.choices, source="rule.level")
    gap = serializers.IntegerField(source="needs.gap")
    on_the_way = serializers.IntegerField(source="needs.on_the_way")
    planned = serializers.IntegerField(source="needs.planned", help_text="for schools")
    undistributed = serializers.IntegerField(
        source="needs.shared", help_text="ordered or in the store and for no school yet, shared by gap"
    )
    to_order = serializers.IntegerField(source="needs.to_buy")
    unit_price = Euro(source="price.amount", default=None)
    price_source = serializers.CharField(source="price.source", default=None, allow_null=True)
    cost = Euro(source="needs.cost", help_text="gross, in euro, of what is known")
    unknown = serializers.IntegerField(source="needs.unknown", help_text="schools of which the cost is not known")


class CostsSchoolSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(source="school.number")
    name = serializers.CharField(source="school.name")
    total = CostsTotalSerializer(source="needs")
    items = NeedSerializer(many=True, source="needs.open_needs", help_text="to be bought, or not known")


class CostsPayerSerializer(serializers.Serializer[Any]):
    programme = serializers.SlugField(source="money.programme.key")
    may_pay = Euro(help_text="gross, in euro, of all schools; what several may pay for stands with each")
    rest = Euro(help_text="of its budget, in euro; null: it has none")


class CostsToCompleteSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField(source="day")
    total = CostsTotalSerializer()
    requirements = serializers.SerializerMethodField()
    schools = serializers.SerializerMethodField(help_text="that need something, or of which it is not known")
    programmes = CostsPayerSerializer(many=True, source="by_payer")

    @extend_schema_field(CostsRequirementSerializer(many=True))
    def get_requirements(self, costs: Any) -> list[Any]:
        rows = [{"rule": rule, "needs": one, "price": one.needs[0].price} for rule, one in costs.by_requirement]
        return list(CostsRequirementSerializer(rows, many=True).data)

    @extend_schema_field(CostsSchoolSerializer(many=True))
    def get_schools(self, costs: Any) -> list[Any]:
        rows = [{"school": school, "needs": one} for school, one in costs.by_school]
        return list(CostsSchoolSerializer(rows, many=True).data)
