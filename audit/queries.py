"""Reading the audit trail. Whoever asks has made sure that the person may see the school or the record."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Max, Model, QuerySet
from django.utils import timezone

from audit.models import Act, Entry


class SchoolAct(NamedTuple):
    """One act, and how many records of the school it touched; ``label`` names one of them."""

    at: datetime
    verb: str
    subject: str
    reason: str
    channel: str
    user: str
    records: int
    label: str


def acts_of_school(school_id: int, limit: int) -> list[SchoolAct]:
    """The latest acts that touched records of the school, newest first. Three queries."""
    touched = Entry.objects.filter(school=school_id).order_by().values("act").annotate(records=Count("pk"))
    counts = dict(touched.order_by("-act").values_list("act", "records")[:limit])
    labels = dict(Entry.objects.filter(school=school_id, act__in=list(counts)).values_list("act", "label"))
    acts = Act.objects.filter(pk__in=list(counts)).select_related("user").order_by("-at", "-pk")
    return [
        SchoolAct(
            at=act.at,
            verb=act.verb,
            subject=act.subject,
            reason=act.reason,
            channel=act.channel,
            user=(act.user.get_full_name() or act.user.get_username()) if act.user else "",
            records=counts[act.pk],
            label=labels[act.pk],
        )
        for act in acts
    ]


def entries_about(record: Model) -> QuerySet[Entry]:
    """What was done to one record, newest first."""
    return entries_under(type(record), [record.pk])


def entries_under(model: type[Model], keys: Any) -> QuerySet[Entry]:
    """What was done under these keys of a model (a list or a subquery), newest first."""
    entries = Entry.objects.filter(kind=model._meta.label_lower, object_id__in=keys)
    return entries.select_related("act__user").order_by("-act__at", "-pk")


def settled_at() -> datetime:
    """The instant up to which everything that was written can be read.

    Acts take their instant within their transaction. SQLite has one writer at a time, so what cannot be
    read yet is later than the latest act; on PostgreSQL others may be under way with an earlier one.
    """
    latest: datetime = Act.objects.aggregate(at=Max("at"))["at"] or timezone.now()
    if connection.vendor != "postgresql":
        return latest
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid() "
            # a vacuum writes no acts
            "AND backend_type = 'client backend'"
        )
        (oldest,) = cursor.fetchone()
    return min(latest, oldest) if oldest else latest


def entries_of(act: Act) -> QuerySet[Entry]:
    """What one act did to each record, as the act itself went about it."""
    return Entry.objects.filter(act=act).select_related("act__user", "school").order_by("pk")
