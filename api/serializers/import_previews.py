"""What a preview says of a file: problems, unknown values, questions, conflicts, columns, changes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from imports.enums import Blank, Mode

#: What may be missing, or unknown.
NULL: dict[str, Any] = {"allow_null": True, "default": None}


@extend_schema_field({"type": ["integer", "string", "null"]})
class KeyField(serializers.Field[Any, Any, Any, Any]):
    """Key of a record, or one of a few words."""

    default_error_messages = {"invalid": _("A number or a text is needed.")}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class SuggestionSerializer(serializers.Serializer[Any]):
    """What a text may mean; ``score``: how similar it is, of 100."""

    id = KeyField()
    label = serializers.CharField()  # type: ignore[assignment]
    score = serializers.IntegerField(**NULL)


class PlaceSerializer(serializers.Serializer[Any]):
    sheet = serializers.CharField()
    row = serializers.IntegerField(help_text="as Excel numbers it", **NULL)
    cell = serializers.CharField(help_text="as in C7", **NULL)


class FoundProblemSerializer(serializers.Serializer[Any]):
    column = serializers.CharField(help_text="heading", **NULL)
    cell = serializers.CharField(**NULL)
    value = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.ChoiceField([("error", "error"), ("note", "note")], help_text="a note rejects no row")


class PlacedProblemSerializer(FoundProblemSerializer, PlaceSerializer):
    pass


class UnknownSerializer(serializers.Serializer[Any]):
    """A value that nothing answers to, however many rows name it. To be answered by ``decide``."""

    kind = serializers.CharField(help_text="school, model, order, room, category, date_order, or value:<column>")
    text = serializers.CharField()
    rows = serializers.IntegerField()
    row = serializers.IntegerField(help_text="the first of them")
    can_create = serializers.BooleanField()
    obstacle = serializers.CharField(allow_blank=True, help_text="why it cannot be created as the list has it")
    suggestions = SuggestionSerializer(many=True)


class QuestionSerializer(PlaceSerializer):
    """A row that may mean several records. To be answered by ``answer``, which names it by ``text``."""

    text = serializers.CharField()
    heading = serializers.CharField(**NULL)
    message = serializers.CharField()
    can_create = serializers.BooleanField()
    candidates = SuggestionSerializer(many=True)


class ConflictSerializer(PlaceSerializer):
    """A cell of our own list of which somebody else has changed the value since. To be answered by ``conflicts``."""

    text = serializers.CharField()
    heading = serializers.CharField(**NULL)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    exported = serializers.CharField(**NULL)
    now = serializers.CharField(**NULL)
    yours = serializers.CharField(**NULL)
    who = serializers.CharField(allow_blank=True)
    at = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)


class ColumnSerializer(serializers.Serializer[Any]):
    """What a heading was taken for (``key``), how that was found, and some of the values below it."""

    heading = serializers.CharField()
    key = serializers.CharField(**NULL)
    how = serializers.CharField(allow_blank=True, **NULL)
    confidence = serializers.IntegerField(**NULL)
    guess = serializers.CharField(**NULL)
    values = serializers.ListField(child=serializers.CharField(), default=[])


class ExampleSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    old = serializers.CharField(**NULL)
    new = serializers.CharField(**NULL)


class ColumnChangeSerializer(serializers.Serializer[Any]):
    """How many known records a column changes."""

    key = serializers.CharField()
    count = serializers.IntegerField()
    examples = ExampleSerializer(many=True)


class SampleRowSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    cells = serializers.ListField(child=serializers.CharField(allow_blank=True))


class SampleSerializer(serializers.Serializer[Any]):
    headings = serializers.ListField(child=serializers.CharField())
    rows = SampleRowSerializer(many=True)


class CorrectedSerializer(serializers.Serializer[Any]):
    sheet = serializers.CharField()
    cell = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class GivenSerializer(serializers.Serializer[Any]):
    """An answer that was given."""

    kind = serializers.CharField()
    text = serializers.CharField()
    action = serializers.CharField()
    to = KeyField(**NULL)
    label = serializers.CharField(**NULL)  # type: ignore[assignment]


class ChosenSerializer(serializers.Serializer[Any]):
    """How the file is read."""

    mode = serializers.ChoiceField(Mode.choices, default=Mode.ALL)
    sheet = serializers.CharField(default="")
    header_row = serializers.IntegerField(default=0)
    blank = serializers.ChoiceField(Blank.choices, default=Blank.KEEP)
    authority = serializers.CharField(default="")
    on = serializers.CharField(**NULL)
    status = serializers.CharField(default="")
    create_missing = serializers.BooleanField(default=False)
    skip = serializers.ListField(child=serializers.CharField(), default=[])
    profile = serializers.IntegerField(help_text="0: none, null: whichever knows the headings", **NULL)
