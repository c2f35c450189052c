"""The other lists that go out as workbooks and come back: schools, rooms, headcounts, models, projects, costs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.queries import settled_at
from common.bulk import ids
from common.cell_types import ChoiceOf
from common.columns import Column
from common.filters import ListFilter
from common.round_trip import Version
from common.sheets.writer import LARGE, Value
from costs.columns import COST_COLUMNS
from costs.filters import CostPartFilter
from costs.lists import cost_cells
from costs.models import CostPart
from inventory.columns import MODEL_COLUMNS
from inventory.lists import model_cells
from inventory.models import Category, DeviceModel
from reports.exports import Target, write_records
from rollout.columns import PROJECT_COLUMNS, PROJECT_MONEY
from rollout.enums import ProjectStatus
from rollout.filters import ProjectAsOfFilter
from rollout.lists import project_cells
from rollout.models import MilestoneState, ProjectState
from schools.access import Right
from schools.columns import HEADCOUNT_COLUMNS, ROOM_COLUMNS, SCHOOL_COLUMNS
from schools.filters import SchoolFilter
from schools.lists import headcount_cells, room_cells, school_cells
from schools.models import Headcount, Room, School, SiteUse

#: Key of the record, and its values by column.
Rows = Iterator[tuple[int, Mapping[str, Any]]]


class ListExport(NamedTuple):
    """``rows`` of records of a day that were chosen for ``viewer`` (``None``: of nobody in particular).

    ``records``: those of a day that somebody sees; ``filters``: what narrows them, as on the page of the list.
    ``money``: columns beside those of amounts that need the right to see money; ``right``: what the list itself needs.
    """

    title: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[[QuerySet[Any], Any, date], Rows]
    records: Callable[[Any, date], QuerySet[Any]]
    filters: type[ListFilter] | None = None
    money: frozenset[str] = frozenset()
    right: Right = Right.EXPORT


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
    columns = [c for c in chosen.columns if with_prices or (c.kind != "money" and c.key not in chosen.money)]
    version, large = Version(as_of, settled_at()), records.count() > LARGE
    rows = ([*values, pk] for pk, values in in_order(chosen.rows(records, viewer, as_of), columns))
    write_records(target, columns, rows, name=str(chosen.title), version=version, created=created, large=large)


def in_order(rows: Rows, columns: Sequence[Column]) -> Iterator[tuple[int, list[Value]]]:
    """The key, and the values in the order of the columns as they are shown."""
    words = {column.key: dict(column.parse.choices.choices) for column in columns if isinstance(column.parse, ChoiceOf)}
    for pk, cells in rows:
        values = (words[c.key].get(cells[c.key]) if c.key in words else cells[c.key] for c in columns)
        yield pk, [str(value) if isinstance(value, Promise) else value for value in values]


def _schools(schools: QuerySet[Any], viewer: Any, _day: date) -> Rows:
    homes = {use.school_id: use.site for use in _uses(viewer).filter(is_main=True)}
    return ((school.pk, school_cells(school, homes.get(school.pk))) for school in schools)


def _rooms(rooms: QuerySet[Any], _viewer: Any, _day: date) -> Rows:
    named = rooms.select_related("school", "building__site")
    return ((room.pk, room_cells(room)) for room in named.iterator(chunk_size=5000))


def _headcounts(headcounts: QuerySet[Any], _viewer: Any, _day: date) -> Rows:
    """A count is known by its school and its day: a better one of the same day is another row of the database."""
    return ((count.school_id, headcount_cells(count)) for count in headcounts.select_related("school"))


def _models(models: QuerySet[Any], _viewer: Any, _day: date) -> Rows:
    categories = {category.pk: str(category) for category in Category.objects.all()}
    for model in models.select_related("manufacturer"):
        cells = model_cells(model)
        yield model.pk, cells | {"category": categories[cells["category"]]}


def _projects(states: QuerySet[Any], viewer: Any, day: date) -> Rows:
    """From states of projects; a site of several schools is named after the one that has its main site there."""
    uses = Prefetch("project__site__uses", _uses(viewer).order_by("-is_main", "pk"))
    related = ("project__site", "project__building", "project__financing")
    found = list(states.select_related(*related).prefetch_related(uses))
    dates = _acceptances(found, day)
    for state in found:
        project, first = state.project, next(iter(state.project.site.uses.all()), None)
        placed, acceptance = (state.status, state.reason), dates.get(project.pk, (None, None, None))
        yield project.pk, project_cells(project, first and first.school, state.valid_from, placed, acceptance)


def _acceptances(states: Sequence[Any], day: date) -> dict[int, tuple[Any, ...]]:
    """Planned and expected acceptance and the reason of the last change per project, as of ``day``."""
    facts = MilestoneState.objects.as_of(day).filter(
        milestone__phase=ProjectStatus.ACCEPTED, milestone__project__in=ids(state.project_id for state in states)
    )
    values = facts.values_list("milestone__project", "planned_on", "forecast_on", "reason")
    return {project: tuple(rest) for project, *rest in values}


def _costs(parts: QuerySet[Any], _viewer: Any, _day: date) -> Rows:
    """A row for each part of a document."""
    related = ("entry", "programme", "category", "school", "site", "order", "project__building", "project__site")
    for part in parts.select_related(*related):
        yield part.pk, cost_cells(part) | {"category": str(part.category) if part.category else None}


def _cost_parts(user: Any, day: date) -> QuerySet[CostPart]:
    parts: QuerySet[CostPart] = CostPart.objects.visible_to(user).as_of(day)
    return parts.order_by("-valid_from", "entry_id", "pk")


def _project_states(user: Any, day: date) -> QuerySet[ProjectState]:
    states: QuerySet[ProjectState] = ProjectState.objects.visible_to(user).as_of(day)
    return states.order_by("project__site__sort_key", "project__trade", "project")


def _headcounts_of(user: Any, day: date) -> QuerySet[Headcount]:
    headcounts: QuerySet[Headcount] = Headcount.objects.visible_to(user).as_of(day)
    return headcounts.order_by("school__sort_key", "school", "valid_from")


def _uses(viewer: Any) -> QuerySet[SiteUse]:
    uses = SiteUse.objects.all() if viewer is None else SiteUse.objects.visible_to(viewer)
    return uses.select_related("school", "site")


LISTS = {
    "schools": ListExport(
        _("Schools"), SCHOOL_COLUMNS, _schools, lambda user, day: School.objects.visible_to(user), SchoolFilter
    ),
    "rooms": ListExport(
        _("Rooms"),
        ROOM_COLUMNS,
        _rooms,
        lambda user, day: Room.objects.visible_to(user).order_by("school__sort_key", "building__name", "name", "pk"),
    ),
    "headcounts": ListExport(_("Headcounts"), HEADCOUNT_COLUMNS, _headcounts, _headcounts_of),
    "models": ListExport(
        _("Device models"), MODEL_COLUMNS, _models, lambda user, day: DeviceModel.objects.visible_to(user)
    ),
    "projects": ListExport(
        _("Construction sites"), PROJECT_COLUMNS, _projects, _project_states, ProjectAsOfFilter, PROJECT_MONEY
    ),
    "costs": ListExport(_("Costs"), COST_COLUMNS, _costs, _cost_parts, CostPartFilter, right=Right.MONEY),
}
