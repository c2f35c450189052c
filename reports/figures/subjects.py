"""The lists of which somebody can make figures of their own: whose filters, which records, which sum.

As of a day are devices, works and costs by their dated facts, orders by ``ordered_on`` and deliveries by
``delivered_on`` (``reports.queries_goods``). Rooms have neither a history nor a day, so there are none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.bulk import ids
from common.filters import ListFilter, told_value
from costs.filters import CostFilter
from costs.models import CostEntry
from inventory.filters import DeliveryFilter, DeviceAsOfFilter, OrderLineFilter
from inventory.models import DeviceState
from reports.enums import FigureKind, FigureMeasure, FigureSubject
from reports.figures import sources, sources_money
from reports.figures.basis import Behind
from reports.figures.rows import Column, ListRows
from reports.queries import Records
from rollout.filters import ProjectAsOfFilter
from rollout.models import ProjectState
from schools.access import SERVER, Right
from schools.enums import SchoolType
from schools.filters import SchoolFilter
from schools.models import School

#: What shows a list otherwise, or has no choices that could be offered without the list.
_LEFT_OUT = ("ordering", "room", "order", "project")


@dataclass(frozen=True, slots=True)
class Subject:
    """``records``: which they are, in words; ``unit``: of their number. ``found``: all of the day, for the filters.

    ``behind``: chosen ones as a table. ``summed``: what can be added up, the path of it and its unit. ``places``: the
    unit and the path of what has "at least one" of them. ``guarded``: measures that need the right to see money.
    ``unknown``: why nothing is known of these records, in words; empty where it is.
    """

    records: Any
    unit: Any
    filters: type[ListFilter]
    found: Callable[[Records], QuerySet[Any]]
    behind: Callable[..., Behind]
    has_basis: Callable[[Records], bool]
    summed: tuple[Any, str, Any] | None = None
    places: tuple[Any, str] | None = None
    guarded: frozenset[str] = frozenset()
    kind: FigureKind = FigureKind.STOCK
    unknown: Callable[[Records], str] = lambda _records: ""

    @property
    def measures(self) -> list[FigureMeasure]:
        lacking = {FigureMeasure.PLACES: not self.places, FigureMeasure.SUM: not self.summed}
        return [one for one in FigureMeasure if not lacking.get(one)]

    def right(self, measure: str) -> Right | None:
        return Right.MONEY if measure in self.guarded else None

    def asked(self, query: Any, reader: Any, found: QuerySet[Any] | None = None, prefix: str = "") -> ListFilter:
        """Its filters. ``query``: a form's data, or as in an address; ``reader``: whose choices (``None``: all)."""
        data = MultiValueDict(parse_qs(query)) if isinstance(query, str) else query
        request = SimpleNamespace(user=reader or SERVER)
        asked = self.filters(data, found, request=request, prefix=prefix or None)
        for name in _LEFT_OUT:
            asked.form.fields.pop(name, None)
        return asked


def told_filters(asked: ListFilter) -> str:
    """``Category: Tablet; Status: in service, configured``; empty without any, or with one that cannot be used."""
    if asked.errors:
        return ""
    parts = []
    for name, value in asked.form.cleaned_data.items():
        if value:
            values = value if isinstance(value, list) else [value]
            field = asked.form.fields[name]
            parts.append(f"{field.label}: {', '.join(told_value(field, one) for one in values)}")
    return "; ".join(parts)


def _device_states(records: Records) -> QuerySet[Any]:
    found = DeviceState.objects.as_of(records.as_of, records.known_at)
    return found if records.schools is None else found.filter(school__in=records.schools)


def _project_states(records: Records) -> QuerySet[Any]:
    found = ProjectState.objects.as_of(records.as_of, records.known_at)
    return found if records.schools is None else found.filter(project__site__in=records.sites)


def _cost_parts(records: Records) -> QuerySet[Any]:
    parts: QuerySet[Any] = records.money.parts
    return parts.filter(valid_from__gte=records.since) if records.since else parts


def _open_schools(records: Records) -> QuerySet[Any]:
    return School.objects.filter(pk__in=ids(school.pk for school in records.open_schools))


