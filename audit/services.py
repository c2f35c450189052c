"""Writing the audit trail. Called by services, inside their transaction."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, models
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from common.bulk import insert_rows


class Record(NamedTuple):
    """One touched record: key, label at that time, school (or ``None``), ``{field: [old, new]}``."""

    object_id: int
    label: str
    school_id: int | None
    changes: dict[str, list[Any]]


def open_act(by: Actor, verb: str, *, subject: str = "", reason: str = "", undoes: Act | None = None) -> Act:
    """Begin an act. Raises ``RuntimeError`` outside a transaction: an act without its writes is a lie."""
    if not connection.in_atomic_block:
        raise RuntimeError("an act needs the transaction of the service that performs it")
    return Act.objects.create(
        at=timezone.now(),
        user=by.user,
        channel=by.channel,
        via=by.via[:100],
        verb=verb,
        subject=subject[:250],
        reason=reason[:500],
        undoes=undoes,
    )


def log_records(act: Act, model: type[models.Model], records: Iterable[Record]) -> None:
    """One entry per touched record, in one statement."""
    kind = model._meta.label_lower
    insert_rows(
        Entry,
        ("act", "kind", "object_id", "label", "school", "changes"),
        ((act.pk, kind, r.object_id, r.label[:150], r.school_id, _plain(r.changes)) for r in records),
    )


def _plain(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """JSON-ready values: days and amounts as text."""
    return {name: [_value(v) for v in pair] for name, pair in changes.items()}


def _value(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
