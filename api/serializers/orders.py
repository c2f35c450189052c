"""Orders and their lines. Prices only for those who may see money."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import RestrictedFields, StrictSerializer, sees_money
from api.serializers.related import LARGEST_KEY, FinancingRef, ModelRef, Rows
from api.serializers.schools import ReasonInput
from inventory.models import Order, OrderLine

#: So many lines has an order, so many pieces a line.
MOST_LINES, MOST_PIECES = 500, 100_000


class OrderLineSerializer(RestrictedFields, serializers.ModelSerializer[OrderLine]):
    restricted = {"unit_price": sees_money}
    model_name = serializers.CharField(source="model.__str__", read_only=True)
    delivered = serializers.IntegerField(read_only=True)
    backlog = serializers.IntegerField(read_only=True, help_text="negative where more came than was ordered")
    unit_price = serializers.DecimalField(max_digits=10, decimal_places=2, required=False, allow_null=True)
    financing_name = serializers.CharField(source="financing.name", default=None, allow_null=True, read_only=True)

    class Meta:
        model = OrderLine
        fields = [
            "id",
            "position",
            "model",
            "model_name",
            "quantity",
            "delivered",
            "backlog",
            "unit_price",
            "financing",
            "financing_name",
        ]
        read_only_fields = [name for name in fields if name != "unit_price"]


class OrderSerializer(serializers.ModelSerializer[Order]):
    ordered = serializers.IntegerField(read_only=True, help_text="devices ordered")
    delivered = serializers.IntegerField(read_only=True, help_text="devices that came")
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = ["id", "number", "supplier", "ordered_on", "expected_on", "ordered", "delivered", "lines"]
        read_only_fields = fields


class _Price(serializers.DecimalField):
    def __init__(self) -> None:
        super().__init__(
            required=False,
            allow_null=True,
            max_digits=10,
            decimal_places=2,
            min_value=Decimal(0),
            help_text="gross, in euro",
        )


class NewLineInput(StrictSerializer):
    model = ModelRef()
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES)
    unit_price = _Price()
    position = serializers.IntegerField(
        required=False, min_value=1, max_value=32767, help_text="without: after the others"
    )
    financing = FinancingRef(required=False, allow_null=True)


class LineChange(StrictSerializer):
    """What is not named stays."""

    id = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    model = ModelRef(required=False)
    quantity = serializers.IntegerField(required=False, min_value=1, max_value=MOST_PIECES)
    unit_price = _Price()
    financing = FinancingRef(
        required=False, allow_null=True, help_text="needs the right to look after costs; its devices follow"
    )


class _OrderInput(ReasonInput):
    number = serializers.CharField(max_length=60)
    supplier = serializers.CharField(max_length=150)
    ordered_on = serializers.DateField()
    expected_on = serializers.DateField(required=False, allow_null=True)


class OrderInput(_OrderInput):
    lines = Rows(child=NewLineInput(), allow_empty=False, max_length=MOST_LINES)


class OrderChangeInput(_OrderInput):
    lines = Rows(child=LineChange(), max_length=MOST_LINES, required=False, help_text="lines of this order that change")
    new_lines = Rows(child=NewLineInput(), max_length=MOST_LINES, required=False, help_text="lines to be added")

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({line["id"] for line in lines}) < len(lines):
            raise serializers.ValidationError(_("A line is named twice."), "twice")
        return lines
