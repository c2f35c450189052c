"""What pages of figures show: a value, how it comes about, and the records behind it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import cached_property

from reports.custom_figures import may_change
from reports.enums import FigureKind, Wording
from reports.figures.base import Figure, FigureValue
from reports.figures.basis import Behind
from reports.figures.behind import figure_of
from reports.figures.rows import Row
from reports.figures.wording import possible_wordings
from reports.models import CustomFigure
from reports.models.custom_figures import PREFIX
from reports.queries import Records, schools_for
from schools.access import Right, has_right_everywhere
from schools.enums import SchoolType
from schools.models import School
from web.dates import day_context, read_as_of
from web.forms.figures import WindowForm
from web.lists import PER_PAGE

#: Record behind a figure → its page.
PAGES = {
    "cost": "web:cost_detail",
    "device": "web:device_detail",
    "delivery": "web:delivery_detail",
    "order": "web:order_detail",
    "project": "web:project_detail",
    "school": "web:school_detail",
    "standard": "web:standard_detail",
}
#: The same where the page needs a right in the whole authority.
_GUARDED = {
    "programme": ("web:programme_detail", Right.MONEY),
    "publication": ("web:publication_detail", Right.EXPORT),
}
LISTS = {
    "costs": "web:cost_list",
    "devices": "web:device_list",
    "projects": "web:project_list",
    "standards": "web:standard_list",
}
#: Kinds of cells that are numbers, and their decimal places.
PLACES = {"number": 0, "decimal": 1, "money": 2}
#: Figures that add up what lies in a window.
WINDOWED = (FigureKind.FLOW, FigureKind.SUM, FigureKind.DERIVED)


class ShownRow(NamedTuple):
    """Cells as ``(heading, whether it is a number, text)``; ``url``: the page of the record, where there is one."""

    url: str
    cells: list[tuple[str, bool, str]]


class Asked:
    """A figure, of the schools and the day that the address names; 404 where there is none to be seen."""

    def __init__(self, request: HttpRequest, key: str) -> None:
        self.request = request
        self.day = read_as_of(request)
        self.form = WindowForm(request.GET, day=self.day)
        self.form.is_valid()
        given = self.form.cleaned_data
        schools = _schools(request)
        self.records = Records(self.day, given.get("known_at"), given.get("since"), schools, request.user)
        figure = figure_of(key, self.records)
        if figure is None:
            raise Http404
        self.figure: Figure = figure

    @cached_property
    def value(self) -> FigureValue:
        answer = self.figure.compute(self.records)
        return FigureValue(self.figure, answer.value, answer.note)

    @cached_property
    def behind(self) -> Behind:
        return self.figure.behind(self.records)

    def context(self) -> dict[str, Any]:
        behind, value = self.behind, self.value
        rows: Any = behind.rows
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        return {
            **day_context(self.day),
            "value": value,
            "figure": self.figure,
            "behind": behind,
            "sentence": behind.sentence(value.value, str(self.figure.unit)) if value.value is not None else "",
            "wordings": _wordings(value),
            "columns": behind.rows.columns,
            "page_obj": page,
            "rows": shown_rows(behind, list(page), self.request.user),
            "list_url": _list_url(behind, self.day),
            "form": self.form,
            "is_windowed": self.figure.kind in WINDOWED,
            "school_type": self.request.GET.get("type", ""),
            "known_at": self.records.known_at,
            "since": self.records.since,
            **_own(self.figure.key, self.request.user),
        }


def _own(key: str, user: Any) -> dict[str, Any]:
    """The figure of somebody's own behind a figure of the catalogue, if it is one."""
    if not key.startswith(PREFIX):
        return {}
    own = CustomFigure.objects.visible_to(user).select_related("owner").get(pk=key.removeprefix(PREFIX))
    return {"own": own, "may_change": may_change(own, user)}


def _schools(request: HttpRequest) -> Any:
    """``?type=`` and ``?school=`` narrow to schools that the person sees."""
    kind, number = request.GET.get("type"), request.GET.get("school")
    if not kind and not number:
        return schools_for(request.user)
    found = School.objects.visible_to(request.user)
    if kind:
        found = found.filter(school_type=kind if kind in SchoolType.values else None)
    return found.filter(number=number) if number else found


def _wordings(value: FigureValue) -> list[tuple[Any, str]]:
    """As the value may be published, beside its exact form."""
    texts = possible_wordings(value.value, unit=str(value.figure.unit)) if value.value is not None else {}
    return [] if isinstance(value.value, bool) else [(Wording(one).label, text) for one, text in texts.items()]


def shown_rows(behind: Behind, rows: Sequence[Row], user: Any) -> list[ShownRow]:
    columns = [(str(column.heading), column.kind) for column in behind.rows.columns]
    page = _page_of(behind.record, user)
    return [
        ShownRow(
            reverse(page, args=[key]) if page and key is not None else "",
            [(head, kind in PLACES, _text(kind, cell)) for (head, kind), cell in zip(columns, cells, strict=True)],
        )
        for key, *cells in rows
    ]


def _text(kind: str, cell: Any) -> str:
    if cell is None:
        return "–" if kind in PLACES else ""
    if kind in PLACES:
        return number_format(cell, decimal_pos=PLACES[kind], use_l10n=True, force_grouping=True)
    if kind == "instant":
        return date_format(timezone.localtime(cell), "SHORT_DATETIME_FORMAT")
    return date_format(cell, "SHORT_DATE_FORMAT") if kind == "date" else str(cell)


def _page_of(record: str, user: Any) -> str:
    """The page of records of a kind; empty where there is none, or none for ``user``."""
    page, right = _GUARDED.get(record, ("", None))
    return page if right and has_right_everywhere(user, right) else PAGES.get(record, "")


def _list_url(behind: Behind, day: date) -> str:
    if behind.link is None:
        return ""
    dated = {"as_of": day.isoformat()} if behind.link.name in ("devices", "projects") else {}
    chosen = {name: value for name, value in behind.link.filters.items() if value}
    return f"{reverse(LISTS[behind.link.name])}?{urlencode(chosen | dated, doseq=True)}"
