"""Imports: upload → preview → say what is not clear → take → undo. Long work is the worker's: 202, and ``progress``."""

from io import BytesIO
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.files import ANY_FILE, FILE_ANSWER, FILES, WORKBOOK_ANSWER, UploadMixin, attachment, too_large
from api.serializers import import_inputs as bodies
from api.serializers.imports import (
    BatchDetailSerializer,
    BatchSerializer,
    ChoicesSerializer,
    ProfileSerializer,
    ProgressSerializer,
    UndoSerializer,
)
from api.views.base import CreateMixin, actor
from api.views.import_answers import AnswersViewSet
from api.views.import_batches import accepted
from common.sheets.reader import SheetError
from imports.answers import chosen_options
from imports.enums import BatchStatus
from imports.marking import mark_batch
from imports.models import ImportBatch
from imports.options import Options
from imports.services import (
    begin_taking,
    cancel_batch,
    decide,
    discard_batch,
    replace_file,
    save_profile,
    upload_batch,
)
from imports.tasks import preview_import, take_import, undo_import
from imports.undo import begin_undo, preview_undo, redo_batch
from imports.waiting import is_worker_missing
from schools.access import Right

#: They need the record first, and then a right: see ``BatchViewSet.get_object``.
_WRITES = (
    "partial_update", "decide", "answer_rows", "conflicts", "correct", "replace", "save_profile",
    "take", "cancel", "discard", "begin_undo", "redo",
)  # fmt: skip


