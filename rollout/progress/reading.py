"""Reading how far works are on a day, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, Q

from common.bulk import ids
from common.dated import known_q
from rollout.enums import PHASES, ProjectStatus
from rollout.models import ConstructionProject, MilestoneState, ProjectRoomState, ProjectState, TradeOrder, WorksDefect
from rollout.progress.days import OVER, MilestoneOnDay, Needed, WorksOnDay
from rollout.schedule import reached

_History = list[tuple[date, str, str]]
_Planned = tuple[date | None, date | None, str]


def works_on(projects: Iterable[ConstructionProject], day: date, known_at: datetime | None = None) -> list[WorksOnDay]:
    """The projects that were there on ``day``, as known at ``known_at``, in the given order.

    Six queries beside that for ``projects``, which the caller has limited to what the reader may see. Defects have
    no recorded period: they are told as known now.
    """
    given = list(projects)
    orders = _orders()
    beside = _beside(given, orders)
    keys = {project.pk for project in (*given, *beside)}
    histories = _histories(keys, day, known_at)
    milestones = _milestones(keys, day, known_at)
    rooms, defects = _rooms(keys, day, known_at), _defects(keys, day)
    found = {}
    for project in (*given, *beside):
        if history := histories.get(project.pk):
            found[project.pk] = _works(project, day, history, milestones[project.pk], rooms, defects)
    at_site: dict[int, list[WorksOnDay]] = defaultdict(list)
    for works in found.values():
        at_site[works.project.site_id].append(works)
    answer = [found[project.pk] for project in given if project.pk in found]
    for works in answer:
        works.waits_for = _needed(works, at_site[works.project.site_id], orders.get(works.project.trade, set()))
    return answer


def _orders() -> dict[str, set[str]]:
    orders: dict[str, set[str]] = defaultdict(set)
    for trade, needs in TradeOrder.objects.values_list("trade", "needs"):
        orders[trade].add(needs)
    return orders


def _beside(given: Sequence[ConstructionProject], orders: Mapping[str, set[str]]) -> list[ConstructionProject]:
    """Projects at the same sites for which a given one may have to wait."""
    waiting = [project for project in given if project.trade in orders]
    trades = {needed for project in waiting for needed in orders[project.trade]}
    rows = ConstructionProject.objects.existing().filter(
        site__in=ids({project.site_id for project in waiting}), trade__in=trades
    )
    return list(rows.exclude(pk__in=ids(project.pk for project in given)).select_related("site", "building"))


def _histories(keys: Iterable[int], day: date, known_at: datetime | None) -> dict[int, _History]:
    rows = ProjectState.objects.filter(known_q(known_at), project__in=ids(keys), valid_from__lte=day)
    histories: dict[int, _History] = defaultdict(list)
    for pk, *state in rows.order_by("project", "valid_from").values_list("project", "valid_from", "status", "reason"):
        histories[pk].append((state[0], state[1], state[2]))
    return histories


def _milestones(keys: Iterable[int], day: date, known_at: datetime | None) -> dict[int, dict[str, _Planned]]:
    rows = MilestoneState.objects.as_of(day, known_at).filter(milestone__project__in=ids(keys)).order_by()
    found: dict[int, dict[str, _Planned]] = defaultdict(dict)
    names = ("milestone__project", "milestone__phase", "planned_on", "forecast_on", "reason")
    for pk, phase, planned_on, forecast_on, reason in rows.values_list(*names):
        found[pk][phase] = (planned_on, forecast_on, reason)
    return found


def _rooms(keys: Iterable[int], day: date, known_at: datetime | None) -> dict[int, tuple[int, int]]:
    rows = ProjectRoomState.objects.as_of(day, known_at).filter(covered__project__in=ids(keys)).order_by()
    counted = rows.values_list("covered__project").annotate(total=Count("pk"), done=Count("pk", Q(is_done=True)))
    return {pk: (total, done) for pk, total, done in counted}


def _defects(keys: Iterable[int], day: date) -> dict[int, tuple[int, int]]:
    still_open = Q(resolved_on__isnull=True) | Q(resolved_on__gt=day)
    rows = WorksDefect.objects.filter(still_open, project__in=ids(keys), found_on__lte=day).order_by()
    counted = rows.values_list("project").annotate(number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day)))
    return {pk: (number, late) for pk, number, late in counted}


def _works(
    project: ConstructionProject,
    day: date,
    history: _History,
    planned: Mapping[str, _Planned],
    rooms: Mapping[int, tuple[int, int]],
    defects: Mapping[int, tuple[int, int]],
) -> WorksOnDay:
    since, status, reason = history[-1]
    actual = reached((first, state) for first, state, _reason in history)
    named = {state for _first, state, _reason in history}
    milestones = {}
    for phase in PHASES:
        if phase in planned:
            days = planned[phase]
            milestones[phase.value] = MilestoneOnDay(phase, days[0], days[1], actual.get(phase), days[2])
        elif phase in named and phase in actual:
            milestones[phase.value] = MilestoneOnDay(phase, actual_on=actual[phase])
    begun_on, accepted_on = actual.get(ProjectStatus.UNDER_CONSTRUCTION), actual.get(ProjectStatus.ACCEPTED)
    counts = (*rooms.get(project.pk, (0, 0)), *defects.get(project.pk, (0, 0)))
    return WorksOnDay(project, day, status, since, reason, milestones, begun_on, accepted_on, *counts)


def _needed(works: WorksOnDay, at_site: Iterable[WorksOnDay], trades: Collection[str]) -> list[Needed]:
    """What has to be accepted before works begin; works that have begun wait no longer."""
    if works.begun_on or works.status == ProjectStatus.CANCELLED:
        return []
    return [
        Needed(other.project, other.status, other.accepted_or_forecast)
        for other in at_site
        if other.project.trade in trades and other.status not in OVER and _is_beside(works.project, other.project)
    ]


def _is_beside(project: ConstructionProject, other: ConstructionProject) -> bool:
    """Whether two projects of one site meet: in the same building, or one of them is of the whole site."""
    return None in (project.building_id, other.building_id) or project.building_id == other.building_id
