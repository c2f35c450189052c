"""How lists of one sender are read, and the workbooks to be filled in."""

from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.files import FILES, WORKBOOK_ANSWER, attachment
from api.serializers.import_inputs import ProfileChangeInput
from api.serializers.imports import ProfileSerializer, TemplatesSerializer
from api.views.base import ChangeMixin, DeleteMixin, OperationView, ReadViewSet, actor
from imports.kinds import KINDS
from imports.models import ImportProfile
from imports.services import change_profile, delete_profile
from imports.templates import write_template
from schools.access import Right, require


class ProfileViewSet(ChangeMixin, DeleteMixin, ReadViewSet):
    """Shared by all who may import; a new one is kept from an import (``/imports/{id}/profile/``)."""

    serializer_class = ProfileSerializer
    inputs = {"partial_update": ProfileChangeInput}
    rights = {"list": Right.IMPORT, "partial_update": None, "destroy": None}

    def get_queryset(self) -> QuerySet[ImportProfile]:
        profiles = ImportProfile.objects.visible_to(self.request.user).select_related("created_by")
        rows: QuerySet[ImportProfile] = profiles.order_by("name", "pk")
        return rows

    def get_object(self) -> ImportProfile:
        profile: ImportProfile = super().get_object()
        require(self.request.user, Right.IMPORT)
        return profile

    def change(self, record: ImportProfile, data: dict[str, Any]) -> None:
        """Calls it otherwise."""
        said = {"name": record.name, "sender": record.sender} | data
        change_profile(record, **said, by=actor(self.request))

    def remove(self, record: ImportProfile) -> None:
        """Imports that were read with it stay as they are."""
        delete_profile(record, by=actor(self.request))


class TemplateListView(OperationView):
    serializer_class = TemplatesSerializer
    rights = {"retrieve": Right.IMPORT}

    @extend_schema(operation_id="import_templates_list")
    def get(self, request: Request) -> Response:
        """The kinds of workbooks, and where the template of each is."""
        templates = [
            {
                "kind": kind.name,
                "name": kind.name.label,
                "url": request.build_absolute_uri(reverse("api-import-template-detail", args=[kind.name.value])),
            }
            for kind in KINDS.values()
        ]
        return Response(self.get_serializer({"templates": templates}).data)


class TemplateView(OperationView):
    rights = {"retrieve": Right.IMPORT}
    renderer_classes = FILES

    @extend_schema(responses=WORKBOOK_ANSWER)
    def get(self, request: Request, kind: str) -> FileResponse:
        """The workbook to be filled in for a kind, in the language that is asked for."""
        if kind not in KINDS:
            raise Http404
        file = BytesIO()
        write_template(KINDS[kind], file, viewer=request.user)
        file.seek(0)
        name = _("template-%(kind)s.xlsx") % {"kind": str(KINDS[kind].name.label).replace(" ", "-")}
        return attachment(file, name)
