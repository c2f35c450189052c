"""Goods received against orders: scanned codes, their check, and the deliveries that were booked."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from api.serializers.related import LineRef, OrderRef, Rows, SchoolRef
from inventory.models import Delivery

#: One delivery note never lists more.
MOST_CODES = 5000


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    order_number = serializers.CharField(source="order.number", read_only=True)
    school = serializers.CharField(
        source="school.number", default=None, allow_null=True, read_only=True, help_text="null: the central store"
    )
    devices = serializers.IntegerField(source="devices_count", read_only=True, help_text="devices that came with it")

    class Meta:
        model = Delivery
        fields = ["id", "order", "order_number", "note_number", "delivered_on", "school", "devices"]
        read_only_fields = fields


class CodeInput(StrictSerializer):
    line = LineRef(help_text="a line of the order")
    serial = serializers.CharField(max_length=200, allow_blank=True, help_text="as it was scanned or typed")
    asset_tag = serializers.CharField(max_length=40, required=False, allow_blank=True)


class CodesInput(StrictSerializer):
    """Codes for the live check of a goods receipt."""

    order = OrderRef()
    codes = Rows(child=CodeInput(), max_length=MOST_CODES)


class _NoteInput(CodesInput):
    codes = Rows(child=CodeInput(), allow_empty=False, max_length=MOST_CODES)
    note_number = serializers.CharField(max_length=60)
    delivered_on = serializers.DateField()


class DeliveryInput(_NoteInput):
    school = SchoolRef(required=False, allow_null=True, help_text="null: the central store")
    accept_more = serializers.BooleanField(default=False, help_text="also more than was ordered")


class FilingInput(_NoteInput):
    """A past delivery of devices that are in the inventory already; their states stay."""


class CheckedCodeSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(source="line.pk")
    serial = serializers.CharField(allow_blank=True, help_text="as it would be stored")
    problem = serializers.ChoiceField(
        [(code, code) for code in ("", "twice", "in_stock", "wrong_model", "too_many", "unusable")],
        help_text="empty: can be booked",
    )
    message = serializers.CharField(allow_blank=True)
    device = serializers.IntegerField(source="known.pk", default=None, allow_null=True, help_text="that has the serial")


class CheckSerializer(serializers.Serializer[Any]):
    good = serializers.IntegerField(help_text="codes that can be booked")
    problems = serializers.IntegerField()
    codes = CheckedCodeSerializer(many=True)
