"""Writing the audit trail. Called by services, inside their transaction."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection, models
from django.utils import timezone

from audit.actor import Actor
from audit.chain import EntriesContent, act_content, append_link, canonical
from audit.enums import Retention
from audit.models import Act, Entry
from audit.personal import keep_details, veiled
from common.bulk import insert_rows

_COLUMNS = ("act", "kind", "object_id", "label", "school", "changes")


class Record(NamedTuple):
    """One touched record: key, label at that time, school (or ``None``), ``{field: [old, new]}``."""

    object_id: int
    label: str
    school_id: int | None
    changes: dict[str, list[Any]]


def open_act(by: Actor, verb: str, *, subject: str = "", reason: str = "", undoes: Act | None = None) -> Act:
    """Begin an act. Raises ``RuntimeError`` outside a transaction: an act without its writes is a lie.

    What is written here stays for ever: no names or addresses of people in ``subject`` and ``reason``.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an act needs the transaction of the service that performs it")
    act = Act.objects.create(
        at=timezone.now(),
        user=by.user,
        channel=by.channel,
        via=by.via[:100],
        verb=verb,
        subject=subject[:250],
        reason=reason[:500],
        undoes=undoes,
    )
    told = (act.at, act.user_id, act.channel, act.via, act.verb, act.subject, act.reason, act.undoes_id)
    append_link(act, 0, act_content(told))
    return act


def log_records(
    act: Act,
    model: type[models.Model],
    records: Iterable[Record],
    *,
    personal: Mapping[int, Mapping[str, list[Any]]] | None = None,
    retention: Retention = Retention.ACCOUNT,
) -> None:
    """One entry per touched record, in one statement.

    ``personal``: ``{object_id: {field: [old, new]}}`` of values that must be deletable (names, addresses of any
    kind): the entry says only that they changed, the values are kept apart for as long as ``retention`` says.
    """
    kind = model._meta.label_lower
    if personal:
        records, details = veiled(list(records), personal)
    content = EntriesContent()
    insert_rows(Entry, _COLUMNS, _rows(act.pk, kind, records, content))
    if content.number:
        append_link(act, content.number, content.digest())
    if personal:
        keep_details(act, kind, details, retention)


def _rows(act: int, kind: str, records: Iterable[Record], content: EntriesContent) -> Iterator[tuple[Any, ...]]:
    """Rows of entries; what is written is added to ``content`` on the way."""
    for key, label, school, changes in records:
        label, told = label[:150], canonical(_plain(changes))
        content.add(kind, key, label, school, told)
        yield act, kind, key, label, school, told


def _plain(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Numbers with a point as text: a database may write them in another way than they came."""
    if float not in map(type, chain.from_iterable(changes.values())):
        return changes
    return {name: [str(v) if isinstance(v, float) else v for v in pair] for name, pair in changes.items()}
