"""What is to be ordered so that the schools have what the standard asks. ``null``: not known."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from api.serializers.standards import StandardKey
from rollout.enums import Level


class OrderProposalQuery(StrictSerializer):
    standard = StandardKey(required=False, help_text="this version (default: the one in force today)")
    level = serializers.ChoiceField(
        Level.choices, default=Level.BASIS.value, help_text="the basis alone, or basis and target"
    )


class Euro(serializers.DecimalField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "gross, in euro")
        super().__init__(max_digits=15, decimal_places=2, allow_null=True, **options)


class _ColumnSerializer(serializers.Serializer[Any]):
    key = serializers.SlugField()
    requirement = serializers.CharField(source="rule.label")
    gap = serializers.IntegerField(source="needs.gap")
    on_the_way = serializers.IntegerField(source="needs.on_the_way", help_text="to these schools")
    planned = serializers.IntegerField(source="needs.planned", help_text="for these schools")
    undistributed = serializers.IntegerField(
        source="needs.shared", help_text="ordered or in the store and for no school yet, shared by gap"
    )
    to_order = serializers.IntegerField(source="needs.to_buy")
    model = serializers.IntegerField(source="model.pk", default=None, allow_null=True)
    model_name = serializers.CharField(source="model", allow_null=True)
    unit_price = Euro(source="price.amount", default=None)
    price_source = serializers.CharField(source="price.source", default=None, allow_null=True)
    cost = Euro(source="known_cost")
    programmes = serializers.SerializerMethodField(help_text="that may pay: key → devices")

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_programmes(self, column: Any) -> dict[str, int]:
        return {payer.programme.key: number for payer, number in column.payers}


class NeedSerializer(serializers.Serializer[Any]):
    key = serializers.SlugField(source="rule.key")
    gap = serializers.IntegerField(allow_null=True)
    on_the_way = serializers.IntegerField()
    planned = serializers.IntegerField()
    undistributed = serializers.IntegerField(source="shared")
    to_order = serializers.IntegerField(source="to_buy", allow_null=True)
    cost = Euro()


class _SchoolSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    name = serializers.CharField()
    items = NeedSerializer(many=True)


class OrderProposalSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField(source="day")
    standard = serializers.CharField(source="report.standard.name", default=None, allow_null=True)
    level = serializers.ChoiceField(Level.choices)
    requirements = _ColumnSerializer(many=True, source="columns")
    schools = serializers.SerializerMethodField()
    total = Euro(source="known_cost")
    reckoned = serializers.ListField(child=serializers.CharField(), help_text="what is not ordered again")
    remarks = serializers.ListField(child=serializers.CharField(), help_text="what cannot be proposed, and why")

    @extend_schema_field(_SchoolSerializer(many=True))
    def get_schools(self, proposal: Any) -> list[Any]:
        rows = [
            {"number": school.number, "name": school.name, "items": list(needs.values())}
            for school, needs in proposal.rows
        ]
        return list(_SchoolSerializer(rows, many=True).data)
