"""Construction projects per site (or building) and trade; several rows of one are its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.dated import Revision, Span, played, span_on
from common.diff import rejected
from common.parsing import normalise_heading
from common.round_trip import ROUND_TRIP
from imports.enums import KindName, Outcome
from imports.financings import Programmes, resolve_financings
from imports.history import in_rounds
from imports.kinds.base import Kind
from imports.kinds.own_projects import merge_projects
from imports.kinds.project_details import ProjectDetails, with_revision
from imports.kinds.sites import one_site, sites_called
from imports.matching import Schools, Sites
from imports.options import Context
from imports.preview import Choice, Plan
from imports.reader import Cells, Table, read_cells, refuse_future
from imports.references import ask_for_school, mapped_aliases, remember_aliases, resolve_schools
from imports.texts import as_read
from rollout.columns import PROJECT_COLUMNS
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject
from rollout.schedule import MilestoneFact, Schedule
from rollout.services import (
    PROJECT_STATES,
    NewProject,
    ProjectChange,
    create_projects,
    record_milestones,
    record_project_states,
    revise_project,
    schedules_of,
    update_projects,
)
from schools.enums import Trade
from schools.models import Building, School, Site

_COLUMNS = (*PROJECT_COLUMNS, *ROUND_TRIP)
_Key = tuple[int, int | None, str]


@dataclass(slots=True)
class ProjectWork:
    """``later``, ``dates``: facts after the first, and about the acceptance, of the new projects, in their order.

    ``details``: fields by project; ``known_dates``: facts about the acceptance of known ones.
    """

    aliases: dict[str, School]
    new: list[NewProject] = field(default_factory=list)
    later: list[list[ProjectChange]] = field(default_factory=list)
    dates: list[list[MilestoneFact]] = field(default_factory=list)
    changes: dict[int, list[ProjectChange]] = field(default_factory=dict)
    details: dict[int, dict[str, Any]] = field(default_factory=dict)
    known_dates: dict[int, list[MilestoneFact]] = field(default_factory=dict)


@dataclass(slots=True)
class _Target:
    site: Site
    building: Building | None
    trade: str
    rows: list[int] = field(default_factory=list)

    @property
    def label(self) -> str:
        return " · ".join(map(str, filter(None, [self.site, self.building, Trade(self.trade).label])))


def plan_projects(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, _COLUMNS)
    refuse_future(plan, cells, "since")
    programmes = Programmes()
    own, days = merge_projects(plan, cells, programmes)
    schools, sites = Schools(context.user), Sites()
    school_of_row = resolve_schools(plan, cells, schools, ask_for_school(plan, schools))
    targets = _own_targets(plan, own)
    _find_targets(plan, cells, school_of_row, sites, targets)
    known = {
        (p.site_id, p.building_id, p.trade): p
        for p in ConstructionProject.objects.existing()
        .filter(site__in={target.site.pk for target in targets.values()})
        .select_related("site", "financing")
    }
    wanted = {key: known[key] for key in targets if key in known}
    timelines = PROJECT_STATES.load(p.pk for p in wanted.values()) if wanted else {}
    schedules = schedules_of(p.pk for p in wanted.values()) if wanted else {}
    details = ProjectDetails(plan, cells, programmes, resolve_financings(plan, cells, programmes), days)
    plan.work = ProjectWork(mapped_aliases(plan, schools))
    for key, target in targets.items():
        project = wanted.get(key)
        story = _Story(project, timelines.get(project.pk, []), schedules.get(project.pk, {})) if project else _Story()
        _read(plan, cells, target, story, details)
    left = [p for key, p in known.items() if key not in targets and p.status != ProjectStatus.CANCELLED]
    plan.miss([Choice(project.pk, str(project)) for project in left], len(left))
    return plan


def write_projects(plan: Plan, act: Act) -> None:
    work: ProjectWork = plan.work
    remember_aliases(work.aliases, act)
    changes, dates = dict(work.changes), dict(work.known_dates)
    if work.new:
        for pk, later, facts in zip(create_projects(work.new, act), work.later, work.dates, strict=True):
            changes |= {pk: [change._replace(project=pk) for change in later]} if later else {}
            dates |= {pk: [fact._replace(project=pk) for fact in facts]} if facts else {}
    for current in in_rounds(changes):
        record_project_states(current, act)
    for facts in in_rounds(dates):
        record_milestones(facts, act)
    if work.details:
        update_projects(work.details, act)


def _own_targets(plan: Plan, own: Mapping[int, ConstructionProject]) -> dict[_Key, _Target]:
    """What the rows of our own are about; those in which nothing was edited say nothing about it."""
    targets: dict[_Key, _Target] = {}
    for i, project in own.items():
        key = (project.site_id, project.building_id, project.trade)
        target = targets.setdefault(key, _Target(project.site, project.building, project.trade))
        if plan.edited[i]:
            target.rows.append(i)
        elif plan.is_open(i):
            plan.outcomes[i] = Outcome.UNCHANGED
    return targets


def _find_targets(
    plan: Plan, cells: Cells, school_of_row: Sequence[School | None], sites: Sites, targets: dict[_Key, _Target]
) -> None:
    """The other rows by what they are about: site, building and trade."""
    buildings = {(b.site_id, normalise_heading(b.name)): b for b in Building.objects.all()}
    for i, school in enumerate(school_of_row):
        if i in plan.edited:
            continue
        site = _site(plan, i, cells, school, sites)
        building = None
        if site and cells["building"][i]:
            building = buildings.get((site.pk, normalise_heading(cells["building"][i])))
            if building is None:
                plan.reject(i, "building", "unknown_building", _("The site has no building of this name."))
                continue
        for key in ("trade", "status"):
            if cells[key][i] is None and not plan.has_value(i, key):
                plan.reject(i, key, "missing", _("Please fill in this cell."))
        trade = cells["trade"][i]
        if site and trade:
            key_of_row = (site.pk, building.pk if building else None, trade)
            targets.setdefault(key_of_row, _Target(site, building, trade)).rows.append(i)


def _site(plan: Plan, i: int, cells: Cells, school: School | None, sites: Sites) -> Site | None:
    text = cells["site"][i]
    if text:
        found = sites_called(sites, text, school)
        if not found and (school or not _names_school(plan, i)):
            plan.reject(i, "site", "unknown_site", _("There is no site of this name or street."))
        return one_site(plan, i, found, text)
    if school is None:
        if not _names_school(plan, i):
            plan.reject(i, "site", "missing", _("Please name the school or the site."))
        return None
    home = sites.home(school)
    if home is None and sites.of(school):
        return one_site(plan, i, sites.of(school), str(school), "school")
    if home is None:
        plan.reject(i, "school", "no_site", _("The school has no site yet: a project needs one."))
    return home


def _names_school(plan: Plan, i: int) -> bool:
    return plan.has_value(i, "school") or plan.has_value(i, "school_number")


@dataclass(slots=True)
class _Story:
    """What is known of a project so far: states, milestones and details; and what the rows add to it."""

    project: ConstructionProject | None = None
    timeline: Sequence[Span] = ()
    schedule: Schedule = field(default_factory=dict)
    changes: list[ProjectChange] = field(default_factory=list)
    dates: list[MilestoneFact] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)


def _read(plan: Plan, cells: Cells, target: _Target, story: _Story, told: ProjectDetails) -> None:
    """Plan the facts about one project, the oldest first; each is tried on the ones before."""
    project = story.project
    now = told.now(project)
    rows = _in_order(plan, cells, target.rows)
    for i in rows:
        by = plan.matched_by[i] or ("place" if project else "")
        plan.matched(i, by, project.pk if project else None, target.label)
        change = _change(plan, cells, i, project, story.timeline)
        revision = _tried(plan, i, story.timeline, change)
        if revision is None or not plan.is_open(i):
            continue
        is_news = bool(revision) or i != rows[-1] or not project
        on = change.on if is_news else told.days.get(i, plan.context.on)
        states = played(story.timeline, revision) if revision else story.timeline
        dates = _dates(i, on, story, told, states)
        if dates is None:
            continue
        plan.outcomes[i] = (Outcome.CHANGED if story.timeline else Outcome.NEW) if revision else Outcome.UNCHANGED
        if revision:
            _tell(plan, i, revision)
            story.changes.append(change)
            story.timeline = states
        _add_details(i, story, told, now, dates)
    _keep(plan.work, target, story)


def _dates(
    i: int, on: date, story: _Story, told: ProjectDetails, states: Sequence[Span]
) -> tuple[MilestoneFact | None, Revision] | None:
    """What row ``i`` says of the acceptance; ``None`` where that cannot be."""
    fact = told.fact(i, on, story.schedule, is_known=story.project is not None)
    if fact is None:
        return None, Revision()
    revision = told.tried(i, fact, story.schedule, states)
    return None if revision is None else (fact, revision)


def _add_details(
    i: int,
    story: _Story,
    told: ProjectDetails,
    now: dict[str, Any],
    dates: tuple[MilestoneFact | None, Revision],
) -> None:
    """Keep what row ``i`` says beside the status; ``now``: details so far."""
    plan = told.plan
    fact, revision = dates
    said = told.said(i, story.project)
    new = {name: value for name, value in said.items() if value != now[name]}
    if fact and revision:
        story.dates.append(fact)
        story.schedule = with_revision(story.schedule, revision)
    if plan.outcomes[i] is not Outcome.NEW and (new or revision):
        plan.outcomes[i] = Outcome.CHANGED
        told.tell(i, now, new)
        if revision:
            told.tell_dates(i, revision)
    story.details |= new
    now |= new


def _change(
    plan: Plan, cells: Cells, i: int, project: ConstructionProject | None, timeline: Sequence[Span]
) -> ProjectChange:
    """What row ``i`` says; of a known project without the columns whose changes are not wanted."""
    on, status, reason = _day(plan, cells, i), cells["status"][i], cells["reason"][i] or ""
    span = span_on(timeline, on) if project else None
    if span and plan.is_skipped_column("status"):
        status = span.values[0]
    if span and (plan.is_skipped_column("reason") or not reason) and span.values[0] == status:
        reason = span.values[1]
    return ProjectChange(project.pk if project else 0, on, status, reason)


def _tell(plan: Plan, i: int, revision: Revision) -> None:
    new = revision.insert[-1].values
    old = revision.before
    if old:
        plan.change(i, "status", as_read(ProjectStatus(old[0])), as_read(ProjectStatus(new[0])))
        plan.change(i, "reason", as_read(old[1]), as_read(new[1]))


def _keep(work: ProjectWork, target: _Target, story: _Story) -> None:
    if story.project:
        pk = story.project.pk
        work.changes |= {pk: story.changes} if story.changes else {}
        work.known_dates |= {pk: [fact._replace(project=pk) for fact in story.dates]} if story.dates else {}
        work.details |= {pk: story.details} if story.details else {}
    elif story.changes:
        first = story.changes[0]
        title = story.details.pop("title", "")
        work.new.append(
            NewProject(
                target.site, target.trade, first.status, first.on, target.building, title, first.reason, story.details
            )
        )
        work.later.append(story.changes[1:])
        work.dates.append(story.dates)


def _in_order(plan: Plan, cells: Cells, rows: Sequence[int]) -> list[int]:
    """Legible rows by day; two rows of one day contradict or repeat each other: none is taken."""
    by_day: dict[date, list[int]] = {}
    for i in rows:
        is_day_bad = cells["since"][i] is None and plan.has_value(i, "since")
        if cells["status"][i] is not None and not is_day_bad:
            by_day.setdefault(_day(plan, cells, i), []).append(i)
    for same in by_day.values():
        for i in same if len(same) > 1 else ():
            others = ", ".join(str(plan.table.numbers[other]) for other in same if other != i)
            message = _("The same project and day is in row %(rows)s.") % {"rows": others}
            plan.reject(i, "trade", "duplicate", message)
    return [by_day[day][0] for day in sorted(by_day) if len(by_day[day]) == 1]


def _day(plan: Plan, cells: Cells, i: int) -> date:
    day: date | None = cells["since"][i]
    return day or plan.context.on


def _tried(plan: Plan, i: int, timeline: Sequence[Span], change: ProjectChange) -> Revision | None:
    try:
        return revise_project(timeline, change)
    except ValidationError as error:
        key, code, message = rejected(None, "", error).problems[0]
        plan.reject(i, key or ("reason" if code == "no_reason" else "status"), code, message)
        return None


PROJECTS = Kind(
    KindName.PROJECTS,
    _COLUMNS,
    (("trade",), ("status",), ("school_number", "school", "site")),
    plan_projects,
    write_projects,
    counted=ngettext_lazy("%(n)s construction project", "%(n)s construction projects", "count"),
    record=ConstructionProject,
)
