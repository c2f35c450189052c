"""Writing the diary of works, and keeping their files."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.facts import day_errors
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.files import file_fields, kept_or_removed, remove_with_file
from rollout.models import ConstructionProject, JournalEntry, ProjectFile, WorksDefect
from rollout.services.projects import lock_projects

_PLACES = {"rollout_journalentry_text": "text"}
_TOLD = ("name", "media_type", "size", "digest", "defect")


def write_journal(project: ConstructionProject, *, by: Actor, on: date, text: str) -> JournalEntry:
    """Add a line to the diary. Raises ``ValidationError`` by field."""
    with transaction.atomic():
        label = lock_projects([project.pk])[project.pk]
        act = open_act(by, "journal.write", subject=label)
        if errors := day_errors(on, act):
            raise ValidationError(errors)
        # The diary is its own record: its text need not stand in the trail for ever.
        return insert_record(JournalEntry(project=project, on=on, text=text, act=act), act, ["on"], places=_PLACES)


def correct_journal(
    entry: JournalEntry, *, by: Actor, on: date | None = None, text: str | None = None, reason: str = ""
) -> JournalEntry:
    """Another day or text for a line that was wrong; what stood there stays in the trail.

    ``None``: as it is. Raises ``ValidationError`` by field, and for a line that was withdrawn.
    """
    with transaction.atomic():
        current, act = _begin(entry, "journal.correct", by, reason)
        day, words = on or current.on, current.text if text is None else text
        if errors := day_errors(day, act):
            raise ValidationError(errors)
        if not words:
            raise ValidationError({"text": ValidationError(_("Please write what happened."), "blank")})
        edit_record(current, {"on": day, "text": words}, act, derived={"corrected_by": act}, places=_PLACES)
        return current


def withdraw_journal(entry: JournalEntry, *, by: Actor, reason: str = "") -> JournalEntry:
    """Take back a line that should not have been written: its place stays, its text only in the trail.

    Raises ``ValidationError`` for one that was withdrawn already.
    """
    with transaction.atomic():
        current, act = _begin(entry, "journal.withdraw", by, reason)
        edit_record(current, {"text": ""}, act, derived={"corrected_by": act}, places=_PLACES)
        return current


def _begin(entry: JournalEntry, verb: str, by: Actor, reason: str) -> tuple[JournalEntry, Act]:
    label = lock_projects([entry.project_id])[entry.project_id]
    current, act = locked(entry), open_act(by, verb, subject=label, reason=reason)
    if current.is_withdrawn:
        raise ValidationError(_("The entry was withdrawn already."), "withdrawn")
    return current, act


def attach_file(
    project: ConstructionProject, upload: File, *, by: Actor, name: str = "", defect: WorksDefect | None = None
) -> ProjectFile:
    """Keep a document of the project, or a photo of one of its defects. ``name``: as people read it.

    Raises ``ValidationError`` by field, at ``file`` for one that is too large or of a type that is not kept.
    """
    with transaction.atomic():
        label = lock_projects([project.pk])[project.pk]
        act = open_act(by, "file.attach", subject=label)
        if defect and defect.project_id != project.pk:
            raise ValidationError({"defect": ValidationError(_("The defect is one of another project."), "foreign")})
        file = ProjectFile(project=project, defect=defect, **file_fields(upload, name, act.at))
        with kept_or_removed(file):
            return insert_record(file, act, _TOLD)


def remove_file(file: ProjectFile, *, by: Actor, reason: str = "") -> None:
    """Delete a file of a project; the trail keeps its name and digest."""
    with transaction.atomic():
        label = lock_projects([file.project_id])[file.project_id]
        current = locked(file)
        act = open_act(by, "file.remove", subject=label, reason=reason)
        told = {"name": [current.name, None], "digest": [current.digest, None]}
        log_records(act, ProjectFile, [Record(current.pk, current.name, None, told)])
        remove_with_file(current)
