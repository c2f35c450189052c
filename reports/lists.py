"""The other lists that go out as workbooks and come back: schools, rooms, headcounts, device models, projects."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.queries import settled_at
from common.cell_types import ChoiceOf
from common.columns import Column
from common.filters import ListFilter
from common.round_trip import Version
from common.sheets.writer import LARGE, Value
from inventory.columns import MODEL_COLUMNS
from inventory.lists import model_cells
from inventory.models import Category, DeviceModel
from reports.exports import Target, write_records
from rollout.columns import PROJECT_COLUMNS
from rollout.filters import ProjectAsOfFilter
from rollout.lists import project_cells
from rollout.models import ProjectState
from schools.columns import HEADCOUNT_COLUMNS, ROOM_COLUMNS, SCHOOL_COLUMNS
from schools.filters import SchoolFilter
from schools.lists import headcount_cells, room_cells, school_cells
from schools.models import Headcount, Room, School, SiteUse

#: Key of the record, and its values by column.
_Rows = Iterator[tuple[int, Mapping[str, Any]]]


class ListExport(NamedTuple):
    """``rows`` of records that were chosen for ``viewer`` (``None``: of nobody in particular).

    ``records``: those of a day that somebody sees; ``filters``: what narrows them, as on the page of the list.
    """

    title: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[[QuerySet[Any], Any], _Rows]
    records: Callable[[Any, date], QuerySet[Any]]
    filters: type[ListFilter] | None = None


def write_list(
    target: Target,
    name: str,
    records: QuerySet[Any],
    *,
    as_of: date,
    viewer: Any = None,
    with_prices: bool = True,
    created: datetime | None = None,
) -> None:
    """The list ``name`` of ``LISTS``. ``records`` went through ``visible_to``, facts through ``as_of``, too."""
    chosen = LISTS[name]
    columns = [column for column in chosen.columns if with_prices or column.kind != "money"]
    version, large = Version(as_of, settled_at()), records.count() > LARGE
    rows = _in_order(chosen.rows(records, viewer), columns)
    write_records(target, columns, rows, name=str(chosen.title), version=version, created=created, large=large)


def _in_order(rows: _Rows, columns: list[Column]) -> Iterator[list[Value]]:
    """Values as they are shown, in the order of the columns, and the key."""
    words = {column.key: dict(column.parse.choices.choices) for column in columns if isinstance(column.parse, ChoiceOf)}
    for pk, cells in rows:
        values = (words[c.key].get(cells[c.key]) if c.key in words else cells[c.key] for c in columns)
        yield [*(str(value) if isinstance(value, Promise) else value for value in values), pk]


def _schools(schools: QuerySet[Any], viewer: Any) -> _Rows:
    homes = {use.school_id: use.site for use in _uses(viewer).filter(is_main=True)}
    return ((school.pk, school_cells(school, homes.get(school.pk))) for school in schools)


def _rooms(rooms: QuerySet[Any], _viewer: Any) -> _Rows:
    ordered = rooms.select_related("school", "building__site").order_by(
        "school__sort_key", "building__name", "name", "pk"
    )
    return ((room.pk, room_cells(room)) for room in ordered.iterator(chunk_size=5000))


def _headcounts(headcounts: QuerySet[Any], _viewer: Any) -> _Rows:
    """A count is known by its school and its day: a better one of the same day is another row of the database."""
    ordered = headcounts.select_related("school").order_by("school__sort_key", "school", "valid_from")
    return ((count.school_id, headcount_cells(count)) for count in ordered)


def _models(models: QuerySet[Any], _viewer: Any) -> _Rows:
    categories = {category.pk: str(category) for category in Category.objects.all()}
    for model in models.select_related("manufacturer"):
        cells = model_cells(model)
        yield model.pk, cells | {"category": categories[cells["category"]]}


def _projects(states: QuerySet[Any], viewer: Any) -> _Rows:
    """From states of projects; a site of several schools is named after the one that has its main site there."""
    uses = Prefetch("project__site__uses", _uses(viewer).order_by("-is_main", "pk"))
    for state in states.select_related("project__site", "project__building").prefetch_related(uses):
        project, first = state.project, next(iter(state.project.site.uses.all()), None)
        yield project.pk, project_cells(project, first and first.school, state.valid_from, (state.status, state.reason))


def _project_states(user: Any, day: date) -> QuerySet[ProjectState]:
    states: QuerySet[ProjectState] = ProjectState.objects.visible_to(user).as_of(day)
    return states.order_by("project__site__sort_key", "project__trade", "project")


def _uses(viewer: Any) -> QuerySet[SiteUse]:
    uses = SiteUse.objects.all() if viewer is None else SiteUse.objects.visible_to(viewer)
    return uses.select_related("school", "site")


LISTS = {
    "schools": ListExport(
        _("Schools"), SCHOOL_COLUMNS, _schools, lambda user, day: School.objects.visible_to(user), SchoolFilter
    ),
    "rooms": ListExport(_("Rooms"), ROOM_COLUMNS, _rooms, lambda user, day: Room.objects.visible_to(user)),
    "headcounts": ListExport(
        _("Headcounts"), HEADCOUNT_COLUMNS, _headcounts, lambda user, day: Headcount.objects.visible_to(user).as_of(day)
    ),
    "models": ListExport(
        _("Device models"), MODEL_COLUMNS, _models, lambda user, day: DeviceModel.objects.visible_to(user)
    ),
    "projects": ListExport(_("Construction sites"), PROJECT_COLUMNS, _projects, _project_states, ProjectAsOfFilter),
}
