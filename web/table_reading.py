"""What the page of a list shows whose columns, order and groups can be chosen: for ``reports.tables``."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format

from common.columns import Column
from common.sheets.text import as_text
from common.sheets.writer import Value
from reports.enums import ListName
from reports.list_rights import lists_hidden_from
from reports.models import DefaultView, SavedView
from reports.saved_views import known_query
from reports.tables import TABLES, Table, group_sizes, ordered
from schools.access import Right, has_right, require, sees_everything
from web.dates import day_context, read_as_of
from web.forms.tables import LookForm
from web.lists import PER_PAGE, chips_of, filters_of, wants_fragment

#: List → page of one of its records, name of the argument, and where the record keeps it.
PAGES = {
    ListName.DEVICES: ("web:device_detail", "pk", "device_id"),
    ListName.DEVICE_DEFECTS: ("web:device_defect", "pk", "pk"),
    ListName.RETURNS: ("web:return_detail", "pk", "campaign_id"),
    ListName.SCHOOLS: ("web:school_detail", "number", "number"),
    ListName.PROJECTS: ("web:project_detail", "pk", "project_id"),
    ListName.MILESTONES: ("web:project_detail", "pk", "project_id"),
    ListName.DEFECTS: ("web:project_detail", "pk", "project_id"),
    ListName.COSTS: ("web:cost_detail", "pk", "entry_id"),
    ListName.ORDERS: ("web:order_detail", "pk", "pk"),
    ListName.DELIVERIES: ("web:delivery_detail", "pk", "pk"),
    ListName.WAIVERS: ("web:school_detail", "number", "school_number"),
    ListName.BINDING: ("web:device_detail", "pk", "pk"),
    ListName.FINANCINGS: ("web:programme_detail", "pk", "programme_id"),
    ListName.PUBLICATIONS: ("web:publication_detail", "pk", "pk"),
    ListName.PEOPLE: ("web:user_detail", "pk", "pk"),
    ListName.AUDIT: ("web:audit_act", "pk", "act_id"),
    ListName.IMPORTS: ("web:import_detail", "pk", "pk"),
    ListName.WEBHOOKS: ("web:webhook_detail", "pk", "pk"),
}
#: Kinds of columns that are set apart → class of their cells.
_LOOKS = {"number": "num", "money": "num", "date": "date", "instant": "date"}


View = Callable[..., HttpResponse]


class Asked(NamedTuple):
    """A list as its address asks for it. ``records``: all of them, in the order asked for."""

    name: ListName
    table: Table
    day: date
    columns: list[Column]
    group: str
    records: QuerySet[Any]
    form: forms.Form
    look: LookForm

    @property
    def is_too_long(self) -> bool:
        """For a file."""
        return self.table.most is not None and self.records.count() > self.table.most

    def rows(self, viewer: Any, records: QuerySet[Any] | None = None) -> Iterator[tuple[int | None, list[Value]]]:
        chosen = self.records if records is None else records
        return self.table.rows(chosen, self.columns, viewer, self.day)


class Heading(NamedTuple):
    key: str
    label: str
    kind: str
    is_sortable: bool


class Cell(NamedTuple):
    heading: str
    kind: str
    text: str


class Line(NamedTuple):
    """``key``: of the record; ``group``: name and size of the group that begins here."""

    key: int | None
    url: str
    cells: list[Cell]
    group: tuple[str, int] | None


def asked_for(request: HttpRequest, name: str) -> Asked:
    """404 for what is no list; 403 for whoever may not see it."""
    if name not in TABLES:
        raise Http404
    require(request.user, Right.SEE)
    if name in lists_hidden_from(request.user):
        raise PermissionDenied
    table = TABLES[name]
    day = read_as_of(request) if table.is_dated else timezone.localdate()
    allowed = table.columns_for(with_prices=has_right(request.user, Right.MONEY))
    keys = [column.key for column in allowed]
    groups = [key for key in table.groups if key in keys]
    look = LookForm(request.GET, columns=allowed, usual=table.usual, groups=groups)
    ordering = request.GET.get("ordering", "")
    if ordering.removeprefix("-") not in table.paths.keys() & keys:
        ordering = ""
    data = request.GET.copy()
    data.pop("ordering", None)
    found = table.filters(data, table.records(request.user, day), request=request)
    records = ordered(table, found.qs, ordering, look.group)
    columns = [column for column in allowed if column.key in (*look.shown, look.group)]
    return Asked(ListName(name), table, day, columns, look.group, records, found.form, look)


def table_context(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """``?view=`` names the view that was opened; its changes can be kept by its owner."""
    page = Paginator(asked.records, PER_PAGE).get_page(request.GET.get("page"))
    views = list(views_of(request).filter(list_name=asked.name))
    opened = next((view for view in views if str(view.pk) == request.GET.get("view")), None)
    query = known_query(asked.name, request.GET.urlencode())
    return {
        "asked": asked,
        "title": asked.name.label,
        "filter_form": asked.form,
        "page_obj": page,
        "headings": [
            Heading(column.key, column.heading(), _look(column), column.key in asked.table.paths)
            for column in asked.columns
        ],
        "lines": list(_lines(request.user, asked, list(page.object_list))),
        "chips": chips_of(asked.form, request.GET),
        "filters": filters_of(request.GET, "columns", "group", "view"),
        "can_be_picked": asked.name == ListName.DEVICES and has_right(request.user, Right.BOOK),
        "views": views,
        "view": opened,
        "query": query,
        "is_changed": opened is not None and query != opened.query,
        "is_mine": opened is not None and opened.owner_id == request.user.pk,
        **day_context(asked.day),
    }


def lists_for(user: Any) -> list[ListName]:
    """The lists that somebody may see; orders are the business of the whole authority."""
    hidden = lists_hidden_from(user) | (set() if sees_everything(user) else {ListName.ORDERS})
    return [name for name in ListName if name not in hidden] if has_right(user, Right.SEE) else []


def views_of(request: HttpRequest) -> QuerySet[SavedView]:
    """The views that somebody may open, each with whether it is their default."""
    views: QuerySet[SavedView] = SavedView.objects.visible_to(request.user).with_default(request.user)
    return views.select_related("owner")


def address_of(view: SavedView) -> str:
    """The list as ``view`` asks for it, with the reader's own rights."""
    parts = "&".join(filter(None, [view.query, f"view={view.pk}"]))
    return f"{reverse('web:list_table', args=[view.list_name])}?{parts}"