def _of_schools(records: Records, found: QuerySet[Any], *more: Column, **options: Any) -> Behind:
    """From what completion has read: a school is no dated fact, its pupils are."""
    marks = {values["pk"]: values for values in found.order_by().values("pk", *(column.path for column in more))}
    rows = [
        {
            "number": one.school.number,
            "name": one.school.name,
            "school_type": one.school.school_type,
            "pupils": one.facts.heads.pupils if one.facts.heads else None,
            **marks[one.school.pk],
        }
        for one in records.completion.schools
        if one.school.pk in marks
    ]
    kind = Column(_("School type"), "school_type", words=dict(SchoolType.choices))
    columns = (Column(_("School number"), "number"), Column(_("School"), "name"), kind)
    table = ListRows(rows, "number", (*columns, Column(_("Pupils"), "pupils", "number"), *more))
    return Behind(sources.SCHOOLS, table, "school", parts=kind, **options)


def _unknown_orders(records: Records) -> str:
    if not records.is_whole:
        return gettext("Orders are placed for the whole authority, not for single schools.")
    return _unsettled(records)


def _unsettled(records: Records) -> str:
    if records.goods.is_settled:
        return ""
    return gettext("Orders or deliveries were changed after this instant; what they said before is not kept.")


class _DocumentFilter(CostFilter):
    """Parts that fit, of documents that fit: also of those that were withdrawn since, which a past instant knew."""

    def __init__(self, data: Any = None, parts: QuerySet[Any] | None = None, **options: Any) -> None:
        super().__init__(data, CostEntry.objects.all(), parts=parts, **options)

    @property
    def qs(self) -> QuerySet[Any]:
        return self.parts.filter(pk__in=self.parts_found.values("pk"))


_ALL = frozenset(FigureMeasure.values)
_SUM = frozenset({FigureMeasure.SUM.value})
SUBJECTS: dict[str, Subject] = {
    FigureSubject.DEVICES: Subject(
        _("devices as they are on the as-of date"),
        _("devices"),
        DeviceAsOfFilter,
        _device_states,
        sources.of_devices,
        lambda records: bool(records.tallies),
        (_("Price in euro"), "device__price", _("euro")),
        (_("schools"), "school"),
        guarded=_SUM,
    ),
    FigureSubject.PROJECTS: Subject(
        _("construction projects as they are on the as-of date"),
        _("projects"),
        ProjectAsOfFilter,
        _project_states,
        sources.of_projects,
        lambda records: bool(records.works),
        (_("Contract sum in euro"), "project__contract_sum", _("euro")),
        (_("sites"), "project__site"),
        guarded=_SUM,
    ),
    FigureSubject.COSTS: Subject(
        _("parts of documents up to the as-of date, in the period"),
        _("parts of documents"),
        _DocumentFilter,
        _cost_parts,
        sources_money.of_parts,
        lambda records: bool(records.money.parts.exists()),
        (_("Amount in euro"), "amount", _("euro")),
        (_("schools"), "school"),
        guarded=_ALL,
        kind=FigureKind.SUM,
    ),
    FigureSubject.SCHOOLS: Subject(
        _("schools that are open on the as-of date"),
        _("schools"),
        SchoolFilter,
        _open_schools,
        _of_schools,
        lambda records: bool(records.open_schools),
        (_("Pupils"), "pupils", _("pupils")),
    ),
    FigureSubject.ORDERS: Subject(
        _("lines of orders that were placed up to the as-of date, in the period"),
        _("order lines"),
        OrderLineFilter,
        lambda records: records.goods.lines_in_period,
        sources.of_lines,
        lambda records: bool(records.goods.lines.exists()),
        (_("Quantity"), "quantity", _("devices")),
        (_("orders"), "order"),
        kind=FigureKind.FLOW,
        unknown=_unknown_orders,
    ),
    FigureSubject.DELIVERIES: Subject(
        _("deliveries that came up to the as-of date, in the period"),
        _("deliveries"),
        DeliveryFilter,
        lambda records: records.goods.deliveries_in_period,
        sources.of_deliveries,
        lambda records: bool(records.goods.deliveries.exists()),
        places=(_("schools"), "school"),
        kind=FigureKind.FLOW,
        unknown=_unsettled,
    ),
}
