"""The lists of imports and of webhooks, beside those of ``reports.tables``.

Reports know neither: this is the lowest room that knows them all.
"""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hooks.columns import IMPORT_COLUMNS, WEBHOOK_COLUMNS
from hooks.enums import Topic
from hooks.filters import WebhookFilter
from hooks.guard import shown_address
from hooks.models import Webhook
from imports.enums import Outcome
from imports.filters import BatchFilter
from imports.models import ImportBatch
from reports.enums import ListName
from reports.tables.table import Table, celled


def _batches_of(user: Any, _day: date) -> QuerySet[ImportBatch]:
    found: QuerySet[ImportBatch] = ImportBatch.objects.visible_to(user).with_counts()
    return found.select_related("created_by").defer("summary", "decisions", "undo").order_by("-created_at")


def _batch_cells(batch: ImportBatch) -> dict[str, Any]:
    by = batch.created_by
    return {
        "name": batch.name,
        "kind": batch.get_kind_display(),
        "sender": batch.sender,
        "by": (by.get_full_name() or by.get_username()) if by else None,
        "created_at": batch.created_at,
        "status": batch.get_status_display(),
        **{outcome: getattr(batch, outcome) for outcome in Outcome.values},
    }


def _webhook_cells(webhook: Any) -> dict[str, Any]:
    plain = ("name", "is_active", "created_at", "waiting", "failed")
    return {
        **{name: getattr(webhook, name) for name in plain},
        "receiver": shown_address(webhook.url),
        "user": str(webhook.user),
        "topics": ", ".join(str(Topic(value).label) for value in webhook.topics) or _("everything"),
    }


TABLES: dict[str, Table] = {
    ListName.IMPORTS: Table(
        IMPORT_COLUMNS,
        _batches_of,
        celled(_batch_cells),
        BatchFilter,
        paths={"name": "name", "kind": "kind", "sender": "sender", "created_at": "created_at", "status": "status"},
        groups=("kind", "sender", "status"),
        usual=("name", "kind", "by", "created_at", "status", "new", "changed", "rejected"),
    ),
    ListName.WEBHOOKS: Table(
        WEBHOOK_COLUMNS,
        lambda user, day: Webhook.objects.visible_to(user).with_counts().select_related("user").order_by("name"),
        celled(_webhook_cells),
        WebhookFilter,
        paths={"name": "name", "user": "user__username", "is_active": "is_active", "created_at": "created_at"},
        groups=("user", "is_active"),
        usual=tuple(column.key for column in WEBHOOK_COLUMNS if column.key != "created_at"),
    ),
}
