"""Completion of schools against the equipment standard. ``null`` in a number: there is no basis for it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.queries import SchoolAsOfQuery
from common.dated import add_months
from reports.outlook import FURTHEST_YEARS, Outlook
from rollout.completion import Group, SchoolForecast
from rollout.completion.trend import MOST_MONTHS
from rollout.enums import Level, Outcome, Readiness
from schools.enums import SchoolType


class NumberField(serializers.FloatField):
    """A number; whole ones without decimals."""

    def to_representation(self, value: Any) -> Any:
        number = float(value)
        return int(number) if number.is_integer() else number


class WaivedSerializer(serializers.Serializer[Any]):
    """By which a requirement is *covered*."""

    valid_from = serializers.DateField(source="since")
    last_day = serializers.DateField(allow_null=True)
    reason = serializers.CharField()


class ResultSerializer(serializers.Serializer[Any]):
    # The interface promises these names. Declared fields are taken off the class, so Field.label and Field.required
    # stay what they are.
    key = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]
    level = serializers.ChoiceField(Level.choices, source="rule.level")
    required = NumberField(allow_null=True)  # type: ignore[assignment]
    actual = NumberField(allow_null=True)
    on_the_way = serializers.IntegerField()
    gap = NumberField(allow_null=True)
    state = serializers.ChoiceField(Outcome.choices)
    waiver = WaivedSerializer(allow_null=True)
    due_on = serializers.DateField(allow_null=True, help_text="not due: from this day on it counts")
    percent = NumberField(allow_null=True)
    explanation = serializers.CharField()


class SchoolCompletionSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(source="school.number")
    name = serializers.CharField(source="school.name")
    grade = NumberField(allow_null=True)
    grade_target = NumberField(allow_null=True)
    requirements = ResultSerializer(many=True, source="results")


class CompletionSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField(source="day")
    known_at = serializers.DateTimeField(allow_null=True)
    standard = serializers.CharField(source="standard.name", allow_null=True, default=None)
    schools = SchoolCompletionSerializer(many=True)


class OutlookQuery(SchoolAsOfQuery):
    """``as_of`` may lie ahead: then everything is a forecast."""

    level = serializers.ChoiceField(Level.choices, default=Level.BASIS.value)
    school_type = serializers.ChoiceField(SchoolType.choices, required=False, help_text="key of the Schulform")
    district = serializers.CharField(max_length=80, required=False)
    months = serializers.IntegerField(min_value=1, max_value=MOST_MONTHS, default=24, help_text="of the course")

    def validate_as_of(self, value: date) -> date:
        if value > add_months(timezone.localdate(), 12 * FURTHEST_YEARS):
            raise serializers.ValidationError(_("The as-of date lies too far in the future."), "too_late")
        return value


class GroupSerializer(serializers.Serializer[Group]):
    """Schools together. ``null``: no school of them has a grade, or no day is known."""

    kind = serializers.ChoiceField(["city", "school_type", "district"])
    key = serializers.CharField()
    schools = serializers.IntegerField()
    grade = NumberField(allow_null=True)
    without_grade = serializers.IntegerField()
    complete = serializers.IntegerField()
    expected = serializers.IntegerField(help_text="schools that are not complete, with a day by which they are")
    last_on = serializers.DateField(allow_null=True)
    without_date = serializers.IntegerField()


class PointSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    grade = NumberField(allow_null=True, source="value")
    is_forecast = serializers.BooleanField()


class RequirementForecastSerializer(serializers.Serializer[Any]):
    key = serializers.SlugField(source="result.key")
    state = serializers.ChoiceField(Readiness.choices)
    on = serializers.DateField(allow_null=True)
    explanation = serializers.CharField()


class SchoolForecastSerializer(serializers.Serializer[SchoolForecast]):
    number = serializers.CharField(source="school.number")
    state = serializers.ChoiceField(Readiness.choices)
    on = serializers.DateField(allow_null=True)
    requirements = RequirementForecastSerializer(many=True)


class OutlookSerializer(serializers.Serializer[Outlook]):
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    level = serializers.ChoiceField(Level.choices)
    is_forecast = serializers.BooleanField()
    standard = serializers.CharField(allow_null=True)
    groups = GroupSerializer(many=True)
    course = PointSerializer(many=True)
    schools = SchoolForecastSerializer(many=True)

    def to_representation(self, instance: Outlook) -> dict[str, Any]:
        (line,) = instance.lines(self.context["months"], label="")
        standard = instance.report.standard
        answer = {
            "as_of": instance.day,
            "known_at": instance.known_at,
            "level": instance.level,
            "is_forecast": instance.is_forecast,
            "standard": standard.name if standard else None,
            "groups": list(_groups(instance)),
            "course": line.points,
            "schools": [_school(instance, one) for one in instance.forecasts.values()],
        }
        shown: dict[str, Any] = super().to_representation(answer)  # type: ignore[arg-type]
        return shown


def _groups(outlook: Outlook) -> Iterator[dict[str, Any]]:
    districts = [group for group in outlook.districts if group.key]
    for kind, groups in (("city", [outlook.city]), ("school_type", outlook.types), ("district", districts)):
        for group in groups:
            yield {
                "kind": kind,
                "key": group.key,
                "schools": len(group.schools),
                "grade": group.grade(outlook.level),
                "without_grade": group.without_grade(outlook.level),
                **outlook.horizon(group)._asdict(),
            }


def _school(outlook: Outlook, one: SchoolForecast) -> dict[str, Any]:
    reached = one.at(outlook.level)
    asked = reached.requirements
    return {"school": one.school, "state": reached.state, "on": reached.on, "requirements": asked}
