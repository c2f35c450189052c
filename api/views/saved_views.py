"""Views of lists: one's own, and those that others share."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.saved_views import BeginInput, SavedViewChange, SavedViewInput, SavedViewSerializer
from api.versions import matching
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, ReadViewSet, actor
from reports.list_rights import lists_hidden_from
from reports.models import SavedView
from reports.saved_views import begin_with, change_view, delete_view, save_view
from schools.access import Right


class SavedViewViewSet(CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """A view says how a list is shown; what is in the list is decided by the rights of whoever opens it."""

    serializer_class = SavedViewSerializer
    inputs = {
        "create": SavedViewInput,
        "partial_update": SavedViewChange,
        "begin": BeginInput,
    }
    rights = dict.fromkeys(("list", "create", "partial_update", "destroy", "begin"), Right.SEE)

    def get_queryset(self) -> QuerySet[SavedView]:
        found: QuerySet[SavedView] = SavedView.objects.visible_to(self.request.user).with_default(self.request.user)
        return found.select_related("owner").order_by("list_name", "name", "pk")

    def add(self, data: dict[str, Any]) -> SavedView:
        """Keep a view of a list."""
        if data["list_name"] in lists_hidden_from(self.request.user):
            raise PermissionDenied
        return save_view(by=actor(self.request), **data)

    def change(self, record: SavedView, data: dict[str, Any]) -> None:
        """Change a view of one's own."""
        change_view(record, by=actor(self.request), **data)

    def remove(self, record: SavedView) -> None:
        """Delete a view of one's own; for whoever began with it the list begins as usual again."""
        delete_view(record, by=actor(self.request))

    @action(detail=True, methods=["post"])
    def begin(self, request: Request, pk: str) -> Response:
        """Let its list begin with it for oneself, or no longer."""
        data, record = self.read_input(), self.get_object()
        with matching(request, record) as current:
            begin_with(current, by=actor(request), **data)
        return self.answer(record)
