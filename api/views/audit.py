"""The audit trail, as far as somebody sees the records that it tells of."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from api.serializers.audit import ActSerializer, EntrySerializer, told_changes, visible_keys
from api.views.base import ReadViewSet
from audit.models import Act, Entry
from schools.access import Right, has_right_everywhere
from schools.audit_filters import EntryFilter
from schools.audit_scope import fields_hidden_from


class TrailViewSet(ReadViewSet):
    """Nothing here is ever changed: it has no versions."""

    http_method_names = ["get", "head", "options"]
    filterset_classes = [EntryFilter]
    rights = {"list": Right.SEE}

    def entries(self) -> EntryFilter:
        """Raises ``ValidationError`` for a filter that cannot be understood."""
        entries = Entry.objects.visible_to(self.request.user)
        found = EntryFilter(self.request.query_params, entries, request=self.request)
        if not found.is_valid():
            raise ValidationError(found.errors.as_data())
        return found


@extend_schema_view(list=extend_schema(parameters=[OpenApiParameter(name, str) for name in EntryFilter.base_filters]))
class ActViewSet(TrailViewSet):
    """Who did what, when and from where; newest first."""

    serializer_class = ActSerializer

    def get_queryset(self) -> QuerySet[Act]:
        if self.action == "list":
            return self.entries().acts()
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
        seen = visible_keys(entries, user)
        for entry in entries:
            entry.told = told_changes(entry, seen=seen, **may)  # type: ignore[attr-defined, arg-type]
        return entries
