"""The filter sets of the pages, applied to lists of the interface."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request


class FilterBackend(DjangoFilterBackend):
    """Takes the filter set that fits the rows: those of today, or the states of a past day."""

    def get_filterset_class(self, view: Any, queryset: QuerySet[Any] | None = None) -> Any:
        classes = getattr(view, "filterset_classes", ())
        model = queryset.model if queryset is not None else None
        return next((one for one in classes if one._meta.model is model), None)

    def get_filterset_kwargs(self, request: Request, queryset: QuerySet[Any], view: Any) -> dict[str, Any]:
        """``view.filter_options()``: what the filter set asks for beside the rows."""
        options: dict[str, Any] = getattr(view, "filter_options", dict)()
        return super().get_filterset_kwargs(request, queryset, view) | options

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        """Filters narrow lists, never a single record."""
        return super().filter_queryset(request, queryset, view) if view.action == "list" else queryset
