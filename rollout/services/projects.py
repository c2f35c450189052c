"""Writing construction projects and their dated status."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, check_not_future, status_around
from common.bulk import ids, insert_rows, next_ids, update_rows
from common.dated import NewSpan, Revision, replace_span, revise
from common.diff import Diff, RowDiff, RowsRefused, rejected, told
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, ProjectState
from rollout.workflow import PROJECT
from schools.models import Building, Site

PROJECT_STATES = Timelines(ProjectState, "project", ("status", "reason"))
_PROJECT_COLUMNS = ("id", "site", "building", "trade", "title", "status", "reason", "since", "contractor")


class NewProject(NamedTuple):
    """A project to be created with its first status."""

    site: Site
    trade: str
    status: str
    on: date
    building: Building | None = None
    title: str = ""
    reason: str = ""

    @property
    def label(self) -> str:
        return f"{self.site} / {self.trade}"


class ProjectChange(NamedTuple):
    """From ``on`` the project (key) has this status."""

    project: int
    on: date
    status: str
    reason: str = ""


def create_projects(projects: Sequence[NewProject], act: Act) -> Sequence[int]:
    """Create projects with their first status; returns keys in the given order."""
    for new in projects:
        check_not_future(new.on, act.at)
        _check_reason(new.status, new.reason)
        PROJECT.check(None, new.status)
    keys = next_ids(ConstructionProject, len(projects))
    pairs = list(zip(keys, projects, strict=True))
    insert_rows(ConstructionProject, _PROJECT_COLUMNS, (_project_row(pk, new) for pk, new in pairs))
    PROJECT_STATES.insert(((pk, NewSpan(new.on, None, (new.status, new.reason))) for pk, new in pairs), act)
    log_records(
        act,
        ConstructionProject,
        (
            Record(
                pk,
                new.label,
                None,
                {"trade": [None, new.trade], "status": [None, new.status], "valid_from": [None, new.on]},
            )
            for pk, new in pairs
        ),
    )
    return keys


def add_project(
    site: Site,
    *,
    by: Actor,
    trade: str,
    status: str,
    on: date,
    building: Building | None = None,
    title: str = "",
    blocked_by: str = "",
    reason: str = "",
) -> ConstructionProject:
    """Create one project by hand; ``blocked_by`` is the reason of a *blocked* status.

    Raises ``ValidationError``, also where the site or building already has a project of the trade.
    """
    with transaction.atomic():
        new = NewProject(site, trade, status, on, building, title, blocked_by)
        act = open_act(by, "project.create", subject=new.label, reason=reason)
        if building and building.site_id != site.pk:
            raise ValidationError({"building": ValidationError(_("The building is at another site."), "foreign_site")})
        project = ConstructionProject(
            site=site, building=building, trade=trade, title=title, status=status, since=on, reason=blocked_by
        )
        project.full_clean(exclude={"revoked_by"}, validate_constraints=False)
        project.validate_constraints()
        (key,) = create_projects([new], act)
        return ConstructionProject.objects.get(pk=key)


def rename_project(project: ConstructionProject, *, title: str, by: Actor, reason: str = "") -> ConstructionProject:
    """Set the title of one project."""
    with transaction.atomic():
        _lock([project.pk])
        act = open_act(by, "project.rename", subject=str(project), reason=reason)
        ConstructionProject._meta.get_field("title").clean(title, project)
        rename_projects({project.pk: title}, act)
        return ConstructionProject.objects.get(pk=project.pk)


def change_project(
    project: ConstructionProject, *, by: Actor, on: date, status: str, reason: str = ""
) -> ConstructionProject:
    """Record that from ``on`` the project has ``status``; *blocked* needs a reason.

    Raises ``ValidationError`` for a forbidden step, a future day or a missing reason.
    """
    change_projects([project], by=by, on=on, status=status, reason=reason)
    project.refresh_from_db()
    return project


def change_projects(
    projects: QuerySet[ConstructionProject] | Sequence[ConstructionProject],
    *,
    by: Actor,
    on: date,
    status: str,
    reason: str = "",
) -> Diff:
    """The bulk twin of ``change_project``: all or nothing. Returns what it does to each project."""
    with transaction.atomic():
        pks = [project.pk for project in projects]
        _lock(pks)  # before the act takes its instant, which no other's may then follow
        act = open_act(by, "project.change", reason=reason)
        return record_project_states([ProjectChange(pk, on, status, reason) for pk in pks], act)


def record_project_states(changes: Iterable[ProjectChange], act: Act) -> Diff:
    """Record one status per project within ``act``; returns for each what is new about it.

    Raises ``RowsRefused`` with what ``change_project`` refuses, ``ValueError`` for two facts about one project.
    """
    changes = list(changes)
    projects = _lock(change.project for change in changes)
    if len({change.project for change in changes}) < len(changes):
        raise ValueError("one fact per project and call")
    timelines = PROJECT_STATES.load(projects)
    revisions: dict[int, Revision] = {}
    errors: list[ValidationError] = []
    rows: list[RowDiff] = []
    for change in changes:
        label = projects[change.project]
        try:
            check_not_future(change.on, act.at)
            revision = revise_project(timelines.get(change.project, []), change)
        except ValidationError as error:
            params = {"project": label, "problem": " ".join(error.messages)}
            errors.append(ValidationError(_("%(project)s: %(problem)s"), error.code, params))
            rows.append(rejected(change.project, label, error))
        else:
            if revision:
                revisions[change.project] = revision
            rows.append(told(change.project, label, PROJECT_STATES.changes(revision) if revision else {}))
    if errors:
        raise RowsRefused(errors, Diff(rows))
    _write(revisions, projects, act)
    return Diff(rows)


def rename_projects(titles: Mapping[int, str], act: Act) -> int:
    """Set titles ``{project key: title}``; returns how many were other ones."""
    found = ConstructionProject.objects.existing().filter(pk__in=ids(titles)).select_related("site")
    changed = [p for p in found.select_for_update(of=("self",)).order_by("pk") if p.title != titles[p.pk]]
    update_rows(ConstructionProject, ("title",), ((p.pk, titles[p.pk]) for p in changed))
    records = (Record(p.pk, str(p), None, {"title": [p.title, titles[p.pk]]}) for p in changed)
    log_records(act, ConstructionProject, records)
    return len(changed)


def withdraw_project_state(state: ProjectState, *, by: Actor, reason: str = "") -> ConstructionProject:
    """Take back a wrong status; the one before holds again. The only one cannot be withdrawn."""
    return _replace(state, None, None, by, reason)


def correct_project_state(
    state: ProjectState, *, by: Actor, status: str, on: date | None = None, blocked_by: str = "", reason: str = ""
) -> ConstructionProject:
    """Supersede a wrong status by a better one or by another first day.

    ``blocked_by`` is the reason of a *blocked* status; ``reason`` says why it is corrected.
    """
    _check_reason(status, blocked_by)
    return _replace(state, (status, blocked_by if status == ProjectStatus.BLOCKED else ""), on, by, reason)


def _replace(
    state: ProjectState, values: tuple[str, str] | None, on: date | None, by: Actor, reason: str
) -> ConstructionProject:
    with transaction.atomic():
        projects = _lock([state.project_id])
        act = open_act(by, "project.correct", reason=reason)
        timeline = PROJECT_STATES.load(projects).get(state.project_id, [])
        index = next((i for i, span in enumerate(timeline) if span.pk == state.pk), None)
        if index is None:
            raise ValidationError(_("This entry was corrected by somebody else meanwhile."), "superseded")
        if values is None and len(timeline) == 1:
            raise ValidationError(_("The only entry of a project cannot be withdrawn."), "only_entry")
        if on:
            check_not_future(on, act.at)
        before, after = status_around(timeline, index)
        PROJECT.check_correction(before, timeline[index].values[0], values[0] if values else None, after)
        try:
            revision = replace_span(timeline, state.pk, values, on)
        except ValueError as error:
            raise ValidationError(
                _("The new day must lie between the entry before and the entry after."), "out_of_order"
            ) from error
        _write({state.project_id: revision}, projects, act)
        return ConstructionProject.objects.get(pk=state.project_id)


def _lock(projects: Iterable[int]) -> dict[int, str]:
    wanted = set(projects)
    rows = ConstructionProject.objects.existing().filter(pk__in=ids(wanted)).select_related("site")
    locked = {project.pk: str(project) for project in rows.select_for_update(of=("self",)).order_by("pk")}
    if wanted - locked.keys():
        raise ValidationError(_("A project is not there any more: its import was undone meanwhile."), "revoked")
    return locked


def revise_project(timeline: Sequence[Any], change: ProjectChange) -> Revision:
    """What ``change`` does to a timeline; pure, so that a preview can ask the same question."""
    _check_reason(change.status, change.reason)
    reason = change.reason if change.status == ProjectStatus.BLOCKED else ""
    revision = revise(timeline, (change.status, reason), change.on)
    if revision:
        PROJECT.check(revision.before[0] if revision.before else None, change.status)
        if revision.after:
            PROJECT.check_reaches(change.status, revision.after[0])
    return revision


def _check_reason(status: str, reason: str) -> None:
    if status == ProjectStatus.BLOCKED and not reason:
        raise ValidationError(_("A blocked project needs a reason."), "no_reason")


def _write(revisions: Mapping[int, Revision], labels: Mapping[int, str], act: Act) -> None:
    if not revisions:
        return
    PROJECT_STATES.write(revisions, act)
    today = [
        (pk, revision.insert[-1].valid_from, *revision.insert[-1].values)
        for pk, revision in revisions.items()
        if revision.is_open
    ]
    if today:
        update_rows(ConstructionProject, ("since", *PROJECT_STATES.values), today)
    log_records(
        act,
        ConstructionProject,
        (Record(pk, labels[pk], None, PROJECT_STATES.changes(r)) for pk, r in revisions.items()),
    )


def _project_row(pk: int, new: NewProject) -> tuple[Any, ...]:
    building = new.building.pk if new.building else None
    reason = new.reason if new.status == ProjectStatus.BLOCKED else ""
    return (pk, new.site.pk, building, new.trade, new.title, new.status, reason, new.on, "")
