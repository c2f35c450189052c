"""What the search found: groups of hits, each with the address of its record."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from reports.enums import SearchKind
from reports.search import Hit

_ADDRESSES = {
    SearchKind.DEVICE: "api-device-detail",
    SearchKind.SCHOOL: "api-school-detail",
    SearchKind.ROOM: "api-room-detail",
    SearchKind.ORDER: "api-order-detail",
    SearchKind.DELIVERY: "api-delivery-detail",
    SearchKind.PROJECT: "api-project-detail",
}


class SearchQuery(StrictSerializer):
    q = serializers.CharField(
        trim_whitespace=False, help_text="number or name, typed or scanned: 2 to 100 letters, digits and other signs"
    )


class SearchHitSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(SearchKind.choices, source="kind")
    id = serializers.IntegerField(source="record.pk")
    label = serializers.CharField(source="record.__str__")  # type: ignore[assignment]
    url = serializers.SerializerMethodField(help_text="of the record")
    is_exact = serializers.BooleanField(help_text="what was asked for is its number or name, not a part of it")

    def get_url(self, hit: Hit) -> str:
        key = hit.record.number if hit.kind == SearchKind.SCHOOL else hit.record.pk
        url: str = self.context["request"].build_absolute_uri(reverse(_ADDRESSES[hit.kind], args=[key]))
        return url


class SearchGroupSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(SearchKind.choices, source="kind")
    has_more = serializers.BooleanField(help_text="there are more than are given; the list of the records has them")
    hits = SearchHitSerializer(many=True)


class SearchSerializer(serializers.Serializer[Any]):
    q = serializers.CharField(source="text", help_text="what was searched for")
    groups = SearchGroupSerializer(many=True, help_text="that found something")
    alike = SearchHitSerializer(many=True, help_text="devices whose number is easily misread as the one asked for")
