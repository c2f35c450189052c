"""Completion of schools against the equipment standard. ``null`` in a number: there is no basis for it."""

from typing import Any

from rest_framework import serializers

from rollout.enums import Level, Outcome


class NumberField(serializers.FloatField):
    """A number; whole ones without decimals."""

    def to_representation(self, value: Any) -> Any:
        number = float(value)
        return int(number) if number.is_integer() else number


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
