"""Imports: what a file was taken for, what taking it would do, and what has to be said first."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.import_previews import (
    NULL,
    ChosenSerializer,
    ColumnChangeSerializer,
    ColumnSerializer,
    ConflictSerializer,
    CorrectedSerializer,
    FoundProblemSerializer,
    GivenSerializer,
    PlacedProblemSerializer,
    QuestionSerializer,
    SampleSerializer,
    SuggestionSerializer,
    UnknownSerializer,
)
from imports.answers import given_answers
from imports.corrections import corrected_cells
from imports.enums import BatchStatus, KindName, Outcome, Phase
from imports.models import ImportBatch, ImportProfile, ImportRow


class CountsSerializer(serializers.Serializer[Any]):
    """Rows by what taking the file does with them; ``null`` as long as that is not known."""

    new = serializers.IntegerField(**NULL)
    changed = serializers.IntegerField(**NULL)
    unchanged = serializers.IntegerField(**NULL)
    rejected = serializers.IntegerField(**NULL)
    ambiguous = serializers.IntegerField(**NULL)
    skipped = serializers.IntegerField(**NULL)


class BatchSerializer(serializers.ModelSerializer[ImportBatch]):
    """One uploaded file. ``uploaded``, ``taking`` and ``undoing``: the worker is at it, see ``progress``."""

    kind = serializers.ChoiceField(KindName.choices, allow_blank=True, read_only=True)
    status = serializers.ChoiceField(BatchStatus.choices, read_only=True)
    phase = serializers.ChoiceField(Phase.choices, read_only=True)
    created_by = serializers.CharField(source="created_by.username", default=None, read_only=True)
    counts = CountsSerializer(source="*", read_only=True)
    wanted = serializers.CharField(
        default=None, allow_null=True, read_only=True, help_text="what must be said first about its columns"
    )
    replaced_by = serializers.IntegerField(source="successor", read_only=True, **NULL)

    class Meta:
        model = ImportBatch
        fields = [
            "id",
            "name",
            "kind",
            "sender",
            "status",
            "phase",
            "done",
            "total",
            "error",
            "counts",
            "wanted",
            "size",
            "sha256",
            "profile",
            "replaces",
            "replaced_by",
            "created_by",
            "created_at",
            "act",
            "undo_act",
        ]
        read_only_fields = fields


def _list(serializer: type[serializers.Serializer[Any]], name: str) -> Any:
    return serializer(many=True, source=f"summary.{name}", default=[], read_only=True)


def _texts(name: str) -> Any:
    child = serializers.CharField()
    return serializers.ListField(child=child, source=f"summary.{name}", default=[], read_only=True)


class BatchDetailSerializer(BatchSerializer):
    """All that is known of a file. ``problems`` and what is asked are cut at 2,000; the counts are complete."""

    options = ChosenSerializer(read_only=True)
    mapping = serializers.DictField(
        child=serializers.CharField(allow_null=True), read_only=True, help_text="heading → column, as chosen by hand"
    )
    sheet = serializers.CharField(source="summary.sheet", default=None, allow_null=True, read_only=True)
    header_row = serializers.IntegerField(source="summary.header_row", default=None, allow_null=True, read_only=True)
    sheets, notes = _texts("sheets"), _texts("notes")
    personal = _texts("personal")
    columns = _list(ColumnSerializer, "columns")
    sample = SampleSerializer(source="summary.sample", default=None, allow_null=True, read_only=True)
    problems = _list(PlacedProblemSerializer, "problems")
    problems_left_out = serializers.IntegerField(source="summary.problems_left_out", default=0, read_only=True)
    unknown = _list(UnknownSerializer, "unknown")
    unknown_left_out = serializers.IntegerField(source="summary.unknown_left_out", default=0, read_only=True)
    questions = _list(QuestionSerializer, "questions")
    conflicts = _list(ConflictSerializer, "conflicts")
    changes = _list(ColumnChangeSerializer, "changes")
    absent = _list(SuggestionSerializer, "absent")
    absent_count = serializers.IntegerField(source="summary.absent_count", default=0, read_only=True)
    corrections = serializers.SerializerMethodField()
    decisions = serializers.SerializerMethodField()

    class Meta(BatchSerializer.Meta):
        fields = [
            *BatchSerializer.Meta.fields,
            "options",
            "mapping",
            "sheet",
            "header_row",
            "sheets",
            "notes",
            "personal",
            "columns",
            "sample",
            "problems",
            "problems_left_out",
            "unknown",
            "unknown_left_out",
            "questions",
            "conflicts",
            "changes",
            "absent",
            "absent_count",
            "corrections",
            "decisions",
        ]
        read_only_fields = fields

    @extend_schema_field(CorrectedSerializer(many=True))
    def get_corrections(self, batch: ImportBatch) -> list[dict[str, str]]:
        return corrected_cells(batch)

    @extend_schema_field(GivenSerializer(many=True))
    def get_decisions(self, batch: ImportBatch) -> list[dict[str, Any]]:
        return given_answers(batch)


class ProgressSerializer(serializers.ModelSerializer[ImportBatch]):
    """How far the worker is. ``is_stuck``: there is none, and somebody has to start it."""

    is_stuck = serializers.BooleanField(read_only=True)

    class Meta:
        model = ImportBatch
        fields = ["id", "status", "phase", "done", "total", "error", "is_stuck"]
        read_only_fields = fields


class ChoicesSerializer(serializers.Serializer[Any]):
    """All that an unknown value may mean."""

    choices = SuggestionSerializer(many=True)


class DifferenceSerializer(serializers.Serializer[Any]):
    """What is there now, and what the file says."""

    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)

    def to_representation(self, pair: Any) -> dict[str, Any]:
        return dict(zip(("old", "new"), pair, strict=True))


class RowSerializer(serializers.ModelSerializer[ImportRow]):
    """What taking the file does with one of its rows, or did. ``record``: key of the device, project … it is about."""

    row = serializers.IntegerField(source="number", read_only=True, help_text="as Excel numbers it")
    outcome = serializers.ChoiceField(Outcome.choices, read_only=True)
    changes = serializers.DictField(child=DifferenceSerializer(), read_only=True, help_text="by column")
    problems = FoundProblemSerializer(many=True, read_only=True)

    class Meta:
        model = ImportRow
        fields = ["position", "sheet", "row", "outcome", "label", "matched_by", "record", "changes", "problems"]
        read_only_fields = fields


class ProfileSerializer(serializers.ModelSerializer[ImportProfile]):
    """How the lists of one sender are read. ``mapping``: normalised heading → column."""

    kind = serializers.ChoiceField(KindName.choices, read_only=True)
    mapping = serializers.DictField(child=serializers.CharField(allow_null=True), read_only=True)
    created_by = serializers.CharField(source="created_by.username", default=None, allow_null=True, read_only=True)

    class Meta:
        model = ImportProfile
        fields = ["id", "name", "kind", "sender", "mapping", "created_by", "created_at", "last_used_at"]
        read_only_fields = fields


class UndoneKindSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    reversed = serializers.IntegerField()
    kept = serializers.IntegerField()
    failed = serializers.IntegerField()


class StaysSerializer(serializers.Serializer[Any]):
    """A record that is not taken back, and why. ``by`` and ``at``: who has changed it since."""

    kind = serializers.CharField()
    record = serializers.IntegerField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True, **NULL)
    at = serializers.CharField(**NULL)
    sheet = serializers.CharField(**NULL)
    row = serializers.IntegerField(**NULL)


class UndoSerializer(serializers.Serializer[Any]):
    """What taking an import back did or would do. ``kept``: changed by somebody since; ``failed``: with a reason."""

    is_done = serializers.BooleanField()
    reversed = serializers.IntegerField()
    kept = serializers.IntegerField()
    failed = serializers.IntegerField()
    kinds = UndoneKindSerializer(many=True)
    kept_rows = StaysSerializer(many=True)
    failed_rows = StaysSerializer(many=True)


class TemplateSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(KindName.choices)
    name = serializers.CharField()
    url = serializers.URLField()


class TemplatesSerializer(serializers.Serializer[Any]):
    templates = TemplateSerializer(many=True)
