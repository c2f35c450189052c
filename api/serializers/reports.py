"""Reports and lists that go out as files."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import KnownAtField, StrictSerializer
from common.dated import EARLIEST


class ReportSerializer(serializers.Serializer[Any]):
    """A workbook; ``parameters`` of its address."""

    name = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()
    parameters = serializers.ListField(child=serializers.CharField())


class ReportsSerializer(serializers.Serializer[Any]):
    reports = ReportSerializer(many=True)


class DayQuery(StrictSerializer):
    as_of = serializers.DateField(required=False, help_text="the state on this day (default: today)")

    def validate_as_of(self, day: date) -> date:
        return past_day(day)


class ProgressQuery(DayQuery):
    compare_with = serializers.DateField(required=False, help_text="shows beside each number what has changed since")
    known_at = KnownAtField(required=False, help_text="what was recorded later is left out")
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, help_text="default: as the answer")

    def validate_compare_with(self, day: date) -> date:
        return past_day(day)

    def validate_known_at(self, instant: datetime) -> datetime:
        return past_instant(instant)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "compare_with" in attrs and attrs["compare_with"] >= attrs.get("as_of", timezone.localdate()):
            raise serializers.ValidationError({"compare_with": [_("Choose a day before the as-of date.")]}, "order")
        return attrs


def past_instant(instant: datetime) -> datetime:
    if instant > timezone.now():
        raise serializers.ValidationError(_("What will be known in the future cannot be shown."), "future")
    return instant


def past_day(day: date) -> date:
    if day > timezone.localdate():
        raise serializers.ValidationError(_("The day lies in the future."), "future")
    if day < EARLIEST:
        raise serializers.ValidationError(_("There are no records from that time."), "too_early")
    return day
