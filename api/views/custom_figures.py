"""Figures of one's own: of the filters of a list and a measure."""

from typing import Any

from django.db.models import QuerySet

from api.serializers.custom_figures import CustomFigureChange, CustomFigureInput, CustomFigureSerializer
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, ReadViewSet, actor
from reports.custom_figures import change_figure, create_figure, delete_figure
from reports.models import CustomFigure
from schools.access import Right


class CustomFigureViewSet(CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """One's own and those that are shared. Their values are among all ``figures``."""

    serializer_class = CustomFigureSerializer
    inputs = {"create": CustomFigureInput, "partial_update": CustomFigureChange}
    rights = dict.fromkeys(("list", "create", "partial_update", "destroy"), Right.EXPORT)

    def get_queryset(self) -> QuerySet[CustomFigure]:
        found: QuerySet[CustomFigure] = CustomFigure.objects.visible_to(self.request.user).order_by("name", "pk")
        return found

    def add(self, data: dict[str, Any]) -> CustomFigure:
        """Make a figure; shared, it stands in everybody's catalogue."""
        return create_figure(by=actor(self.request), **data)

    def change(self, record: CustomFigure, data: dict[str, Any]) -> None:
        """Change it; what is published keeps what it said."""
        change_figure(record, by=actor(self.request), **data)

    def remove(self, record: CustomFigure) -> None:
        """Delete it for good."""
        delete_figure(record, by=actor(self.request))
