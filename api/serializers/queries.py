"""Parameters of the address other than filters and paging."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import KnownAtField, SchoolField, StrictSerializer


class AsOfQuery(StrictSerializer):
    as_of = serializers.DateField(required=False, help_text="the state on this day (default: today)")
    known_at = KnownAtField(required=False, help_text="as it was known at this instant (default: now)")


class HistoryQuery(StrictSerializer):
    all = serializers.BooleanField(default=False, help_text="with entries that were superseded since")


class SchoolAsOfQuery(AsOfQuery):
    school = SchoolField(required=False, help_text="this school only")


class FiguresQuery(SchoolAsOfQuery):
    since = serializers.DateField(required=False, help_text="first day of what is counted over time")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "since" in attrs and "as_of" in attrs and attrs["since"] > attrs["as_of"]:
            raise serializers.ValidationError({"since": [_("The first day lies after the last one.")]}, "order")
        return attrs
