"""Dates that a funder set."""

from datetime import date
from typing import Any

from django.db import transaction

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.services import Record, log_records, open_act
from funding.models import Programme, ProgrammeMilestone

_FIELDS = ("programme", "name", "due_on", "done_on")


def set_programme_milestone(
    programme: Programme, name: str, *, by: Actor, due_on: date, reason: str = ""
) -> ProgrammeMilestone:
    """Set the day on which ``name`` is due; a milestone of this name is moved, else there is a new one."""
    with transaction.atomic():
        current = locked(programme)
        act = open_act(by, "programme.milestone", subject=f"{current}: {name}", reason=reason)
        known: ProgrammeMilestone | None = current.milestones.filter(name=name).first()
        if known is None:
            return insert_record(ProgrammeMilestone(programme=current, name=name, due_on=due_on), act, _FIELDS)
        edit_record(known, {"due_on": due_on}, act)
        return known


def set_programme_milestone_done(
    milestone: ProgrammeMilestone, *, by: Actor, on: date | None, reason: str = ""
) -> ProgrammeMilestone:
    """Say on which day it was reached; ``None``: not yet."""
    with transaction.atomic():
        current = locked(milestone)
        act = open_act(by, "programme.milestone", subject=str(current), reason=reason)
        edit_record(current, {"done_on": on}, act)
        return current


def delete_programme_milestone(milestone: ProgrammeMilestone, *, by: Actor, reason: str = "") -> None:
    with transaction.atomic():
        current = locked(milestone)
        act = open_act(by, "programme.milestone", subject=str(current), reason=reason)
        gone: dict[str, list[Any]] = {"programme": [current.programme_id, None], "name": [current.name, None]}
        log_records(act, ProgrammeMilestone, [Record(current.pk, str(current), None, gone)])
        current.delete()