def begins_with_view(name: str = "") -> Callable[[View], View]:
    """A list that begins with the view which somebody chose for that, where its address asks for nothing."""

    def wrapped(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.GET or wants_fragment(request):
                return view(request, *args, **kwargs)
            defaults = DefaultView.objects.visible_to(request.user).select_related("view")
            chosen = defaults.filter(list_name=name or kwargs["name"]).first()
            return redirect(address_of(chosen.view)) if chosen else view(request, *args, **kwargs)

        return answer

    return wrapped


def _lines(user: Any, asked: Asked, records: list[Any]) -> Iterator[Line]:
    """The rows of a page, the first one of each group with its name and size."""
    rows = asked.rows(user, asked.records.filter(pk__in=[record.pk for record in records]))
    sizes = group_sizes(asked.table, asked.records, asked.group) if asked.group else {}
    at = next((n for n, column in enumerate(asked.columns) if column.key == asked.group), 0)
    before: Any = None
    for record, (key, values) in zip(records, rows, strict=True):
        cells = [_cell(*pair) for pair in zip(asked.columns, values, strict=True)]
        begins = asked.group and (before is None or before.group_value != record.group_value)
        group = (cells[at].text, sizes[record.group_value]) if begins else None
        yield Line(key, _url(asked.name, key, record), cells, group)
        before = record


def _cell(column: Column, value: Value) -> Cell:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        places = 2 if column.kind == "money" else None
        return Cell(column.heading(), _look(column), number_format(value, places, use_l10n=True, force_grouping=True))
    return Cell(column.heading(), _look(column), as_text(value))


def _look(column: Column) -> str:
    return _LOOKS.get(column.kind, "")


def _url(name: ListName, key: int | None, record: Any) -> str:
    """``key`` is missing where the record may not be opened: a device that has left the school."""
    if key is None or name not in PAGES:
        return ""
    page, argument, field = PAGES[name]
    return reverse(page, kwargs={argument: getattr(record, field)})
