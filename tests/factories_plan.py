"""Plain functions that make parts of the wider programme for tests, each by its service."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from audit.actor import Actor
from audit.enums import Channel
from rollout.enums import EntryState
from rollout.models import Initiative, MasterPlan, Objective, ProgressEntry
from rollout.services import (
    FrozenValue,
    create_initiative,
    create_objective,
    create_plan,
    publish_entry,
    publish_initiative,
    write_entry,
)
from tests.factories import DAY

_BY = Actor(None, Channel.COMMAND)
KNOWN = datetime(2024, 3, 1, 12, tzinfo=UTC)


def make_plan(title: str = "Masterplan", *, by: Actor = _BY) -> MasterPlan:
    found = MasterPlan.objects.filter(title=title).first()
    return found or create_plan(by=by, title=title)


def make_objective(title: str = "Bildung", *, by: Actor = _BY) -> Objective:
    found = Objective.objects.filter(title=title).first()
    return found or create_objective(make_plan(by=by), by=by, title=title)


def make_initiative(
    title: str = "Digitale Schule", *, published: bool = False, by: Actor = _BY, **more: Any
) -> Initiative:
    found = Initiative.objects.existing().filter(title=title).first()
    initiative = found or create_initiative(make_objective(by=by), by=by, title=title, **more)
    return publish_initiative(initiative, by=by) if published and not initiative.published_at else initiative


def make_entry(
    *initiatives: Initiative,
    text: str = "Alle Schulen haben WLAN.",
    on: date = DAY,
    state: str = EntryState.DONE,
    published: bool = False,
    by: Actor = _BY,
    **more: Any,
) -> ProgressEntry:
    entry = write_entry(initiatives or [make_initiative(by=by)], by=by, text=text, on=on, state=state, **more)
    return publish_entry(entry, by=by) if published else entry


def frozen(key: str = "schools", *, text: str = "3", as_of: date = DAY, since: date | None = None) -> FrozenValue:
    return FrozenValue(key, Decimal(3), text, as_of, KNOWN, since)
