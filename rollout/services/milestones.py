"""Writing milestones: plan and forecast of each phase, every change with its reason.

The actual day is never written here: it is the status's, see ``rollout.schedule.reached``.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, check_not_future
from common.bulk import ids, insert_rows, next_ids, update_rows
from common.dated import Revision, Span
from common.diff import Diff, RowsRefused, rejected
from rollout.enums import PHASES, ProjectStatus
from rollout.models import ConstructionProject, Milestone, MilestoneState, TemplateStep
from rollout.schedule import MilestoneFact, Schedule, reached, revise_schedule, without_phase
from rollout.services.projects import PROJECT_STATES, lock_projects

MILESTONE_STATES = Timelines(MilestoneState, "milestone", ("planned_on", "forecast_on", "reason"))
_PLANNABLE = {phase.value: phase for phase in PHASES}
_REASON = cast("Field[Any, Any]", MilestoneState._meta.get_field("reason"))
_Key = tuple[int, str]


def set_milestone(
    project: ConstructionProject,
    phase: str,
    *,
    by: Actor,
    on: date,
    planned_on: date | None = None,
    forecast_on: date | None = None,
    reason: str = "",
) -> Milestone:
    """Record that from ``on`` the phase is planned and expected on these days; ``None``: no such day.

    Raises ``ValidationError`` by field: a day before that of an earlier phase, a moved day without a reason.
    """
    fact = MilestoneFact(project.pk, phase, on, planned_on, forecast_on, reason)
    try:
        return set_milestones(project, [fact], by=by)[0]
    except ValidationError as error:
        raise without_phase(error, [phase]) from error


def set_milestones(project: ConstructionProject, facts: Sequence[MilestoneFact], *, by: Actor) -> list[Milestone]:
    """Several phases of one project in one act, so that they can move together.

    Raises ``ValidationError`` by ``phase-field``, e.g. ``accepted-forecast_on``.
    """
    with transaction.atomic():
        labels = lock_projects([project.pk])
        act = open_act(by, "milestone.set", subject=labels[project.pk], reason=_one_reason(facts))
        try:
            record_milestones(facts, act)
        except RowsRefused as refused:
            raise refused.of_one() from refused
        found = Milestone.objects.filter(project=project, phase__in=[fact.phase for fact in facts])
        by_phase = {milestone.phase: milestone for milestone in found}
        return [by_phase[fact.phase] for fact in facts]


def record_milestones(facts: Iterable[MilestoneFact], act: Act) -> int:
    """The bulk twin of ``set_milestone``: all or nothing. Returns how many said something new.

    Raises ``RowsRefused`` that names every project with refused facts, ``ValueError`` for two facts about one phase.
    """
    by_project: dict[int, list[MilestoneFact]] = {}
    for fact in facts:
        by_project.setdefault(fact.project, []).append(fact)
    labels = lock_projects(by_project)
    schedules, states = schedules_of(by_project), PROJECT_STATES.load(by_project)
    revisions: dict[_Key, Revision] = {}
    refused = []
    for pk, of_project in by_project.items():
        try:
            found = _revised(of_project, schedules.get(pk, {}), states.get(pk, []), act)
        except ValidationError as error:
            refused.append(rejected(pk, labels[pk], error))
        else:
            revisions |= {(pk, phase): revision for phase, revision in found.items()}
    if refused:
        raise RowsRefused(Diff(refused))
    _write(revisions, labels, act)
    return len(revisions)


def drop_milestone(milestone: Milestone, *, by: Actor, reason: str = "") -> Milestone:
    """Take back a milestone that was planned by mistake, with all that was said of it; it can be planned anew.

    What was believed stays on record. When the works reached the phase is the status's, and stays. Raises
    ``ValidationError`` for one that is not planned.
    """
    with transaction.atomic():
        labels = lock_projects([milestone.project_id])
        label = f"{labels[milestone.project_id]}: {milestone.get_phase_display()}"
        act = open_act(by, "milestone.drop", subject=labels[milestone.project_id], reason=reason)
        timeline = MILESTONE_STATES.load([milestone.pk]).get(milestone.pk)
        if not timeline:
            raise ValidationError(_("The milestone is not planned any more."), "not_planned")
        taken_back = timeline[-1]._replace(valid_from=timeline[0].valid_from)
        revision = Revision(tuple(span.pk for span in timeline), old=taken_back, is_withdrawal=True)
        MILESTONE_STATES.write({milestone.pk: revision}, act)
        update_rows(Milestone, MILESTONE_STATES.values, [(milestone.pk, None, None, "")])
        log_records(act, Milestone, [Record(milestone.pk, label, None, MILESTONE_STATES.changes(revision))])
        return Milestone.objects.get(pk=milestone.pk)


def plan_from_template(
    project: ConstructionProject, *, by: Actor, begins_on: date, on: date, reason: str = ""
) -> list[Milestone]:
    """Plan the phases that lie ahead by the usual durations of the trade, the first counted from ``begins_on``.

    The forecast begins as the plan. Raises ``ValidationError`` where the trade has no template, or nothing lies ahead.
    """
    steps = dict(TemplateStep.objects.filter(trade=project.trade).values_list("phase", "days"))
    states = PROJECT_STATES.load([project.pk]).get(project.pk, [])
    ahead = [phase for phase in PHASES if phase in steps and phase not in _reached(states)]
    if not ahead:
        text = _("Nothing can be planned: the template of this trade has no phase that lies ahead.")
        raise ValidationError(text, "no_template")
    facts, day = [], begins_on
    for phase in ahead:
        day += timedelta(days=steps[phase])
        facts.append(MilestoneFact(project.pk, phase.value, on, day, day, reason))
    try:
        return set_milestones(project, facts, by=by)
    except ValidationError as error:
        raise without_phase(error, ahead) from error


def _revised(
    facts: Sequence[MilestoneFact], schedule: Schedule, states: Iterable[Span], act: Act
) -> dict[str, Revision]:
    if len({fact.phase for fact in facts}) < len(facts):
        raise ValueError("one fact per milestone and call")
    for fact in facts:
        _check_fact(fact, act)
    return revise_schedule(schedule, facts, _reached(states))


def schedules_of(projects: Iterable[int]) -> dict[int, dict[str, list[Span]]]:
    """Per project and phase the believed rows of its milestone, by day. Two queries."""
    milestones = list(Milestone.objects.filter(project__in=ids(projects)).values_list("pk", "project", "phase"))
    timelines = MILESTONE_STATES.load(pk for pk, _project, _phase in milestones)
    schedules: dict[int, dict[str, list[Span]]] = {}
    for pk, project, phase in milestones:
        schedules.setdefault(project, {})[phase] = timelines.get(pk, [])
    return schedules


def _check_fact(fact: MilestoneFact, act: Act) -> None:
    if fact.phase not in _PLANNABLE:
        text = _("“%(phase)s” is no phase with a milestone.")
        raise ValidationError({"phase": ValidationError(text, "unknown_phase", {"phase": fact.phase})})
    name = "on"
    try:
        check_not_future(fact.on, act.at)
        name = "reason"
        _REASON.run_validators(fact.reason)
    except ValidationError as error:
        raise ValidationError({f"{fact.phase}-{name}": error.error_list}) from error


def _write(revisions: Mapping[_Key, Revision], labels: Mapping[int, str], act: Act) -> None:
    if not revisions:
        return
    keys = _keys(revisions)
    by_key = {keys[key]: revision for key, revision in revisions.items()}
    MILESTONE_STATES.write(by_key, act)
    today = ((pk, *revision.insert[-1].values) for pk, revision in by_key.items() if revision.is_open)
    update_rows(Milestone, MILESTONE_STATES.values, today)
    names = {keys[key]: f"{labels[key[0]]}: {ProjectStatus(key[1]).label}" for key in revisions}
    told = ((pk, MILESTONE_STATES.changes(revision)) for pk, revision in by_key.items())
    log_records(act, Milestone, (Record(pk, names[pk], None, changes) for pk, changes in told))


def _keys(wanted: Iterable[_Key]) -> dict[_Key, int]:
    """The milestones' keys; those that were never planned are made."""
    wanted = list(wanted)
    rows = Milestone.objects.filter(project__in=ids({project for project, _phase in wanted}))
    keys = {(project, phase): pk for pk, project, phase in rows.values_list("pk", "project", "phase")}
    new = [key for key in wanted if key not in keys]
    keys |= dict(zip(new, next_ids(Milestone, len(new)), strict=True))
    insert_rows(Milestone, ("id", "project", "phase", "reason"), ((keys[key], *key, "") for key in new))
    return keys


def _reached(timeline: Iterable[Span]) -> dict[str, date]:
    return reached((span.valid_from, span.values[0]) for span in timeline)


def _one_reason(facts: Iterable[MilestoneFact]) -> str:
    """The reason of an act whose facts have the same one."""
    reasons = {fact.reason for fact in facts}
    return reasons.pop() if len(reasons) == 1 else ""
