"""Writing construction projects and their dated status."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import check_record, told
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, check_not_future, correct_status
from common.bulk import ids, insert_rows, next_ids, update_rows
from common.dated import NewSpan, Revision, Span, played, revise
from common.diff import Diff, RowsRefused
from rollout.enums import BUILT, FINISHED, ProjectStatus
from rollout.models import ConstructionProject, ProjectState
from rollout.workflow import PROJECT
from schools.models import Building, Site

PROJECT_STATES = Timelines(ProjectState, "project", ("status", "reason"))
#: What has no history of its own.
DETAILS = (
    "title",
    "contractor",
    "contract_sum",
    "financing",
    "bandwidth_before",
    "bandwidth_after",
    "warranty_years",
)
#: Constraint → field at which it is said that it is broken.
PLACES = {"rollout_project_contract_sum": "contract_sum"}
_PROJECT_COLUMNS = ("id", "site", "building", "trade", "status", "reason", "since", *DETAILS)


class NewProject(NamedTuple):
    """A project to be created with its first status. ``details``: fields of ``DETAILS``, a financing by its key."""

    site: Site
    trade: str
    status: str
    on: date
    building: Building | None = None
    title: str = ""
    reason: str = ""
    details: Mapping[str, Any] = {}

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
    log_records(act, ConstructionProject, (Record(pk, new.label, None, _first_entry(new)) for pk, new in pairs))
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
    details: Mapping[str, Any] | None = None,
    reason: str = "",
) -> ConstructionProject:
    """Create one project by hand; ``blocked_by`` is the reason of a *blocked* status.

    ``details``: fields of ``DETAILS``. Raises ``ValidationError``, also where the site or building already
    has a project of the trade.
    """
    with transaction.atomic():
        told_details = {name: told(value) for name, value in (details or {}).items()}
        new = NewProject(site, trade, status, on, building, title, blocked_by, told_details)
        act = open_act(by, "project.create", subject=new.label, reason=reason)
        if building and building.site_id != site.pk:
            raise ValidationError({"building": ValidationError(_("The building is at another site."), "foreign_site")})
        project = ConstructionProject(
            site=site, building=building, trade=trade, title=title, status=status, since=on, reason=blocked_by
        )
        for name, value in (details or {}).items():
            setattr(project, name, value)
        check_record(project, PLACES)
        (key,) = create_projects([new], act)
        return ConstructionProject.objects.get(pk=key)


def change_project(
    project: ConstructionProject, *, by: Actor, on: date, status: str, reason: str = ""
) -> ConstructionProject:
    """Record that from ``on`` the project has ``status``; *blocked* needs a reason.

    Raises ``ValidationError`` for a forbidden step, a future day or a missing reason; at ``status`` for an acceptance
    without build.
    """
    try:
        change_projects([project], by=by, on=on, status=status, reason=reason)
    except RowsRefused as refused:
        raise refused.of_one() from refused
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
        lock_projects(pks)  # before the act takes its instant, which no other's may then follow
        act = open_act(by, "project.change", reason=reason)
        return record_project_states([ProjectChange(pk, on, status, reason) for pk in pks], act)


def record_project_states(changes: Iterable[ProjectChange], act: Act) -> Diff:
    """Record one status per project within ``act``; returns for each what is new about it.

    Raises ``RowsRefused`` with what ``change_project`` refuses, ``ValueError`` for two facts about one project.
    """
    changes = list(changes)
    projects = lock_projects(change.project for change in changes)
    by_project = {change.project: change for change in changes}
    if len(by_project) < len(changes):
        raise ValueError("one fact per project and call")
    revisions, diff = PROJECT_STATES.revise_each(by_project, projects, revise_project, act)
    _write(revisions, projects, act)
    return diff


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
        projects = lock_projects([state.project_id])
        act = open_act(by, "project.correct", reason=reason)
        timeline, index = PROJECT_STATES.locate(state.project_id, state.pk)
        if values is None and len(timeline) == 1:
            raise ValidationError(_("The only entry of a project cannot be withdrawn."), "only_entry")
        revision = correct_status(timeline, index, values, on, PROJECT, act.at)
        if len(_unbuilt(played(timeline, revision))) > len(_unbuilt(timeline)):
            raise _without_build()
        _write({state.project_id: revision}, projects, act)
        return ConstructionProject.objects.get(pk=state.project_id)


def lock_projects(projects: Iterable[int]) -> dict[int, str]:
    """``{key: label}`` of the projects, locked. Raises ``ValidationError`` for one that was taken back."""
    wanted = set(projects)
    rows = ConstructionProject.objects.existing().filter(pk__in=ids(wanted)).select_related("site")
    locked = {project.pk: str(project) for project in rows.select_for_update(of=("self",)).order_by("pk")}
    if wanted - locked.keys():
        raise ValidationError(_("A project is not there any more: its import was undone meanwhile."), "revoked")
    return locked


def revise_project(timeline: Sequence[Span], change: ProjectChange) -> Revision:
    """What ``change`` does to a timeline; pure, so that a preview can ask the same question."""
    _check_reason(change.status, change.reason)
    reason = change.reason if change.status == ProjectStatus.BLOCKED else ""
    revision = revise(timeline, (change.status, reason), change.on)
    if revision:
        PROJECT.check(revision.before[0] if revision.before else None, change.status)
        if revision.after:
            PROJECT.check_reaches(change.status, revision.after[0])
        if revision.insert[-1].valid_from in _unbuilt(played(timeline, revision)):
            raise _without_build()
    return revision


def _unbuilt(timeline: Sequence[Span]) -> set[date]:
    """First days of entries that say works are finished which never were under construction.

    The first entry of a project may say so: nothing is known of the time before.
    """
    found, is_built = set(), False
    for place, span in enumerate(timeline):
        if place and not is_built and span.values[0] in FINISHED:
            found.add(span.valid_from)
        is_built |= span.values[0] in BUILT
    return found


def _without_build() -> ValidationError:
    text = _("Works are accepted after they were built: record first since when they are under construction.")
    return ValidationError({"status": ValidationError(text, "without_build")})


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
    details = {"title": new.title, "contractor": "", **new.details}
    return (pk, new.site.pk, building, new.trade, new.status, reason, new.on, *map(details.get, DETAILS))


def _first_entry(new: NewProject) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]]
    changes = {"trade": [None, new.trade], "status": [None, new.status], "valid_from": [None, new.on]}
    return changes | {name: [None, value] for name, value in new.details.items() if value not in (None, "")}
