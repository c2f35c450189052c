"""Reports to a committee."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from reports.enums import CompletionTable, Wording
from reports.models import Publication
from reports.models.publications import TEXT
from reports.publishing import Content, content_of
from reports.publishing.texts import Block, blocks, stored

_DAY: dict[str, Any] = {"required": False, "allow_null": True}


class PublicationTextSerializer(serializers.Serializer[Any]):
    """A text with its heading; empty lines part paragraphs, lines that begin with a dash are a list."""

    heading = serializers.CharField(max_length=150, allow_blank=True)
    text = serializers.CharField(max_length=TEXT, allow_blank=True)


class PublicationChoiceSerializer(serializers.Serializer[Any]):
    figure = serializers.SlugField(max_length=60)
    wording = serializers.ChoiceField(Wording.choices)


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    """A report for one session. ``previous``: the edition that it corrects; ``next``: the one that corrects it."""

    texts = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField(help_text="chosen figures with their wording")
    is_published = serializers.BooleanField(read_only=True)
    next = serializers.SerializerMethodField(help_text="published edition that takes the place of this one")

    class Meta:
        model = Publication
        fields = [
            "id",
            "title",
            "committee",
            "session_on",
            "as_of",
            "since",
            "compare_with",
            "texts",
            "figures",
            "completion",
            "has_works",
            "has_changes",
            "outlook",
            "edition",
            "previous",
            "next",
            "correction",
            "is_published",
            "published_at",
            "known_at",
            "language",
        ]
        read_only_fields = fields

    @extend_schema_field(PublicationTextSerializer(many=True))
    def get_texts(self, report: Publication) -> list[dict[str, str]]:
        return [block._asdict() for block in blocks(report.blocks)]

    @extend_schema_field(PublicationChoiceSerializer(many=True))
    def get_figures(self, report: Publication) -> list[dict[str, str]]:
        return [dict(zip(("figure", "wording"), choice.split(":"), strict=True)) for choice in report.choices]

    @extend_schema_field({"type": ["integer", "null"]})
    def get_next(self, report: Publication) -> int | None:
        following = report.next_edition
        return following.pk if following and following.is_published else None


class PublicationDetailSerializer(PublicationSerializer):
    """With all that it says: frozen, or for a draft as known now. Amounts only for who may see them."""

    content = serializers.SerializerMethodField()
    left_out = serializers.SerializerMethodField(help_text="so many figures are amounts that may not be seen")

    class Meta(PublicationSerializer.Meta):
        fields = [*PublicationSerializer.Meta.fields, "content", "left_out"]
        read_only_fields = fields

    def to_representation(self, instance: Publication) -> Any:
        self._read: Content = content_of(instance, self.context["request"].user, today=timezone.localdate())
        return super().to_representation(instance)

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_content(self, report: Publication) -> Mapping[str, Any]:
        return self._read.data

    def get_left_out(self, report: Publication) -> int:
        return self._read.left_out


class PublicationChange(StrictSerializer):
    """What can be written while the report is a draft."""

    title = serializers.CharField(max_length=150)
    committee = serializers.CharField(max_length=150)
    session_on = serializers.DateField()
    as_of = serializers.DateField(help_text="may lie in the future: then the report is a forecast")
    since = serializers.DateField(help_text="begin of what is counted over a period", **_DAY)
    compare_with = serializers.DateField(help_text="without: the as-of date of the report before", **_DAY)
    texts = PublicationTextSerializer(many=True, required=False)
    figures = PublicationChoiceSerializer(many=True, required=False)
    completion = serializers.ChoiceField(CompletionTable.choices, required=False)
    has_works = serializers.BooleanField(required=False)
    has_changes = serializers.BooleanField(required=False)
    outlook = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """As the services name it."""
        if "texts" in attrs:
            attrs["blocks"] = stored(Block(one["heading"], one["text"]) for one in attrs.pop("texts"))
        if "figures" in attrs:
            attrs["choices"] = [f"{one['figure']}:{one['wording']}" for one in attrs.pop("figures")]
        return attrs


class PublicationCorrectionInput(StrictSerializer):
    correction = serializers.CharField(
        max_length=500, help_text="what is corrected; readers of the edition before see it"
    )


class PublicationComparedSerializer(serializers.Serializer[Any]):
    """A figure as the report said it, and as known now for the same day."""

    key = serializers.CharField()
    label: Any = serializers.CharField()
    unit = serializers.CharField()
    printed = serializers.CharField()
    now = serializers.CharField(source="other", allow_null=True)
    difference = serializers.CharField(allow_blank=True)
    has_changed = serializers.BooleanField()


class PublicationComparisonSerializer(serializers.Serializer[Any]):
    figures = PublicationComparedSerializer(many=True)
