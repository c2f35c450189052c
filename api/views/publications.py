"""Reports to a committee: drafts, publishing, corrections, files."""

from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.files import FILES, WORKBOOK_ANSWER, attachment
from api.serializers.plan import NothingInput
from api.serializers.publications import (
    PublicationChange,
    PublicationComparisonSerializer,
    PublicationCorrectionInput,
    PublicationDetailSerializer,
    PublicationSerializer,
)
from api.versions import matching
from api.views.authority import AuthorityMixin
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, ReadViewSet, actor
from reports import publishing as services
from reports.models import Publication
from reports.publishing import files
from reports.publishing.comparing import against_now
from schools.access import Right

_PDF = "application/pdf"
_WRITES = ("create", "partial_update", "destroy", "publish", "correct")


class PublicationViewSet(AuthorityMixin, CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """By session, the latest first. Drafts are seen by those who publish."""

    serializer_class = PublicationSerializer
    inputs = {
        "create": PublicationChange,
        "partial_update": PublicationChange,
        "publish": NothingInput,
        "correct": PublicationCorrectionInput,
    }
    outputs = {"retrieve": PublicationDetailSerializer, "compare": PublicationComparisonSerializer}
    rights = {"list": Right.EXPORT, **dict.fromkeys(_WRITES, Right.PUBLISH)}

    def get_queryset(self) -> QuerySet[Publication]:
        found: QuerySet[Publication] = Publication.objects.visible_to(self.request.user)
        return found.select_related("following").order_by("-session_on", "-pk")

    def add(self, data: dict[str, Any]) -> Publication:
        """Begin a draft; without figures it has those of the report before."""
        return services.create_publication(by=actor(self.request), **data)

    def change(self, record: Publication, data: dict[str, Any]) -> None:
        """Change a draft."""
        services.change_publication(record, by=actor(self.request), **data)

    def remove(self, record: Publication) -> None:
        """Give up a draft."""
        services.delete_publication(record, by=actor(self.request))

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Freeze the draft with all its values as known now; nothing changes it afterwards."""
        self.read_input()
        record = self.get_object()
        with matching(request, record) as current:
            services.publish(current, by=actor(request))
        return self.answer(record)

    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Begin a new edition of a published report: a draft with the same texts and figures."""
        data, record = self.read_input(), self.get_object()
        with matching(request, record) as current:
            new = services.correct_publication(current, by=actor(request), **data)
        return self.answer(new, 201)

    @action(detail=True)
    def compare(self, request: Request, pk: str) -> Response:
        """What the report said, and what is known now of the same day. Of a draft, which says just that, nothing."""
        record = self.get_object()
        content = services.content_of(record, request.user, today=timezone.localdate())
        lines = against_now(content, reader=request.user) if record.is_published else []
        return Response(self.get_serializer({"figures": lines}).data)

    @extend_schema(responses={(200, _PDF): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=FILES)
    def pdf(self, request: Request, pk: str) -> FileResponse:
        """A4, tagged (PDF/UA-1)."""
        record = self.get_object()
        file = BytesIO(files.pdf(record, reader=request.user, now=timezone.now()))
        return attachment(file, files.file_name(record, "pdf"), _PDF)

    @extend_schema(responses=WORKBOOK_ANSWER)
    @action(detail=True, renderer_classes=FILES)
    def workbook(self, request: Request, pk: str) -> FileResponse:
        """A sheet for each table of the report."""
        record, file = self.get_object(), BytesIO()
        files.write_workbook(file, record, reader=request.user, now=timezone.now())
        file.seek(0)
        return attachment(file, files.file_name(record, "xlsx"))
