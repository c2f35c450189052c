"""What an operation on many records did to each of them, or would do: the words of the preview of an import."""

from typing import Any

from rest_framework import serializers

from api.serializers.related import LARGEST_KEY
from common.diff import Outcome

MOST_IDS = 10_000


class IdsField(serializers.ListField):
    """Keys of records, each once or several times; all of them must be visible."""

    def __init__(self, **options: Any) -> None:
        child = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
        super().__init__(child=child, allow_empty=False, max_length=MOST_IDS, **options)


class RowProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(allow_blank=True, help_text="empty where the record as a whole is meant")
    code = serializers.SlugField()
    message = serializers.CharField()


class RowDiffSerializer(serializers.Serializer[Any]):
    """One record: what it would become, or why it is rejected."""

    id = serializers.IntegerField(allow_null=True, help_text="null for a record that does not exist yet")
    label = serializers.CharField()  # type: ignore[assignment]
    outcome = serializers.ChoiceField([(str(one), str(one)) for one in Outcome])
    changes = serializers.DictField(
        child=serializers.ListField(child=serializers.JSONField(allow_null=True), min_length=2, max_length=2),
        help_text="field → [old, new]; related records by their key, schools by their number",
    )
    problems = RowProblemSerializer(many=True)


class DiffSerializer(serializers.Serializer[Any]):
    """The same for all records, with the numbers of rows by outcome. ``dry_run``: nothing was written."""

    dry_run = serializers.BooleanField()
    selected = serializers.IntegerField(help_text="records named")
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField(help_text="always 0 unless dry_run: it is all or nothing")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="what to know; none of it forbids")
    rows = RowDiffSerializer(many=True)
