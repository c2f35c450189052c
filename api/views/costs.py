"""Costs: what was planned, bound, invoiced and paid, the sums of it, and the documents themselves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.files import FILE_ANSWER, FILES, UploadMixin
from api.serializers.costs import (
    CostAsOfQuery,
    CostCheckSerializer,
    CostCorrectionInput,
    CostFileSerializer,
    CostInput,
    CostSerializer,
    CostSumsSerializer,
    EndInput,
    StoredFileInput,
    SumsQuery,
)
from api.serializers.funding import WhyInput
from api.versions import matching
from api.views.base import CreateMixin, DeleteMixin, ReadViewSet, actor
from api.views.parts import PartViewSet, handed_out
from common.bulk import ids
from costs.filters import CostFilter
from costs.limits import warnings_of
from costs.models import CostEntry, CostFile, CostPart
from costs.services import (
    NewCost,
    NewPart,
    attach_document,
    correct_cost,
    end_plan,
    record_cost,
    remove_document,
    withdraw_cost,
)
from costs.sums import sums_by
from inventory.models import Category
from schools.access import Right
from schools.models import School

_ROW = re.compile(r"^(\w+)-(\d+)-(\w+)$")


class CostViewSet(CreateMixin, ReadViewSet):
    """Documents, for people of the authority who may see money."""

    serializer_class = CostSerializer
    filterset_classes = [CostFilter]
    queries = {"list": CostAsOfQuery, "sums": SumsQuery}
    inputs = {
        "create": CostInput,
        "check": CostInput,
        "correct": CostCorrectionInput,
        "withdraw": WhyInput,
        "end": EndInput,
    }
    outputs = {"check": CostCheckSerializer, "sums": CostSumsSerializer}
    rights = {
        "list": Right.MONEY,
        "sums": Right.MONEY,
        **dict.fromkeys(("create", "check", "correct", "withdraw", "end"), Right.FUND),
    }

    def parts(self) -> QuerySet[CostPart]:
        rows: Any = CostPart.objects.visible_to(self.request.user)
        return rows.as_of(self.query["as_of"]) if "as_of" in self.query else rows.known()

    def filter_options(self) -> dict[str, Any]:
        return {"parts": self.parts()}

    def get_queryset(self) -> QuerySet[CostEntry]:
        parts = self.parts().select_related("entry", "programme", "category", "school").order_by("pk")
        entries: QuerySet[CostEntry] = CostEntry.objects.visible_to(self.request.user).order_by("-on", "-pk")
        if "as_of" in self.query:
            entries = entries.filter(on__lte=self.query["as_of"])
        if self.shows("parts"):
            entries = entries.prefetch_related(Prefetch("parts", parts, "seen_parts"))
        return entries

    def add(self, data: dict[str, Any]) -> CostEntry:
        """Record a document with its parts, by amount or by percentage."""
        reason = data.pop("reason", "")
        with at_rows():
            return record_cost(_new(data), by=actor(self.request), reason=reason)

    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Say what recording it would exceed; nothing is written. Refused as recording it would be."""
        data = self.read_input()
        data.pop("reason", "")
        new = _new(data)
        warnings = warnings_of(new, timezone.localdate())
        with at_rows(), transaction.atomic():
            record_cost(new, by=actor(request))
            transaction.set_rollback(True)
        amounts = [part.amount for part in new.parts]
        return Response(self.get_serializer({"amount": new.total, "parts": amounts, "warnings": warnings}).data)

    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Supersede all that the document says; the entry keeps its key."""
        entry, data = self.get_object(), self.read_input()
        reason = data.pop("reason")
        with matching(request, entry), at_rows():
            correct_cost(entry, _new(data), by=actor(request), reason=reason)
        return self.answer(entry)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back a document that should never have been recorded."""
        entry, data = self.get_object(), self.read_input()
        with matching(request, entry):
            withdraw_cost(entry, by=actor(request), **data)
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """From a day on the plan does not hold any more: another one took its place."""
        entry, data = self.get_object(), self.read_input()
        with matching(request, entry):
            end_plan(entry, by=actor(request), **data)
        return self.answer(entry)

    @action(detail=False)
    def sums(self, request: Request) -> Response:
        """Sums of what held on a day, by one or several of the fields."""
        said = dict(self.query)
        by, day = said.pop("by", []), said.pop("as_of", None) or timezone.localdate()
        rows = sums_by(*by, day=day, **said)
        shown = {"as_of": day, "known_at": said.get("known_at"), "by": by, "sums": self._named(rows)}
        return Response(self.get_serializer(shown).data)

    def _named(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Schools by their numbers, categories by their keys, as everywhere."""
        user = self.request.user
        schools, categories = School.objects.visible_to(user), Category.objects.visible_to(user)
        seen = {"school": (schools, "number"), "category": (categories, "key")}
        for field, (records, name) in seen.items():
            keys = {row[field] for row in rows if row.get(field)}
            names = dict(records.filter(pk__in=ids(keys)).values_list("pk", name)) if keys else {}
            rows = [row | {field: names.get(row[field])} if field in row else row for row in rows]
        return rows


class CostFileViewSet(UploadMixin, CreateMixin, DeleteMixin, PartViewSet):
    """Contracts, invoices, receipts."""

    owner_class, owner_name = CostEntry, "entry"
    serializer_class = CostFileSerializer
    inputs = {"create": StoredFileInput}
    rights = dict.fromkeys(("create", "destroy"), Right.FUND)
    uploads = frozenset({"create"})

    def get_queryset(self) -> QuerySet[CostFile]:
        rows: QuerySet[CostFile] = CostFile.objects.visible_to(self.request.user)
        return rows.filter(**self.of_owner).order_by("pk")

    def add(self, data: dict[str, Any]) -> CostFile:
        return attach_document(self.owner, data.pop("file"), by=actor(self.request), **data)

    def remove(self, record: CostFile) -> None:
        """Delete the file for good; the trail keeps its name and digest."""
        remove_document(record, by=actor(self.request))

    @extend_schema(responses=FILE_ANSWER)
    @action(detail=True, renderer_classes=FILES)
    def content(self, request: Request, pk: str, entry: str) -> FileResponse:
        """The file itself."""
        return handed_out(self.get_object())


@contextmanager
def at_rows() -> Iterator[None]:
    """What a service says of ``parts-0-amount`` stands at ``parts.0.amount`` of the body."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        raise ValidationError({_ROW.sub(r"\1.\2.\3", name): said for name, said in error.error_dict.items()}) from error


def _new(data: dict[str, Any]) -> NewCost:
    return NewCost(parts=tuple(NewPart(**part) for part in data.pop("parts")), **data)
