"""Connecting other programs: webhooks and what an administrator does about them."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.actor import Actor
from audit.editing import locked
from audit.models import Act
from audit.services import Record, log_records, open_act
from common.sealing import sealed
from hooks.enums import DeliveryState, Topic
from hooks.events import TEST
from hooks.guard import check_address, shown_address
from hooks.models import Webhook, WebhookDelivery
from hooks.sending import PURPOSE

FIELDS = ("name", "user", "url", "topics", "is_active")
#: So long the log of deliveries is kept.
LOG_KEPT = timedelta(days=90)


def create_webhook(user: User, *, name: str, url: str, by: Actor, topics: Iterable[str] = ()) -> tuple[Webhook, str]:
    """A webhook that is told of what ``user`` sees, from now on, and its secret: only now can it be read.

    Raises ``ValidationError`` by field, also for an address that webhooks may not reach.
    """
    _check_url(url)
    plain = secrets.token_urlsafe(32)
    with transaction.atomic():
        act = open_act(by, "webhook.create", subject=name)
        hook = Webhook(name=name, user=user, url=url, topics=_ordered(topics), secret=sealed(PURPOSE, plain))
        hook.created_at, hook.position = act.at, act.pk
        _check(hook)
        hook.save()
        _log(act, hook, {field: [None, getattr(hook, field)] for field in FIELDS})
    return hook, plain


def change_webhook(webhook: Webhook, *, by: Actor, **values: Any) -> Webhook:
    """Set some of ``FIELDS``. Switched on again it begins with what happens from then on."""
    if unknown := values.keys() - set(FIELDS):
        raise TypeError(f"cannot be set: {', '.join(sorted(unknown))}")
    if "url" in values:
        _check_url(values["url"])
    if "topics" in values:
        values["topics"] = _ordered(values["topics"])
    with transaction.atomic():
        current = locked(webhook)
        pairs = {name: [getattr(current, name), value] for name, value in values.items()}
        pairs = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
        for name, (_old, new) in pairs.items():
            setattr(current, name, new)
        _check(current)
        if pairs:
            act = open_act(by, "webhook.change", subject=current.name)
            if pairs.get("is_active") == [False, True]:
                current.position = act.pk
            current.save(update_fields=[*pairs, "position"])
            _log(act, current, pairs)
    return current


def delete_webhook(webhook: Webhook, *, by: Actor) -> None:
    """Delete it with its log; what waits is not sent any more."""
    with transaction.atomic():
        current = locked(webhook)
        act = open_act(by, "webhook.delete", subject=current.name)
        _log(act, current, {field: [getattr(current, field), None] for field in FIELDS})
        current.delete()


def send_test(webhook: Webhook, *, by: Actor) -> WebhookDelivery:
    """An act without records for this webhook alone; it is sent with the next round."""
    with transaction.atomic():
        current = locked(webhook)
        if not current.is_active:
            raise ValidationError(_("The webhook is switched off."), "switched_off")
        act = open_act(by, TEST, subject=current.name)
        _log(act, current, {})
        return WebhookDelivery.objects.create(webhook=current, act=act, next_at=act.at)


def retry_delivery(delivery: WebhookDelivery, *, by: Actor) -> WebhookDelivery:
    """Send it with the next round, whatever became of it, and where that fails as often as one that is new."""
    with transaction.atomic():
        current = locked(delivery)
        act = open_act(by, "webhook.retry", subject=current.webhook.name)
        _log(act, current.webhook, {})
        current.state, current.attempts, current.next_at = DeliveryState.WAITING, 0, act.at
        current.save(update_fields=["state", "attempts", "next_at"])
    return current


def forget_deliveries(before: datetime) -> int:
    """Delete deliveries that ended and whose act is older; returns how many. For the daily clean-up."""
    ended = WebhookDelivery.objects.exclude(state=DeliveryState.WAITING)
    return ended.filter(act__at__lt=before).delete()[0]


def _check_url(url: str) -> None:
    try:
        check_address(url)
    except ValidationError as error:
        raise ValidationError({"url": error}) from None


def _check(hook: Webhook) -> None:
    hook.full_clean()
    if not hook.user.is_active:
        raise ValidationError({"user": ValidationError(_("This user may not sign in."), "inactive_user")})
    if unknown := set(hook.topics) - set(Topic.values):
        text = _("There is no topic “%(topic)s”.")
        raise ValidationError({"topics": ValidationError(text, "unknown_topic", {"topic": min(unknown)})})


def _ordered(topics: Iterable[str]) -> list[str]:
    return sorted(set(topics))


def _log(act: Act, hook: Webhook, pairs: dict[str, list[Any]]) -> None:
    changes = {name: [_told(name, value) for value in pair] for name, pair in pairs.items()}
    log_records(act, Webhook, [Record(hook.pk, hook.name, None, changes)])


def _told(name: str, value: Any) -> Any:
    """The trail keeps everything: of an address only the host, which is no secret."""
    if name == "url" and value:
        return shown_address(value)
    return value.pk if isinstance(value, User) else value
