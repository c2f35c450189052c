"""Our own lists of construction projects that come back: what was edited in them, and from when on it holds."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from audit.models import Entry
from common.bulk import ids
from common.dated import Span, span_on
from common.round_trip import Version
from imports.conflicts import is_live
from imports.financings import Programmes
from imports.kinds.project_details import PHASE
from imports.own_rows import OwnRows, believed_then, names_of
from imports.preview import Plan
from imports.reader import Cells
from rollout.columns import PROJECT_COLUMNS
from rollout.lists import project_cells
from rollout.models import ConstructionProject, MilestoneState, ProjectState
from rollout.services import DETAILS, MILESTONE_STATES, PROJECT_STATES, schedules_of
from schools.models import School, SiteUse

_PLACED = ("status", "reason")
_FIXED = ("school_number", "school", "site", "building", "trade")


def merge_projects(
    plan: Plan, cells: Cells, programmes: Programmes
) -> tuple[Mapping[int, ConstructionProject], Mapping[int, date]]:
    """The project of each row of our own; in the cells stays only what was edited, and the state that it is about.

    With them the days of lists of the past: what was edited in these is known since then.
    """
    own: OwnRows[ConstructionProject] = OwnRows(plan, cells, PROJECT_COLUMNS, ConstructionProject)
    found = (
        ConstructionProject.objects.existing()
        .filter(pk__in=ids(own.keys))
        .select_related("site", "building", "financing")
    )
    own.find({project.pk: project for project in found})
    cells |= {key: [*cells[key]] for key in ("since", *_PLACED)}  # columns that the file lacks are all one list
    timelines = PROJECT_STATES.load(own.keys) if own.records else {}
    believed = believed_then(own, ProjectState.objects.filter(project__in=ids(own.keys)), "project", _PLACED)
    facts = MilestoneState.objects.filter(milestone__project__in=ids(own.keys), milestone__phase=PHASE)
    dates = believed_then(own, facts, "milestone__project", MILESTONE_STATES.values)
    schedules = schedules_of(own.keys) if own.records else {}
    schools = _schools_at(project.site_id for project in own.records.values())
    names = names_of(school for among in schools.values() for school in among)
    for i, project in own.records.items():
        at_site = schools.get(project.site_id, [])
        site, building = project.site, project.building
        fixed: dict[str, Any] = {"trade": [project.trade], "site": [site.name, site.street]}
        fixed["building"] = [building.name] if building else []
        fixed["school_number"] = [school.number for school in at_site]
        fixed["school"] = [name for school in at_site for name in names[school.pk]]
        now = _Known(timelines.get(project.pk, []), schedules.get(project.pk, {}).get(PHASE, []))
        _merge(own, i, now, _Known(believed[i], dates[i]), fixed, programmes)
        cells["school_number"][i] = cells["school"][i] = None
    versions = {i: own.origins[i].version for i in own.records}
    return own.records, {i: version.day for i, version in versions.items() if not is_live(version)}


class _Known(NamedTuple):
    """States and dates of the acceptance of a project, by day."""

    states: list[Span]
    dates: list[Span]


def _merge(
    own: OwnRows[ConstructionProject],
    i: int,
    known: _Known,
    believed: _Known,
    fixed: Mapping[str, Any],
    programmes: Programmes,
) -> None:
    version, cells, project, timeline = own.origins[i].version, own.cells, own.records[i], known.states
    today = max(version.day, own.plan.context.today) if is_live(version) else version.day
    old = own.before(i, *DETAILS)
    old.financing = programmes.financings.get(old.financing_id or 0)
    now = span_on(timeline, today)
    told = (
        _told(old, span_on(believed.states, version.day), span_on(believed.dates, version.day)),
        _told(project, now, span_on(known.dates, today)),
    )
    named = programmes.financing(cells["financing"][i]) if cells["financing"][i] else None
    yours = {"financing": named.name} if named else {}
    edited = own.merge(i, *told, fixed=fixed, fields={"since": "valid_from"}, yours=yours)
    if not edited or now is None:
        return
    if not edited & {"since", *_PLACED}:
        latest = timeline[-1]  # about its state the row says nothing new
        cells["since"][i], (cells["status"][i], cells["reason"][i]) = latest.valid_from, latest.values
        return
    _date(own, i, edited, now, version)
    if "status" not in edited:
        cells["status"][i] = now.values[0]
    if "reason" not in edited and cells["status"][i] == now.values[0]:
        cells["reason"][i] = now.values[1] or None


def _date(own: OwnRows[ConstructionProject], i: int, edited: frozenset[str], now: Span, version: Version) -> None:
    """From when on the edited state holds: from the day that was edited with it, else from the day of the list."""
    day: date | None = own.cells["since"][i]
    if "since" not in edited:
        own.cells["since"][i] = None if is_live(version) else version.day
    elif not edited & {*_PLACED} and day and day > now.valid_from:
        message = _("To correct the first day of a state to a later one, correct the entry on the project's page.")
        own.plan.reject(i, "since", "later_day", message)


def _told(project: ConstructionProject, span: Span | None, dates: Span | None) -> dict[str, Any]:
    since, placed = (span.valid_from, span.values) if span else (None, (None, None))
    cells = project_cells(project, None, since, placed, dates.values if dates else (None, None, None))
    return {key: value for key, value in cells.items() if key not in _FIXED}


def _schools_at(sites: Iterable[int]) -> dict[int, list[School]]:
    """Schools that use a site or used it once."""
    wanted = set(sites)
    pairs = set(SiteUse.objects.filter(site__in=ids(wanted)).values_list("site", "school"))
    former = Entry.objects.filter(kind=SiteUse._meta.label_lower, changes__has_key="site", school__isnull=False)
    for school, changes in former.values_list("school", "changes") if wanted else ():
        pairs.update((site, school) for site in changes["site"] if site in wanted)
    schools = School.objects.in_bulk({school for _site, school in pairs})
    found: dict[int, list[School]] = {}
    for site, school in sorted(pairs):
        found.setdefault(site, []).append(schools[school])
    return found
