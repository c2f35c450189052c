"""From the audit trail to deliveries: every act is written there with its work, so nothing is hooked into services.

Runs again and again (``config.jobs``), and goes on where the last round ended, whatever happened in between.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.db.models import F, Max, Window
from django.db.models.functions import RowNumber

from audit.models import Act, Entry
from hooks.models import Webhook, WebhookDelivery
from reports.told import seen_keys, told_changes
from schools.access import sees_everything
from schools.audit_scope import fields_hidden_from

#: Verb of the act that only tries a webhook out: told to that one alone, without records.
TEST = "webhook.test"
#: Records told in one body; where an act touched more, they are read at ``MORE``.
MOST_RECORDS = 1_000
MORE = "/api/v1/audit/entries/?act={act}"
#: Acts looked at for one webhook in one round.
MOST_ACTS = 500
Body: TypeAlias = dict[str, Any]


def collect_events(now: datetime) -> int:
    """Make deliveries of the acts that were written since the last round; returns how many acts were looked at."""
    hooks = list(Webhook.objects.filter(is_active=True).select_related("user").order_by("pk"))
    end = settled_act() if hooks else 0
    return sum(_collect(hook, end, now) for hook in hooks if hook.position < end)


def settled_act() -> int:
    """Key of the act up to which every act that was or will be written can be read.

    SQLite has one writer at a time. On PostgreSQL an act with a smaller key may become readable after one with a
    greater key: whoever writes acts holds a lock on the table until the end of the transaction, so as long as somebody
    does, the first missing key may be theirs.
    """
    newest = Act.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if connection.vendor != "postgresql" or not _is_written():
        return newest
    positions = Webhook.objects.filter(is_active=True).values_list("position", flat=True)
    start = min(positions, default=newest)
    there = Act.objects.filter(pk__gt=start, pk__lte=newest).order_by("pk").values_list("pk", flat=True)
    for key in there[: 10 * MOST_ACTS]:
        if key != start + 1:
            break
        start = key
    return start


def bodies_of(deliveries: Collection[WebhookDelivery]) -> dict[int, Body | None]:
    """``{key of the delivery: body}``, with what the webhook's user may see now; ``None``: nothing of it.

    Deliveries come with act, webhook and its user. A constant number of queries for each user.
    """
    by_user: dict[int, list[WebhookDelivery]] = defaultdict(list)
    for delivery in deliveries:
        by_user[delivery.webhook.user_id].append(delivery)
    return {key: body for some in by_user.values() for key, body in _bodies(some).items()}


def _collect(hook: Webhook, end: int, now: datetime) -> int:
    acts = Act.objects.filter(pk__gt=hook.position, pk__lte=end).order_by("pk")
    found = list(acts.values_list("pk", "verb")[:MOST_ACTS])
    wanted = [key for key, verb in found if _wants(hook, verb)]
    seen = Entry.objects.visible_to(hook.user).filter(act__in=wanted).order_by().values_list("act", flat=True)
    reached = found[-1][0] if len(found) == MOST_ACTS else end
    with transaction.atomic():
        # whoever was quicker, or switched the webhook off meanwhile, has another position
        mine = Webhook.objects.filter(pk=hook.pk, position=hook.position, is_active=True)
        if mine.update(position=reached):
            new = [WebhookDelivery(webhook=hook, act_id=act, next_at=now) for act in sorted(set(seen.distinct()))]
            WebhookDelivery.objects.bulk_create(new)
    return len(found)


def _wants(hook: Webhook, verb: str) -> bool:
    return verb != TEST and (not hook.topics or verb.partition(".")[0] in hook.topics)


def _is_written() -> bool:
    """Whether some transaction that has not ended has written acts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' "
            "AND relation = %s::regclass AND pid <> pg_backend_pid())",
            [Act._meta.db_table],
        )
        return bool(cursor.fetchone()[0])


# --- bodies -----------------------------------------------------------------------------------------------------------


def _bodies(deliveries: list[WebhookDelivery]) -> dict[int, Body | None]:
    """Of webhooks of one user."""
    user = deliveries[0].webhook.user
    entries = _entries(user, {delivery.act_id for delivery in deliveries})
    hidden, seen = fields_hidden_from(user), seen_keys(user, entries)
    told: dict[int, list[Body]] = defaultdict(list)
    for entry in entries:
        told[entry.act_id].append(_record(entry, told_changes(entry, hidden=hidden, seen=seen)))
    is_wide = sees_everything(user)
    return {one.pk: _body(one.act, told.get(one.act_id, []), is_wide) for one in deliveries}


def _entries(user: Any, acts: set[int]) -> list[Entry]:
    """What ``user`` may see of each act, one more than is told of it."""
    place = Window(RowNumber(), partition_by=F("act_id"), order_by=F("pk").asc())
    seen = Entry.objects.visible_to(user).filter(act__in=acts).annotate(place=place)
    return list(seen.filter(place__lte=MOST_RECORDS + 1).select_related("school").order_by("act", "pk"))


def _body(act: Act, records: list[Body], is_wide: bool) -> Body | None:
    if not records and act.verb != TEST:
        return None
    body: Body = {"id": act.pk, "at": act.at.isoformat(), "verb": act.verb, "channel": act.channel}
    if is_wide:
        body["subject"] = act.subject
    body |= {"records": records[:MOST_RECORDS], "truncated": len(records) > MOST_RECORDS}
    return body | ({"more": MORE.format(act=act.pk)} if body["truncated"] else {})


def _record(entry: Entry, changes: Body) -> Body:
    school = entry.school.number if entry.school else None
    return {
        "kind": entry.kind,
        "id": entry.object_id,
        "label": entry.label,
        "school": school,
        "changes": changes,
    }
