"""Filter of the list of committee reports."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import DayFilter, ListFilter, contains
from reports.models import Publication


class PublicationFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    session_from = DayFilter(field_name="session_on", lookup_expr="gte", label=_("Sessions from"))
    session_to = DayFilter(field_name="session_on", lookup_expr="lte", label=_("Sessions up to"))
    state = django_filters.ChoiceFilter(
        choices=[("published", _("published")), ("draft", _("draft"))],
        method="in_state",
        label=_("State"),
        empty_label=_("all"),
    )

    class Meta:
        model = Publication
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of the title or of the committee's name."""
        return queryset.filter(contains(text, "title", "committee"))

    def in_state(self, queryset: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        return queryset.filter(published_at__isnull=state == "draft")
