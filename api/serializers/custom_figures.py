"""Figures of one's own."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from reports.enums import FigureMeasure, FigureSubject
from reports.figures.custom import definition_of
from reports.models import CustomFigure
from reports.models.custom_figures import QUERY

_QUERY: dict[str, Any] = {"max_length": QUERY, "required": False, "allow_blank": True}


class CustomFigureSerializer(serializers.ModelSerializer[CustomFigure]):
    """``key``: its key under ``/figures/``, where its value and its records are."""

    key = serializers.SlugField(read_only=True)
    definition = serializers.SerializerMethodField(help_text="what it means, in one sentence")

    class Meta:
        model = CustomFigure
        fields = [
            "id",
            "key",
            "name",
            "subject",
            "measure",
            "query",
            "part_query",
            "is_shared",
            "public_at",
            "definition",
        ]
        read_only_fields = fields

    def get_definition(self, figure: CustomFigure) -> str:
        return definition_of(figure, self.context["request"].user)


class CustomFigureChange(StrictSerializer):
    name = serializers.CharField(max_length=100)
    measure = serializers.ChoiceField(FigureMeasure.choices)
    query = serializers.CharField(help_text="filters of its list, as in an address", **_QUERY)
    part_query = serializers.CharField(help_text="of a share: what part of them meets these filters, too", **_QUERY)
    is_shared = serializers.BooleanField(required=False)
    is_public = serializers.BooleanField(
        required=False, help_text="may be chosen for the public page; for who publishes, of shared figures alone"
    )


class CustomFigureInput(CustomFigureChange):
    subject = serializers.ChoiceField(FigureSubject.choices)