class ImportViewSet(UploadMixin, CreateMixin, AnswersViewSet):
    """Workbooks on their way in."""

    inputs = {
        "create": bodies.UploadInput,
        "partial_update": bodies.ReadingInput,
        "decide": bodies.ValueAnswersInput,
        "answer_rows": bodies.RowAnswersInput,
        "conflicts": bodies.ConflictsInput,
        "correct": bodies.CellsInput,
        "replace": bodies.FileInput,
        "save_profile": bodies.ProfileInput,
        "take": bodies.TakeInput,
        "begin_undo": bodies.UndoInput,
        **dict.fromkeys(("cancel", "discard", "redo"), bodies.NothingInput),
    }
    outputs = {
        "retrieve": BatchDetailSerializer,
        "choices": ChoicesSerializer,
        "progress": ProgressSerializer,
        "save_profile": ProfileSerializer,
        "undo": UndoSerializer,
    }
    queries = {"choices": bodies.ChoicesQuery}
    rights = {"list": Right.IMPORT, "create": Right.IMPORT, **dict.fromkeys(_WRITES)}
    record_rights = dict.fromkeys(("undo", "begin_undo", "redo"), Right.UNDO)
    uploads = frozenset({"create", "replace"})
    trials = ("begin_undo",)

    def add(self, data: dict[str, Any]) -> ImportBatch:
        """Keeps a workbook; the worker reads it and says what taking it would do."""
        file, kind, sender = data.pop("file"), data.pop("kind", ""), data.pop("sender", "")
        chosen = {"by": actor(self.request), "kind": kind, "options": Options.of_json(data), "sender": sender}
        return self._kept(lambda: upload_batch(file, name=file.name, **chosen))

    @accepted
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Says how the file is to be read, and what its headings mean; it is read once more."""
        said = self.read_input()
        chosen = {name: said.pop(name) for name in ("kind", "mapping") if name in said}
        by = actor(request)
        return self.read_again(lambda batch: decide(batch, by=by, options=chosen_options(batch, said), **chosen))

    @action(detail=True)
    def progress(self, request: Request, pk: str) -> Response:
        """How far the worker is: ask once a second while the status is ``uploaded``, ``taking`` or ``undoing``."""
        batch: Any = self.batch
        is_busy = batch.status in (BatchStatus.UPLOADED, BatchStatus.TAKING, BatchStatus.UNDOING)
        batch.is_stuck = is_busy and is_worker_missing(timezone.now())
        return self.shown(batch)

    @extend_schema(responses={201: BatchSerializer})
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, pk: str) -> Response:
        """Goes on with a corrected workbook, as a new import with all that was chosen for this one."""
        file = self.read_input()["file"]
        with self.matched() as batch:
            new = self._kept(lambda: replace_file(batch, file, name=file.name, by=actor(request)))
        answer = self.answer(new, 201)
        answer["Location"] = self.reverse_action("detail", args=[new.pk])
        return answer

    @accepted
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Takes the file as its preview says, all rows or the good ones; the worker writes."""
        mode, by = self.read_input()["mode"], actor(request)
        with self.matched() as batch:
            begin_taking(batch, by=by, mode=mode)
        take_import.enqueue(batch.pk, cast(int, request.user.pk), get_language() or "", via=by.via)
        return self.answer(batch, 202)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stops the worker: nothing is written. A file that was never read is discarded with that."""
        self.read_input()
        with self.matched() as batch:
            cancel_batch(batch, by=actor(request))
        return self.answer(batch)

    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Gives up a file that was not taken; it is removed."""
        self.read_input()
        with self.matched() as batch:
            discard_batch(batch, by=actor(request))
        return self.answer(batch)

    @action(detail=True)
    def undo(self, request: Request, pk: str) -> Response:
        """What taking the import back would do, or, where that was done, what became of each record."""
        return Response(self._undoing(self.batch))

    @extend_schema(responses={200: UndoSerializer, 202: BatchSerializer})
    @undo.mapping.post
    def begin_undo(self, request: Request, pk: str) -> Response:
        """Takes the import back; what somebody has changed since stays. A trial run says what would happen."""
        by = actor(request)
        if self.read_input()["dry_run"]:
            return Response(self._undoing(self.batch))
        with self.matched() as batch:
            begin_undo(batch, by=by)
        undo_import.enqueue(batch.pk, cast(int, request.user.pk), get_language() or "", channel=by.channel, via=by.via)
        return self.answer(batch, 202)

    @accepted
    @action(detail=True, methods=["post"])
    def redo(self, request: Request, pk: str) -> Response:
        """Reads an undone file once more, with all that was said about it; it can then be taken again."""
        self.read_input()
        return self.read_again(lambda batch: redo_batch(batch, by=actor(request)))

    @extend_schema(responses={201: ProfileSerializer})
    @action(detail=True, methods=["post"], url_path="profile")
    def save_profile(self, request: Request, pk: str) -> Response:
        """Keeps how this file is read under a name, for the next one of its sender."""
        said = self.read_input()
        with self.matched() as batch:
            profile = save_profile(batch, **said, by=actor(request))
        return Response(self.get_serializer(profile).data, 201)

    @extend_schema(responses=FILE_ANSWER)
    @action(detail=True, renderer_classes=FILES)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The file as it came."""
        batch = self._with_file()
        return attachment(batch.file.open("rb"), batch.name, ANY_FILE)

    @extend_schema(responses=WORKBOOK_ANSWER)
    @action(detail=True, renderer_classes=FILES)
    def marked(self, request: Request, pk: str) -> FileResponse:
        """The sender's workbook with its problems marked; made by another process, within its limits."""
        batch = self._with_file()
        if not batch.summary.get("header_row"):
            raise Http404
        with TemporaryDirectory() as folder:
            out = Path(folder) / "marked.xlsx"
            try:
                mark_batch(batch, out)
            except SheetError as error:
                raise ValidationError(error.message, error.code) from error
            content = BytesIO(out.read_bytes())
        return attachment(content, f"{PurePath(batch.name).stem} – {_('problems')}.xlsx")

    def _with_file(self) -> ImportBatch:
        batch = self.batch
        if not batch.file.name or not batch.file.storage.exists(batch.file.name):
            raise Http404
        return batch

    def _kept(self, keep: Any) -> ImportBatch:
        """The new import, handed to the worker. A file above the limit is 413, whoever notices it."""
        try:
            batch: ImportBatch = keep()
        except ValidationError as error:
            raise too_large() if getattr(error, "code", "") == "too_large" else error from error
        preview_import.enqueue(batch.pk, get_language() or "")
        return batch

    def _undoing(self, batch: ImportBatch) -> dict[str, Any]:
        is_done = batch.status == BatchStatus.UNDONE
        result = batch.undo if is_done else preview_undo(batch)
        data: dict[str, Any] = UndoSerializer(result | {"is_done": is_done}).data
        return data
