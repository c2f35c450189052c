"""What the filter sets of all lists share. A list with a wrong filter is empty, never unfiltered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]


class ListFilter(django_filters.FilterSet):
    """Base of all filter sets. Choices are scoped, so ``request`` is needed: without it there are none."""

    #: field of the list's own model → field of the rows that are filtered instead (dated states)
    renamed: Mapping[str, str] = {}

    def __init__(
        self, data: Any = None, queryset: QuerySet[Any] | None = None, *, request: Any = None, prefix: str | None = None
    ) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        for one in self.filters.values():
            one.field_name = self.path(one.field_name)

    def path(self, field: str) -> str:
        """Where the rows of this list keep ``field``."""
        return self.renamed.get(field, field)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.none() if self.errors else super().filter_queryset(queryset)


class SortField(NamedTuple):
    """One way to sort: name in the address, fields of the row, label."""

    name: str
    fields: tuple[str, ...]
    label: Any


class Ordering(django_filters.OrderingFilter):
    """``?ordering=name`` or ``-name``, several by comma. Equal rows keep the order of their keys."""

    def __init__(self, sort_fields: Sequence[SortField], **options: Any) -> None:
        self.sort_fields = {field.name: field.fields for field in sort_fields}
        choices = [
            choice
            for field in sort_fields
            for choice in (
                (field.name, field.label),
                (f"-{field.name}", format_lazy("{} ({})", field.label, _("descending"))),
            )
        ]
        options.setdefault("label", _("Sorting"))
        options.setdefault("empty_label", _("as usual"))
        super().__init__(choices=choices, **options)

    def filter(self, qs: QuerySet[Any], value: Iterable[str] | None) -> QuerySet[Any]:
        wanted = [name for name in value or () if name]
        if not wanted:
            return qs
        return qs.order_by(*(order for name in wanted for order in self._orders(name)), "pk")

    def _orders(self, name: str) -> list[OrderBy]:
        """Rows without a value stand last, whichever way: left alone, each database has its own order."""
        fields = [F(self.parent.path(field)) for field in self.sort_fields[name.removeprefix("-")]]
        if name.startswith("-"):
            return [field.desc(nulls_last=True) for field in fields]
        return [field.asc(nulls_last=True) for field in fields]


class DayFilter(django_filters.DateFilter):
    """A day as ISO date or as 31.12.2024, whatever the language."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=_DAY_FORMATS, widget=widget, **options)


def told_value(field: Any, value: Any) -> str:
    """One chosen value of a filter as people read it; ``field``: of the filter's form."""
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Model):
        return str(value)
    if value == getattr(field, "null_value", None) and field.null_label:
        return str(field.null_label)
    return str(dict(getattr(field, "choices", ())).get(value, value))


def contains(text: str, *paths: str) -> Q:
    """``text`` somewhere in one of the fields, whatever the case."""
    return _spelt(text, "icontains", paths)


def equals(text: str, *paths: str) -> Q:
    """``text`` is one of the fields, whatever the case."""
    return _spelt(text, "iexact", paths)


def _spelt(text: str, lookup: str, paths: Iterable[str]) -> Q:
    """SQLite folds the case of ASCII letters only, so words with umlauts are asked for in their usual spellings."""
    spellings = {text} if text.isascii() else {text, text.lower(), text.upper(), text.capitalize()}
    found = Q()
    for path in paths:
        for spelling in sorted(spellings):
            found |= Q(**{f"{path}__{lookup}": spelling})
    return found
