"""Saying what is not clear about a file: unknown values, rows, conflicts, cells."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.views.base import actor
from api.views.import_batches import BatchViewSet, accepted
from imports.answers import ROW, Answer, decide_conflicts, decide_rows, decide_values
from imports.meanings import choices_for
from imports.services import correct_cells, decide


class AnswersViewSet(BatchViewSet):
    @action(detail=True)
    def choices(self, request: Request, pk: str) -> Response:
        """All records or words that an unknown value may mean, among those that you see."""
        found = choices_for(self.batch, request.user, self.query["kind"], self.query["text"])
        return Response(self.get_serializer({"choices": found}).data)

    @accepted
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Says what unknown values mean, each by itself or all others of a kind; the file is read once more."""
        said = self.read_input()
        answers, others = [_answer(one["kind"], one) for one in said.get("answers", ())], said.get("others", {})
        return self._decided(lambda batch: decide_values(batch, request.user, answers, others))

    @accepted
    @action(detail=True, methods=["post"], url_path="answer")
    def answer_rows(self, request: Request, pk: str) -> Response:
        """Says which record a row means, where it may mean several; the file is read once more."""
        answers = [_answer(ROW, one) for one in self.read_input()["answers"]]
        return self._decided(lambda batch: decide_rows(batch, answers))

    @accepted
    @action(detail=True, methods=["post"])
    def conflicts(self, request: Request, pk: str) -> Response:
        """Keeps what is now or takes what stands in the file, per cell or for all others; it is read once more."""
        said = self.read_input()
        return self._decided(lambda batch: decide_conflicts(batch, said.get("answers", {}), said.get("others", "")))

    @accepted
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Keeps other texts for cells, as if they stood in the file, which is read once more."""
        cells: dict[str, dict[str, str | None]] = {}
        for one in self.read_input()["cells"]:
            cells.setdefault(one["sheet"], {})[one["cell"]] = one["text"]
        return self.read_again(lambda batch: correct_cells(batch, by=actor(request), cells=cells))

    def _decided(self, about: Any) -> Response:
        return self.read_again(lambda batch: decide(batch, by=actor(self.request), decisions=about(batch)))


def _answer(kind: str, said: dict[str, Any]) -> Answer:
    return Answer(kind, said["text"], said["action"], said.get("to"), said)
