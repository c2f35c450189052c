"""What the data promises about milestones and rooms of works; a part of ``reports.verification``."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import F, Q

from audit.models import AuditedFact
from rollout.enums import PHASES
from rollout.models import Milestone, MilestoneState, ProjectRoom, ProjectRoomState, WorksDefect

_COPIES: tuple[tuple[Any, type[AuditedFact], str, tuple[str, ...], tuple[Any, ...]], ...] = (
    (Milestone, MilestoneState, "milestone", ("planned_on", "forecast_on", "reason"), (None, None, "")),
    (ProjectRoom, ProjectRoomState, "covered", ("is_done",), (False,)),
)


def copies_unlike_their_state() -> Iterable[str]:
    """Milestones and rooms whose copy is not their open row; empty where they have none."""
    for model, facts, owner, names, empty in _COPIES:
        current = facts._default_manager.filter(superseded_at__isnull=True, valid_until__isnull=True).order_by()
        known = {pk: tuple(values) for pk, *values in current.values_list(owner, *names)}
        for pk, *copy in model.objects.order_by("pk").values_list("pk", *names):
            if tuple(copy) != known.get(pk, empty):
                yield f"{model._meta.verbose_name} {pk}"


def planned_before_predecessor() -> Iterable[str]:
    order = [phase.value for phase in PHASES]
    planned = Milestone.objects.filter(planned_on__isnull=False).order_by("project", "pk")
    rows = planned.values_list("project", "phase", "planned_on", "pk")
    for _project, group in groupby(rows, key=lambda row: row[0]):
        latest = date.min
        for _same, _phase, day, pk in sorted(group, key=lambda row: order.index(row[1])):
            if day < latest:
                yield f"{Milestone._meta.verbose_name} {pk}"
            latest = max(latest, day)


def rooms_elsewhere() -> Iterable[str]:
    for model in (ProjectRoom, WorksDefect):
        there = Q(room__building__site=F("project__site")) & (
            Q(project__building__isnull=True) | Q(room__building=F("project__building"))
        )
        for pk in model.objects.filter(room__isnull=False).exclude(there).order_by("pk").values_list("pk", flat=True):
            yield f"{model._meta.verbose_name} {pk}"
