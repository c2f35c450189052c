"""Filter of the list of how things are paid."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilter, contains
from funding.models import FinancingShare


class ShareFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)

    class Meta:
        model = FinancingShare
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of the name of the financing or of a programme in it."""
        return queryset.filter(contains(text, "financing__name", "programme__name"))
