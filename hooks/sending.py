"""Sending what is due: signed, a few receivers at a time, and again later where somebody does not answer."""

import hashlib
import hmac
import json
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from common.sealing import unsealed
from hooks.enums import DeliveryState
from hooks.events import Body, bodies_of
from hooks.guard import target_of
from hooks.models import Webhook, WebhookDelivery
from hooks.transport import NotReached, post

#: Key of the encryption of secrets.
PURPOSE = "webhook"
#: After each attempt that failed; after the one behind the last wait the delivery has failed for good.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
#: In one round each receiver gets so many, as long as it answers and begins none after so many seconds.
PER_RECEIVER, SECONDS_PER_RECEIVER = 20, 4.0
#: Receivers at a time.
AT_ONCE = 8
_MOST_ANSWER = 300


class Result(NamedTuple):
    """``status`` of HTTP, ``None`` where the receiver was not reached."""

    status: int | None
    answer: str

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Parcel(NamedTuple):
    """All that it takes to send one delivery, without asking the database."""

    delivery: int
    url: str
    secret: str
    verb: str
    content: bytes


def send_due(now: datetime) -> int:
    """Send what is due at ``now``, a limited number per receiver; returns how many attempts were made.

    Whoever kills this process makes it send the same again: receivers know a repeat by the number of the delivery.
    """
    due = _due(now)
    bodies = bodies_of(due)
    gone = [delivery for delivery in due if bodies[delivery.pk] is None]
    parcels: dict[int, list[Parcel]] = defaultdict(list)
    for delivery in due:
        if (body := bodies[delivery.pk]) is not None:
            delivery.body = body
            parcels[delivery.webhook_id].append(_parcel(delivery, body))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = {key: result for some in pool.map(_send_to_one, parcels.values()) for key, result in some.items()}
    tried = [delivery for delivery in due if delivery.pk in results]
    for delivery in tried:
        _note(delivery, results[delivery.pk], timezone.now())
    for delivery in gone:
        _give_up(delivery, _("The user of the webhook may not see it any more."))
    fields = ["body", "state", "attempts", "next_at", "tried_at", "status", "answer"]
    WebhookDelivery.objects.bulk_update([*tried, *gone], fields)
    return len(tried)


def signature(secret: str, sent_at: int, content: bytes) -> str:
    """Value of ``Klassensatz-Signature``; ``sent_at`` in seconds of Unix time."""
    digest = hmac.new(secret.encode(), f"{sent_at}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={sent_at},v1={digest}"


def content_of(body: Body) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _due(now: datetime) -> list[WebhookDelivery]:
    """Oldest act first; each receiver has its share, so that none who is slow holds up the others."""
    waiting = WebhookDelivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=now, webhook__is_active=True)
    place = Window(RowNumber(), partition_by=F("webhook_id"), order_by=[F("next_at").asc(), F("act_id").asc()])
    share = waiting.annotate(place=place).filter(place__lte=PER_RECEIVER)
    return list(share.select_related("act", "webhook__user").order_by("webhook", "next_at", "act"))


def _parcel(delivery: WebhookDelivery, body: Body) -> Parcel:
    hook: Webhook = delivery.webhook
    return Parcel(delivery.pk, hook.url, hook.secret, delivery.act.verb, content_of(body))


def _send_to_one(parcels: list[Parcel]) -> dict[int, Result]:
    """To one receiver, in order. Where it is not reached the others wait for another round."""
    results, began = {}, time.monotonic()
    for parcel in parcels:
        results[parcel.delivery] = result = _send(parcel)
        if result.status is None or time.monotonic() - began > SECONDS_PER_RECEIVER:
            break
    return results


def _send(parcel: Parcel) -> Result:
    try:
        secret = unsealed(PURPOSE, parcel.secret)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Klassensatz",
            "Klassensatz-Delivery": str(parcel.delivery),
            "Klassensatz-Event": parcel.verb,
            "Klassensatz-Signature": signature(secret, int(time.time()), parcel.content),
        }
        status, answer = post(target_of(parcel.url), headers, parcel.content)
    except InvalidToken:
        return Result(None, _("The secret cannot be read: SECRET_KEY was changed. Make the webhook anew."))
    except (NotReached, ValidationError) as error:
        return Result(None, str(error) if isinstance(error, NotReached) else " ".join(error.messages))
    return Result(status, _plain(answer))


def _plain(text: str) -> str:
    """One line of what can be read, for the log."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_MOST_ANSWER]


def _note(delivery: WebhookDelivery, result: Result, now: datetime) -> None:
    delivery.attempts += 1
    delivery.tried_at, delivery.status, delivery.answer = now, result.status, result.answer[:_MOST_ANSWER]
    if result.is_taken:
        delivery.state, delivery.next_at = DeliveryState.DELIVERED, None
    elif delivery.attempts > len(WAITS):
        delivery.state, delivery.next_at = DeliveryState.FAILED, None
    else:
        delivery.next_at = now + WAITS[delivery.attempts - 1]


def _give_up(delivery: WebhookDelivery, reason: str) -> None:
    delivery.state, delivery.next_at, delivery.body = DeliveryState.FAILED, None, {}
    delivery.status, delivery.answer = None, reason[:_MOST_ANSWER]
