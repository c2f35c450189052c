"""The audit trail, as far as somebody sees the records that it tells of."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request

from api.files import FILES, WORKBOOK_ANSWER, attachment
from api.serializers.audit import ActSerializer, EntrySerializer
from api.views.base import OperationView, ReadViewSet
from audit.models import Act, Entry
from reports.told import seen_keys, told_changes
from reports.trail import MOST, write_trail
from reports.trail_reader import reader_for
from schools.access import Right, has_right_everywhere
from schools.audit_filters import EntryFilter
from schools.audit_scope import fields_hidden_from


def filtered_entries(request: Request) -> EntryFilter:
    """Raises ``ValidationError`` for a filter that cannot be understood."""
    found = EntryFilter(request.query_params, Entry.objects.visible_to(request.user), request=request)
    if not found.is_valid():
        raise ValidationError(found.errors.as_data())
    return found


class TrailViewSet(ReadViewSet):
    """Nothing here is ever changed: it has no versions."""

    http_method_names = ["get", "head", "options"]
    filterset_classes = [EntryFilter]
    rights = {"list": Right.SEE}


@extend_schema_view(list=extend_schema(parameters=[OpenApiParameter(name, str) for name in EntryFilter.base_filters]))
class ActViewSet(TrailViewSet):
    """Who did what, when and from where; newest first."""

    serializer_class = ActSerializer

    def get_queryset(self) -> QuerySet[Act]:
        if self.action == "list":
            return filtered_entries(self.request).acts()
        acts: QuerySet[Act] = Act.objects.visible_to(self.request.user).select_related("user")
        return acts


class EntryViewSet(TrailViewSet):
    """What was done to each record; newest first."""

    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[Entry]:
        entries = Entry.objects.visible_to(self.request.user).select_related("act__user", "school", "details")
        rows: QuerySet[Entry] = entries.order_by("-pk")
        return rows

    def paginate_queryset(self, queryset: Any) -> Any:
        return self._told(super().paginate_queryset(queryset) or [])

    def get_object(self) -> Entry:
        (entry,) = self._told([super().get_object()])
        return entry

    def _told(self, entries: list[Entry]) -> list[Entry]:
        """With ``told``: the changes as far as the person asking may read them. One query per related model."""
        user = self.request.user
        may = {"hidden": fields_hidden_from(user), "reads_personal": has_right_everywhere(user, Right.AUDIT)}
        seen = seen_keys(user, entries)
        for entry in entries:
            entry.told = told_changes(entry, seen=seen, **may)  # type: ignore[attr-defined, arg-type]
        return entries


class TrailFileView(OperationView):
    """The entries as a workbook, filtered as their list."""

    rights = {"retrieve": Right.EXPORT}
    renderer_classes = FILES

    def list_parameters(self) -> set[str]:
        return set(EntryFilter.base_filters)

    @extend_schema(
        responses=WORKBOOK_ANSWER, parameters=[OpenApiParameter(name, str) for name in EntryFilter.base_filters]
    )
    def get(self, request: Request) -> FileResponse:
        """One change a row. More than 50,000 entries are refused: narrow them by day, person or kind first."""
        file = BytesIO()
        try:
            found = filtered_entries(request)
            write_trail(file, found.qs, reader=reader_for(request.user), created=timezone.now())
        except ValueError as error:
            text = _(
                "A workbook takes up to %(most)s entries; these are more. Narrow them by day, person or kind first."
            )
            raise ValidationError(text % {"most": MOST}, "too_many") from error
        file.seek(0)
        return attachment(file, _("audit-%(day)s.xlsx") % {"day": timezone.localdate()})
