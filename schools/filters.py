"""Filters of the list of schools, for page and API alike."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import ListFilter, Ordering, SortField, contains
from common.parsing import sort_key
from schools.enums import SchoolType
from schools.models import School


class SchoolFilter(ListFilter):
    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    school_type = django_filters.ChoiceFilter(
        choices=SchoolType.choices, label=_("School type"), empty_label=_("all school types")
    )
    ordering = Ordering(
        [
            SortField("name", ("sort_key",), _("Name")),
            SortField("number", ("number",), _("Number")),
            SortField("school_type", ("school_type", "sort_key"), _("School type")),
        ]
    )

    class Meta:
        model = School
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of name, number or short name; ``straße`` finds ``Strasse``."""
        return queryset.filter(Q(sort_key__contains=sort_key(text)) | contains(text, "number", "short_name"))


def visible_schools(request: Any) -> QuerySet[School]:
    """Choices of a school filter: the schools that the person asking may see."""
    return School.objects.visible_to(getattr(request, "user", None))


class SchoolChoice(django_filters.ModelChoiceFilter):
    """A school by its number."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("School"))
        options.setdefault("empty_label", _("all schools"))
        super().__init__(queryset=visible_schools, to_field_name="number", **options)
