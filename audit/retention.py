"""How long personal details of the audit trail are kept, and deleting them. The entries themselves stay."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.enums import Retention
from audit.models import PersonalDetail
from audit.querysets import PersonalDetailQuerySet
from audit.services import Record, log_records, open_act

#: class → how long after the act.
PERIODS: Mapping[str, timedelta] = {
    Retention.SIGN_IN: timedelta(days=90),
    Retention.ACCOUNT: timedelta(days=3 * 365),
}


def delete_details(older_than: datetime, retention: str, *, by: Actor) -> int:
    """Delete personal details of one class from before ``older_than``; returns how many."""
    old = PersonalDetail.objects.filter(retention=retention, created_at__lt=older_than)
    return _delete(old, "details.expire", by)


def delete_expired_details(*, by: Actor, now: datetime | None = None) -> int:
    """Delete what has been kept for its period, in each class; returns how many. To be called every day."""
    now = now or timezone.now()
    return sum(delete_details(now - period, retention, by=by) for retention, period in PERIODS.items())


def forget_personal(user: User, *, by: Actor, others: Mapping[str, Iterable[int]] | None = None) -> int:
    """Delete the personal details about ``user``: of their account and of what they did. Returns how many.

    ``others``: further records about the person, as ``{kind: keys}``, such as their invitation.
    """
    about = Q(entry__kind=User._meta.label_lower, entry__object_id=user.pk)
    about |= Q(entry__act__user=user, retention=Retention.SIGN_IN)
    for kind, keys in (others or {}).items():
        about |= Q(entry__kind=kind, entry__object_id__in=list(keys))
    return _delete(PersonalDetail.objects.filter(about), "details.forget", by)


def _delete(details: PersonalDetailQuerySet, verb: str, by: Actor) -> int:
    """Delete details under one act, with an entry per kind of record that says how many."""
    with transaction.atomic():
        counts = dict(details.order_by().values_list("entry__kind").annotate(number=Count("pk")))
        if not counts:
            return 0
        act = open_act(by, verb)
        for kind, number in sorted(counts.items()):
            log_records(act, PersonalDetail, [Record(0, kind, None, {"number": [number, 0]})])
        details.delete()
    return sum(counts.values())
