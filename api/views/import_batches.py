"""What all views of one import have in common: whose it is, which version of it was seen, and the worker."""

from collections.abc import Callable
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.imports import BatchSerializer
from api.versions import matching
from api.views.base import ReadViewSet
from audit.versions import ChangedMeanwhile
from imports.models import ImportBatch
from imports.tasks import preview_import
from imports.versions import unchanged_batch, version_of_batch
from schools.access import Right, require

#: What a list of imports does not show.
_LONG = ("summary", "decisions", "corrections", "mapping", "undo")


#: Of operations that leave the rest to the worker.
accepted = extend_schema(responses={202: BatchSerializer})


def visible_batches(user: Any) -> QuerySet[ImportBatch]:
    """As ``BatchSerializer`` shows them."""
    batches = ImportBatch.objects.visible_to(user).select_related("created_by", "act", "profile")
    rows: QuerySet[ImportBatch] = batches.with_counts().annotate(successor=F("replaced_by"))
    return rows


class BatchViewSet(ReadViewSet):
    """Not visible: 404; visible, but without the right: 403."""

    serializer_class = BatchSerializer
    #: action → right that the record of the action needs, where it is another than to import
    record_rights: dict[str, Right] = {}

    batch: ImportBatch

    def check_permissions(self, request: Request) -> None:
        """Access first: whoever does not see the import learns nothing from what they sent either."""
        super().check_permissions(request)
        if self.action and "pk" in self.kwargs:
            self.batch = self.get_object()

    def get_queryset(self) -> QuerySet[ImportBatch]:
        rows = visible_batches(self.request.user)
        return rows.defer(*_LONG).order_by("-created_at", "-pk") if self.action == "list" else rows

    def get_object(self) -> ImportBatch:
        batch: ImportBatch = super().get_object()
        require(self.request.user, self.record_rights.get(self.action, Right.IMPORT))
        return self._versioned(batch)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(self.batch)

    def answer(self, record: Any, status: int = 200) -> Response:
        return self.shown(self._versioned(self.get_queryset().get(pk=record.pk)), status)

    def overtaken(self, error: ChangedMeanwhile) -> dict[str, Any]:
        """What was chosen meanwhile leaves no entries: the import as it is now says it."""
        batch = self.get_queryset().get(pk=error.record.pk)
        return {"current": BatchSerializer(batch, context=self.get_serializer_context()).data, "changes": []}

    def matched(self) -> Any:
        return matching(self.request, self.batch, unchanged_batch)

    def read_again(self, keep: Callable[[ImportBatch], ImportBatch]) -> Response:
        """Keep what was chosen, and let the worker read the file once more."""
        with self.matched() as batch:
            keep(batch)
        preview_import.enqueue(batch.pk, get_language() or "")
        return self.answer(batch, 202)

    def _versioned(self, batch: ImportBatch) -> ImportBatch:
        batch.audit_version = version_of_batch(batch)  # type: ignore[attr-defined]  # shown as ETag
        return batch
