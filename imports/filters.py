"""Filters of imports, of their rows and of a work-list, for page and API alike."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilter, contains
from common.parsing import normalise_code
from imports.enums import BatchStatus, FindingKind, FindingStatus, Outcome
from imports.models import Finding, ImportBatch, ImportRow
from schools.filters import SchoolChoice


class BatchFilter(ListFilter):
    status = django_filters.ChoiceFilter(choices=BatchStatus.choices, label=_("State"), empty_label=_("all states"))

    class Meta:
        model = ImportBatch
        fields: list[str] = []


class RowFilter(ListFilter):
    """``column``: rows that change this column; ``problem``: rows with a problem of this code."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label=_("outcome"))
    column = django_filters.CharFilter(field_name="changes", lookup_expr="has_key", max_length=60)
    problem = django_filters.CharFilter(method="with_problem", max_length=60)

    class Meta:
        model = ImportRow
        fields: list[str] = []

    def search(self, queryset: Any, _name: str, text: str) -> Any:
        return queryset.naming(text)

    def with_problem(self, queryset: Any, _name: str, code: str) -> Any:
        return queryset.with_problem(code)


class FindingFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    kind = django_filters.ChoiceFilter(choices=FindingKind.choices, label=_("Finding"), empty_label=_("all findings"))
    school = SchoolChoice(field_name="device__school", null_label=_("central store"))
    status = django_filters.ChoiceFilter(
        choices=FindingStatus.choices, label=_("Status"), empty_label=_("open and done")
    )

    class Meta:
        model = Finding
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of a number or of what was found."""
        code = normalise_code(text) or text
        return queryset.filter(contains(text, "text", "note") | contains(code, "serial", "device__asset_tag"))
