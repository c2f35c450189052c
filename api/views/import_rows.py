"""Parts of an import: its rows, and the findings of a list of somebody else; the list for a delivery."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.files import WORKBOOK_ANSWER, FormParser, UploadMixin, attachment
from api.serializers.import_findings import DeedInput, DeedSerializer, FindingSerializer
from api.serializers.import_inputs import FileInput
from api.serializers.imports import BatchSerializer, RowSerializer
from api.views.base import OperationView, ReadViewSet, actor
from api.views.import_batches import visible_batches
from common.bulk import ids
from imports.comparing import compare_delivery
from imports.filters import FindingFilter, RowFilter
from imports.models import Finding, ImportBatch, ImportRow
from imports.worklist import deal_with_findings
from imports.worklist_book import write_findings
from inventory.models import Delivery
from schools.access import Right, require


class PartViewSet(ReadViewSet):
    """Below one import, which must be visible: else 404; visible, but without the right: 403."""

    http_method_names = ["get", "post", "head", "options"]
    batch: ImportBatch

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.action:
            batches = ImportBatch.objects.visible_to(request.user)
            self.batch = get_object_or_404(batches, pk=self.kwargs["batch"])
            require(request.user, Right.IMPORT)


class RowViewSet(PartViewSet):
    """What taking the file does with each row, or did, in the order of the file."""

    serializer_class = RowSerializer
    filterset_classes = [RowFilter]

    def get_queryset(self) -> QuerySet[ImportRow]:
        rows = ImportRow.objects.visible_to(self.request.user)
        return rows.filter(batch=self.kwargs.get("batch")).order_by("position")


class FindingViewSet(PartViewSet):
    """What a list of somebody else says other than our records."""

    serializer_class = FindingSerializer
    filterset_classes = [FindingFilter]
    inputs = {"act": DeedInput}
    outputs = {"act": DeedSerializer}
    rights = {"act": None}

    def get_queryset(self) -> QuerySet[Finding]:
        findings = Finding.objects.visible_to(self.request.user).filter(batch=self.kwargs.get("batch"))
        rows: QuerySet[Finding] = findings.with_names().order_by("pk")
        return rows

    def list_parameters(self) -> set[str]:
        return set(FindingFilter.base_filters) if self.action == "workbook" else super().list_parameters()

    def act(self, request: Request, batch: str) -> Response:
        """Deals with findings: note them as done, open them again, or carry over what they say into the inventory."""
        said = self.read_input()
        deed, dry_run, chosen = said.pop("deed"), said.pop("dry_run"), self._named(said.pop("ids"))
        with transaction.atomic():
            changed = deal_with_findings(chosen, deed, by=actor(request), **said)
            if dry_run:
                transaction.set_rollback(True)
        return Response(self.get_serializer({"dry_run": dry_run, "selected": chosen.count(), "changed": changed}).data)

    @extend_schema(responses=WORKBOOK_ANSWER)
    def workbook(self, request: Request, batch: str) -> FileResponse:
        """The findings as a workbook, narrowed by the same filters."""
        found = FindingFilter(request.query_params, self.get_queryset(), request=request)
        if not found.is_valid():
            raise ValidationError(found.errors.as_data())
        file = BytesIO()
        rows = found.qs
        write_findings(file, rows.iterator(chunk_size=2000), number=rows.count(), created=timezone.now())
        file.seek(0)
        return attachment(file, _("findings-%(pk)s.xlsx") % {"pk": batch})

    def _named(self, keys: list[int]) -> QuerySet[Finding]:
        """All or nothing, without telling which: what is not visible does not exist."""
        chosen = Finding.objects.visible_to(self.request.user).filter(batch=self.batch, pk__in=ids(set(keys)))
        if chosen.count() < len(set(keys)):
            raise Http404
        found: QuerySet[Finding] = chosen
        return found


class CompareView(UploadMixin, OperationView):
    """A supplier's list of serial numbers against a delivery."""

    serializer_class = BatchSerializer
    parser_classes = [FormParser]
    inputs = {"create": FileInput}
    rights = {"create": None}
    uploads = frozenset({"create"})

    @extend_schema(responses={201: BatchSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Compares the list with what was booked; nothing is written but findings, which belong to an import."""
        delivery = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("order", "school"), pk=pk)
        require(request.user, Right.IMPORT)
        file = self.read_input()["file"]
        batch = compare_delivery(delivery, file, name=file.name, by=actor(request))
        shown = self.get_serializer(visible_batches(request.user).get(pk=batch.pk))
        return Response(shown.data, 201, headers={"Location": reverse("api-import-detail", args=[batch.pk])})
