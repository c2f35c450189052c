"""What taking an act back would do; nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.models import Act, Entry
from audit.taking_back.records import Stays, Step, TakingBack, Touched, Undoable, value_of
from audit.taking_back.references import needed
from common.bulk import ids


def plan_taking_back(act: Act, undoables: Sequence[Undoable], *, is_locked: bool = False) -> TakingBack:
    """What taking ``act`` back would do; writes nothing.

    ``undoables``: records that refer to others come before those. ``is_locked``: lock the records, for a caller who
    goes on to ``take_back`` in the same transaction. Entries of types that are not among them fail, by name.
    """
    plan = TakingBack(act)
    for undoable in undoables:
        step = _touched(act, undoable)
        if step.records:
            _sort(plan, step, is_locked)
    known = {undoable.named._meta.label_lower for undoable in undoables}
    for entry in Entry.objects.filter(act=act).exclude(kind__in=known).order_by("pk"):
        reason = _("Records of this type cannot be taken back.")
        plan.failed.append(Stays(Entry, entry.object_id, entry.label, reason))
    return plan


def _touched(act: Act, undoable: Undoable) -> Step:
    """The records that the act touched. Of several changes of one field the first old and the last new value count."""
    records: dict[int, Touched] = {}
    entries = Entry.objects.filter(act=act, kind=undoable.named._meta.label_lower).order_by("pk")
    for pk, label, school, changes in entries.values_list("object_id", "label", "school", "changes").iterator():
        touched = records.setdefault(pk, Touched(label, school))
        for name, (old, new) in changes.items():
            first = touched.changes.get(name)
            touched.changes[name] = [first[0] if first else old, new]
    step = Step(undoable)
    for pk, touched in records.items():
        old, new = touched.changes.get(undoable.born, ("", ""))
        group = step.created if old is None else step.removed if new is None else step.changed
        group[pk] = touched
    return step


def _sort(plan: TakingBack, step: Step, is_locked: bool) -> None:
    """Sort the records of a step out; what stays is taken from the step."""
    undoable = step.undoable
    current = current_details(step, is_locked)
    for pk, (by, at) in _changed_since(plan.act, undoable, step.records).items():
        plan.kept.append(Stays(undoable.named, pk, step.pop(pk).label, _("Changed since."), by, at))
    for pk, touched in list(step.changed.items()):
        if pk not in current:
            plan.failed.append(Stays(undoable.named, pk, step.pop(pk).label, _("It is not there any more.")))
        elif not _is_as_left(undoable, touched, current[pk]):
            plan.kept.append(Stays(undoable.named, pk, step.pop(pk).label, _("It is not as the import left it.")))
    if undoable.obstacles:
        for pk, reason in undoable.obstacles(plan, step).items():
            plan.failed.append(Stays(undoable.named, pk, step.pop(pk).label, reason))
    if step.created and not undoable.is_revocable:
        for pk, reason in needed(plan, undoable.model, step.created, undoable.parts).items():
            plan.kept.append(Stays(undoable.named, pk, step.pop(pk).label, reason))
    _note(plan, step)
    plan.steps.append(step)


def current_details(step: Step, is_locked: bool) -> dict[int, dict[str, Any]]:
    """Today's details of the records that are there."""
    undoable = step.undoable
    rows = undoable.model._default_manager.filter(pk__in=ids(step.records)).order_by("pk")
    if undoable.is_revocable:
        rows = rows.filter(revoked_by__isnull=True)
    if is_locked:
        rows = rows.select_for_update()
    return {row["pk"]: row for row in rows.values("pk", *undoable.details)}


def _changed_since(act: Act, undoable: Undoable, records: Iterable[int]) -> dict[int, tuple[str, datetime]]:
    """``{record: (who, when)}`` of the latest later act that lasts."""
    entries = Entry.objects.filter(kind=undoable.named._meta.label_lower, object_id__in=ids(records), act__gt=act.pk)
    if undoable.remarks:
        entries = entries.exclude(changes__has_any_keys=undoable.remarks)
    later: dict[int, set[int]] = {}
    for pk, other in entries.order_by().values_list("object_id", "act"):
        later.setdefault(pk, set()).add(other)
    acts = Act.objects.filter(pk__in=ids(set().union(*later.values()))).select_related("user").in_bulk()
    found = {}
    for pk, others in later.items():
        undone = {acts[other].undoes_id for other in others}
        last = max((other for other in others - undone if acts[other].undoes_id not in others), default=None)
        if last is not None:
            user = acts[last].user
            found[pk] = (user.get_full_name() or user.get_username()) if user else "", acts[last].at
    return found


def _is_as_left(undoable: Undoable, touched: Touched, current: Mapping[str, Any]) -> bool:
    names = [name for name in undoable.details if name in touched.changes]
    return all(current[name] == value_of(undoable.model, name, touched.changes[name][1]) for name in names)


def _note(plan: TakingBack, step: Step) -> None:
    """Remember which rows will not refer to others any more."""
    undoable = step.undoable
    for line in undoable.timelines:
        plan.settled[line.model] = line.owner, set(step.records)
    if undoable.facts:
        return
    released = plan.released.setdefault(undoable.model, set())
    released |= set(step.changed) | set(step.removed)
    if undoable.is_revocable:
        plan.revoked[undoable.model] = set(step.created), undoable.clears
        return
    released |= set(step.created)
    for part in undoable.parts_of(step.created):
        plan.released.setdefault(part.model, set()).update(part.values_list("pk", flat=True))
