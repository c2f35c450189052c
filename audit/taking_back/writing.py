"""Carrying out what was planned."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from audit.models import Act
from audit.services import Record, log_records
from audit.taking_back.planning import current_details
from audit.taking_back.records import Step, TakingBack, has_field, value_of
from audit.timelines import Timelines
from common.bulk import delete_rows, ids, insert_rows, update_rows
from common.dated import Span


def take_back(plan: TakingBack, into: Act) -> None:
    """Write a plan that was made under its locks; ``into`` is the act that takes the other one back."""
    for step in plan.steps:
        with step.undoable.around(step.records):
            _log(step, into)
            _restore_facts(plan.act, step, into)
            _unmake(step, into)
            _restore_details(step)
            _remake(step)


def _log(step: Step, into: Act) -> None:
    records = (
        Record(pk, touched.label, touched.school, {name: [new, old] for name, (old, new) in touched.changes.items()})
        for pk, touched in step.records.items()
    )
    log_records(into, step.undoable.named, records)


def _restore_facts(act: Act, step: Step, into: Act) -> None:
    undoable = step.undoable
    for number, line in enumerate(undoable.timelines):
        believed = line.take_back(act, step.records, into)
        if number == 0 and line.values and all(has_field(undoable.model, name) for name in line.values):
            _restore_copy(undoable.model, line, {pk: believed.get(pk, []) for pk in step.changed})


def _restore_copy(model: type[models.Model], line: Timelines, believed: Mapping[int, Sequence[Span]]) -> None:
    """Today's copy is the open entry; where there is none, what a new record has."""
    is_dated = has_field(model, "since")
    new = model()
    empty = tuple(getattr(new, name) for name in line.values)
    rows: list[tuple[Any, ...]] = []
    for pk, spans in believed.items():
        current = spans[-1] if spans and spans[-1].valid_until is None else None
        if is_dated and current:
            rows.append((pk, current.valid_from, *current.values))
        elif not is_dated:
            rows.append((pk, *(current.values if current else empty)))
    update_rows(model, ("since", *line.values) if is_dated else line.values, rows)


def _unmake(step: Step, into: Act) -> None:
    """Revoke or delete what the act made."""
    undoable, model = step.undoable, step.undoable.model
    if step.created and undoable.is_revocable:
        rows = model._default_manager.filter(pk__in=ids(step.created))
        rows.update(revoked_by=into, **dict.fromkeys(undoable.clears))
    elif step.created:
        for part in undoable.parts_of(step.created):
            part.delete()
        delete_rows(model, step.created)


def _remake(step: Step) -> None:
    """Make again what the act removed, under the same key."""
    model = step.undoable.model
    for pk, touched in step.removed.items():
        old = {name: value_of(model, name, pair[0]) for name, pair in touched.changes.items()}
        insert_rows(model, ("id", *old), [(pk, *old.values())])


def _restore_details(step: Step) -> None:
    """Set back what has no history; the last change of the act first."""
    undoable, model, names = step.undoable, step.undoable.model, step.undoable.details
    rows = {pk: t for pk, t in reversed(step.changed.items()) if not t.changes.keys().isdisjoint(names)}
    if rows:
        current = current_details(Step(undoable, changed=rows), is_locked=False)
        for pk, touched in rows.items():
            old = {name: touched.changes[name][0] for name in names if name in touched.changes}
            current[pk] |= {name: value_of(model, name, value) for name, value in old.items()}
        update_rows(model, names, ((pk, *(current[pk][name] for name in names)) for pk in rows))
    if undoable.settle and step.changed:
        undoable.settle(step)
