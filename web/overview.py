"""What the overview shows for the question in its address."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from reports.figures import FIGURES, FigureValue
from reports.queries import Records, schools_for
from rollout.completion import SchoolCompletion
from rollout.enums import Level, Outcome
from schools.enums import TYPE_SHORT, SchoolType
from schools.models import School
from web.dates import day_context, read_as_of
from web.duties import duties_for
from web.heat import Column, columns_of, rows_of, schools_in_state, sorted_schools
from web.lists import Chip

_FIGURES = {figure.key: figure for figure in FIGURES}
#: The declared figures at the top of the page; the mean grade of the chosen level follows.
TILES = (
    "devices_in_service",
    "devices_on_the_way",
    "boards_in_service",
    "sites_under_construction",
    "schools_finished",
)
#: A city is one page; only larger authorities turn over.
SCHOOLS_PER_PAGE = 200


def overview_context(request: HttpRequest) -> dict[str, Any]:
    """``?as_of=`` a day, ``&level=`` basis or target, ``&type=`` a school type, ``&ordering=`` name, type or grade.

    ``&requirement=&state=``: only the schools of which one requirement is in one state.
    """
    dated = day_context(read_as_of(request))
    level = Level.TARGET if request.GET.get("level") == Level.TARGET else Level.BASIS
    visible = School.objects.visible_to(request.user)
    types = _types(visible.open_on(dated["day"]), request)
    chosen = next((entry["value"] for entry in types if entry["is_current"]), "")
    schools = visible.filter(school_type=chosen) if chosen else schools_for(request.user)
    records = Records(dated["day"], schools=schools)
    report = records.completion
    columns = columns_of(report, level)
    chips = _chips(columns, request)
    chosen_schools: Iterable[SchoolCompletion] = report.schools
    if chips:
        chosen_schools = schools_in_state(report, request.GET["requirement"], request.GET["state"])
    ordered = sorted_schools(chosen_schools, level, request.GET.get("ordering", ""))
    page = Paginator(ordered, SCHOOLS_PER_PAGE).get_page(request.GET.get("page"))
    return {
        **dated,
        "level": level,
        "levels": [{"value": one.value, "label": one.label, "is_current": one == level} for one in Level],
        "types": types,
        "chosen_type": chosen,
        "standard": report.standard,
        "columns": columns,
        "chips": chips,
        "number_of_schools": len(report.schools),
        "page_obj": page,
        "rows": rows_of(page, columns, level, dated["as_of_query"]),
        "tiles": _tiles(records, level),
        "duties": duties_for(request.user, dated["today"]) if dated["is_today"] else [],
    }


def _chips(columns: Iterable[Column], request: HttpRequest) -> list[Chip]:
    """The requirement and its state to which the map is narrowed, as far as both exist."""
    key, state = request.GET.get("requirement"), request.GET.get("state", "")
    rest = request.GET.copy()
    for name in ("requirement", "state"):
        rest.pop(name, None)
    found = [column.label for column in columns if column.key == key and state in Outcome.values]
    return [Chip(label, str(Outcome(state).label), f"?{rest.urlencode()}") for label in found]


def _tiles(records: Records, level: str) -> list[FigureValue]:
    figures = [_FIGURES[key] for key in (*TILES, f"grade_{level}")]
    return [FigureValue(figure, *figure.compute(records)) for figure in figures]


def _types(schools: Any, request: HttpRequest) -> list[dict[str, Any]]:
    """School types that occur, each with its number of schools and the address that shows only them."""
    chosen = request.GET.get("type", "")
    counts: dict[str, int] = {}
    for school_type in schools.order_by("school_type").values_list("school_type", flat=True):
        counts[school_type] = counts.get(school_type, 0) + 1
    return [
        {
            "value": value,
            "short": TYPE_SHORT[SchoolType(value)],
            "label": SchoolType(value).label,
            "number": number,
            "is_current": value == chosen,
        }
        for value, number in counts.items()
    ]
