"""Lost updates: who changes a record says which version of it they have seen.

Every write leaves an entry, so the newest entry about a record is its version; nothing else needs to count.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit.models import Entry
from audit.queries import entries_about

T = TypeVar("T", bound=Model)


class ChangedMeanwhile(Exception):
    """Somebody else has written since; ``entries``: what they did, newest first. ``version``: the one to go on with."""

    def __init__(self, record: Model, version: int, entries: list[Entry]) -> None:
        super().__init__(f"{record} has changed")
        self.record, self.version, self.entries = record, version, entries


def version_of(record: Model) -> int:
    """Number of the newest entry about ``record``; 0 where there is none. One query."""
    entries = Entry.objects.filter(kind=record._meta.label_lower, object_id=record.pk)
    return entries.aggregate(newest=Max("pk"))["newest"] or 0


def with_version(records: QuerySet[Any]) -> QuerySet[Any]:
    """Each with ``audit_version``, read in the same statement as the record: never newer than what is shown."""
    about = Entry.objects.filter(kind=records.model._meta.label_lower, object_id=OuterRef("pk"))
    newest = Subquery(about.order_by("-pk").values("pk")[:1])
    return records.annotate(audit_version=Coalesce(newest, 0))


def newest_version() -> int:
    """The end of the trail: whoever looks at records now has seen everything up to here. One query."""
    return Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0


@contextmanager
def unchanged_since(record: T, version: int | None) -> Iterator[T]:
    """A transaction with ``record`` locked and read again, for a change that was decided on at ``version``.

    Raises ``ChangedMeanwhile`` where the record has a newer version or is gone; ``None`` stands for whoever does not
    ask for the version.
    """
    with transaction.atomic():
        fresh = type(record)._default_manager.filter(pk=record.pk)
        if connection.features.has_select_for_update:
            fresh = fresh.select_for_update(of=("self",))
        current = fresh.first()
        newest = version_of(record)
        if current is None or version not in (None, newest):
            later = entries_about(record).filter(pk__gt=newest - 1 if version is None else version)
            raise ChangedMeanwhile(record, newest, list(later))
        yield current
