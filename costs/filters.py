"""Filters of the list of costs, for page and API alike."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import DayFilter, ListFilter, Ordering, SortField, contains
from costs.enums import CostStage
from costs.models import CostEntry, CostPart
from funding.models import Programme
from inventory.models import Category
from schools.enums import Trade
from schools.filters import SchoolChoice

#: Filter → field of the parts. One part has to fit all that is asked for.
OF_PARTS = {
    "programme": "programme",
    "trade": "trade",
    "category": "category",
    "school": "school",
    "order": "order",
    "project": "project",
}


def _programmes(request: Any) -> QuerySet[Programme]:
    return Programme.objects.visible_to(getattr(request, "user", None))


def _categories(request: Any) -> QuerySet[Category]:
    return Category.objects.visible_to(getattr(request, "user", None))


class CostFilter(ListFilter):
    """Filters rows of ``CostEntry`` by the document and by its ``parts`` (default: all that is believed now)."""

    q = django_filters.CharFilter(method="search", label=_("Search"), max_length=100)
    stage = django_filters.MultipleChoiceFilter(choices=CostStage.choices, label=_("Stage"), distinct=False)
    programme = django_filters.ModelChoiceFilter(
        queryset=_programmes,
        to_field_name="key",
        method="of_parts",
        label=_("Funding programme"),
        empty_label=_("all programmes"),
    )
    school = SchoolChoice(method="of_parts")
    trade = django_filters.ChoiceFilter(
        choices=Trade.choices, method="of_parts", label=_("Trade"), empty_label=_("all trades")
    )
    category = django_filters.ModelChoiceFilter(
        queryset=_categories,
        to_field_name="key",
        method="of_parts",
        label=_("Category"),
        empty_label=_("all categories"),
    )
    order = django_filters.NumberFilter(method="of_parts_by_key", label=_("Order"))
    project = django_filters.NumberFilter(method="of_parts_by_key", label=_("Construction project"))
    on_from = DayFilter(field_name="on", lookup_expr="gte", label=_("Day (from)"))
    on_to = DayFilter(field_name="on", lookup_expr="lte", label=_("Day (to)"))
    ordering = Ordering(
        [
            SortField("on", ("on",), _("Day")),
            SortField("number", ("number",), _("Document number")),
            SortField("payee", ("payee",), _("Company")),
            SortField("stage", ("stage",), _("Stage")),
            SortField("amount", ("amount",), _("Amount")),
        ]
    )

    class Meta:
        model = CostEntry
        fields: list[str] = []

    def __init__(self, *args: Any, parts: QuerySet[CostPart] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.parts = CostPart.objects.known() if parts is None else parts

    @property
    def asks_for_documents(self) -> bool:
        """Whether a filter looks at the document, not at its parts alone."""
        names = self.form.fields.keys() - OF_PARTS.keys() - {"ordering"}
        return bool(self.errors) or any(self.form.cleaned_data.get(name) for name in names)

    @property
    def wanted_parts(self) -> QuerySet[CostPart]:
        """The parts that fit what is asked of them, whatever their documents."""
        values = {} if self.errors else self.form.cleaned_data
        return self.parts.filter(**{path: values[name] for name, path in OF_PARTS.items() if values.get(name)})

    @property
    def parts_found(self) -> QuerySet[CostPart]:
        """The wanted parts of the documents found. Where nothing is asked of these, they need not be looked at."""
        parts = self.wanted_parts.order_by()
        if not self.asks_for_documents:
            return parts
        documents = super().filter_queryset(self.queryset.all())
        return parts.filter(entry__in=documents.order_by().values("pk"))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = super().filter_queryset(queryset)
        return found.filter(pk__in=self.wanted_parts.order_by().values("entry"))

    def of_parts(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """What is asked of the parts is looked at together, in the end. The hint describes the interface."""
        return queryset

    def of_parts_by_key(self, queryset: QuerySet[Any], name: str, value: int) -> QuerySet[Any]:
        return queryset

    def search(self, queryset: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Part of the document number, the company or the text."""
        return queryset.filter(contains(text, "number", "payee", "text"))


class CostPartFilter(CostFilter):
    """The same for a list of parts: those that fit, of the documents that fit."""

    def __init__(self, data: Any = None, parts: QuerySet[Any] | None = None, *, request: Any = None) -> None:
        documents = CostEntry.objects.visible_to(getattr(request, "user", None))
        super().__init__(data, documents, request=request, parts=parts)

    @property
    def qs(self) -> QuerySet[Any]:
        return self.parts.filter(pk__in=self.parts_found.values("pk"))
