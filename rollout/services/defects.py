"""Writing the defects list of works: found at acceptance or later, resolved by the contractor."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.facts import day_errors
from audit.models import Act
from audit.services import open_act
from rollout.models import ConstructionProject, WorksDefect
from rollout.services.projects import lock_projects
from rollout.services.rooms import is_there
from schools.models import Room

#: What can be corrected; that it is resolved is an act of its own.
DEFECT_DETAILS = ("text", "room", "found_on", "due_on")
_PLACES = {"rollout_worksdefect_due": "due_on", "rollout_worksdefect_resolved": "on"}


def add_defect(
    project: ConstructionProject,
    *,
    by: Actor,
    text: str,
    found_on: date,
    room: Room | None = None,
    due_on: date | None = None,
) -> WorksDefect:
    """Put a defect on the list. Raises ``ValidationError`` by field."""
    with transaction.atomic():
        label = lock_projects([project.pk])[project.pk]
        act = open_act(by, "defect.add", subject=label)
        _check(project, room, found_on, act)
        defect = WorksDefect(project=project, room=room, text=text, found_on=found_on, due_on=due_on)
        return insert_record(defect, act, DEFECT_DETAILS, school=_school(defect), places=_PLACES)


def edit_defect(defect: WorksDefect, *, by: Actor, changes: Mapping[str, Any], reason: str = "") -> WorksDefect:
    """Correct text, room, day or deadline. Raises ``ValidationError`` by field, ``TypeError`` for another field."""
    if other := changes.keys() - set(DEFECT_DETAILS):
        raise TypeError(f"cannot be set: {', '.join(sorted(other))}")
    with transaction.atomic():
        current, act = _begin(defect, "defect.edit", by, reason)
        _check(current.project, changes.get("room"), changes.get("found_on", current.found_on), act)
        edit_record(current, changes, act, school=_school(current), places=_PLACES)
        return current


def resolve_defect(defect: WorksDefect, *, by: Actor, on: date, reason: str = "") -> WorksDefect:
    """The defect is resolved since ``on``. Raises ``ValidationError``, also for one that is resolved already."""
    with transaction.atomic():
        current, act = _begin(defect, "defect.resolve", by, reason)
        if current.resolved_on:
            raise ValidationError(_("The defect is resolved already."), "resolved")
        if errors := day_errors(on, act):
            raise ValidationError(errors)
        edit_record(current, {"resolved_on": on}, act, school=_school(current), places=_PLACES)
        return current


def reopen_defect(defect: WorksDefect, *, by: Actor, reason: str = "") -> WorksDefect:
    """The defect is there still, or again. Raises ``ValidationError`` for one that is open."""
    with transaction.atomic():
        current, act = _begin(defect, "defect.reopen", by, reason)
        if current.resolved_on is None:
            raise ValidationError(_("The defect is not resolved yet."), "open")
        edit_record(current, {"resolved_on": None}, act, school=_school(current), places=_PLACES)
        return current


def _begin(defect: WorksDefect, verb: str, by: Actor, reason: str) -> tuple[WorksDefect, Act]:
    label = lock_projects([defect.project_id])[defect.project_id]
    return locked(defect), open_act(by, verb, subject=label, reason=reason)


def _check(project: ConstructionProject, room: Room | None, found_on: date, act: Act) -> None:
    errors = {"found_on" if name == "on" else name: found for name, found in day_errors(found_on, act).items()}
    if room and not is_there(room, project.site_id, project.building_id):
        errors["room"] = ValidationError(_("The room is not where the works are."), "foreign_room")
    if errors:
        raise ValidationError(errors)


def _school(defect: WorksDefect) -> int | None:
    return defect.room.school_id if defect.room else None
