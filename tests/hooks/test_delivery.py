"""From an act to a receiver: a real one, on this machine."""

import json
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from audit.actor import Actor
from hooks import transport
from hooks.enums import DeliveryState
from hooks.events import collect_events
from hooks.models import Webhook, WebhookDelivery
from hooks.sending import WAITS, send_due, signature
from hooks.services import change_webhook, create_webhook, forget_deliveries, retry_delivery, send_test
from inventory.services import change_device
from tests.factories import DAY, make_device
from tests.hooks.receiver import Receiver, listening

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=9)


def a_round(at: Any = None) -> int:
    now = at or timezone.now()
    collect_events(now)
    return send_due(now)


def an_event(by: Actor, school: Any) -> Any:
    return change_device(make_device(school=school), by=by, on=LATER, status="in_repair", reason="Glas")


def only(state: str) -> WebhookDelivery:
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == state
    return delivery


def test_act_is_sent_signed_and_once(receiver: Receiver, make_hook: Any, admin: Any, school: Any, by: Actor) -> None:
    hook = make_hook(admin, topics=["device"])
    device = make_device(school=school)
    a_round()
    receiver.calls.clear()

    change_device(device, by=by, on=LATER, status="in_repair")
    assert (a_round(), a_round()) == (1, 0)

    [(path, headers, body)] = receiver.calls
    delivery = WebhookDelivery.objects.latest("pk")
    moment = int(headers["Klassensatz-Signature"].partition(",")[0].removeprefix("t="))
    assert path == "/hook"
    assert headers["Klassensatz-Signature"] == signature(hook.plain, moment, body)
    assert abs(moment - timezone.now().timestamp()) < 60
    assert (headers["Klassensatz-Delivery"], headers["Klassensatz-Event"]) == (str(delivery.pk), "device.change")
    assert (delivery.state, delivery.attempts, delivery.status, delivery.answer) == ("delivered", 1, 200, "ok")
    sent = json.loads(body)
    assert list(sent) == ["id", "at", "verb", "channel", "subject", "records", "truncated"]
    assert (sent["id"], sent["verb"], sent["channel"], sent["truncated"]) == (
        delivery.act_id, "device.change", "page", False,
    )  # fmt: skip
    [record] = sent["records"]
    assert (record["kind"], record["id"], record["school"]) == ("inventory.device", device.pk, "100100")
    assert record["changes"]["status"] == {"old": "in_service", "new": "in_repair"}
    assert sent == delivery.body


def test_failed_attempt_is_repeated_under_the_same_number(
    receiver: Receiver, make_hook: Any, admin: Any, school: Any, by: Actor
) -> None:
    receiver.answers = [500, 200]
    receiver.text = b"no\x00t now" + b"!" * 400
    hook = make_hook(admin, topics=["device"])
    send_test(hook, by=by)
    start = timezone.now()
    a_round(start)

    waiting = only(DeliveryState.WAITING)
    assert (waiting.attempts, waiting.status, len(waiting.answer)) == (1, 500, 300)
    assert waiting.answer.startswith("no t now!!!")
    assert a_round(start + timedelta(seconds=50)) == 0
    assert a_round(start + timedelta(seconds=70)) == 1
    only(DeliveryState.DELIVERED)
    assert len({headers["Klassensatz-Delivery"] for _path, headers, _body in receiver.calls}) == 1


def test_waits_grow_until_it_has_failed_for_good(receiver: Receiver, make_hook: Any, admin: Any, by: Actor) -> None:
    receiver.answers = [503]
    send_test(make_hook(admin, topics=["device"]), by=by)
    waits = []
    while (delivery := WebhookDelivery.objects.get()).state == DeliveryState.WAITING:
        a_round(delivery.next_at)
        found = WebhookDelivery.objects.get()
        waits += [found.next_at - found.tried_at] if found.next_at else []

    assert (waits, only(DeliveryState.FAILED).attempts) == (list(WAITS), len(WAITS) + 1)
    retry_delivery(delivery, by=by)
    receiver.answers = [204]
    assert a_round() == 1
    assert only(DeliveryState.DELIVERED).attempts == 1


def test_redirect_is_not_followed(receiver: Receiver, make_hook: Any, admin: Any, by: Actor) -> None:
    receiver.answers, receiver.location = [307], "/elsewhere"
    send_test(make_hook(admin), by=by)
    a_round()

    assert only(DeliveryState.WAITING).status == 307
    assert [path for path, _headers, _body in receiver.calls] == ["/hook"]


def test_silence_ends_after_a_while_and_holds_up_nobody_else(
    receiver: Receiver, make_hook: Any, admin: Any, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "PAUSE", 0.2)
    receiver.pause = 2.0
    slow = make_hook(admin, name="slow")
    first, _second = send_test(slow, by=by), send_test(slow, by=by)
    with listening() as quick:
        send_test(make_hook(admin, name="quick", url=quick.url), by=by)
        assert a_round() == 2
        assert len(quick.calls) == 1

    first.refresh_from_db()
    assert (first.state, first.status, first.answer) == (
        "waiting", None, gettext("The receiver did not answer in time."),
    )  # fmt: skip


def test_who_answers_a_byte_now_and_then_is_cut_off(
    receiver: Receiver, make_hook: Any, admin: Any, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "ALTOGETHER", 0.3)
    receiver.pause = 3.0
    send_test(make_hook(admin), by=by)
    began = timezone.now()
    a_round()

    assert timezone.now() - began < timedelta(seconds=2)
    assert (only(DeliveryState.WAITING).status, only(DeliveryState.WAITING).attempts) == (None, 1)


def test_private_target_is_refused_when_it_is_sent(
    receiver: Receiver, make_hook: Any, admin: Any, by: Actor, settings: Any
) -> None:
    """The name was allowed when it was saved; what it means is looked at anew each time."""
    port = receiver.url.rpartition(":")[2]
    send_test(make_hook(admin, url=f"https://localhost:{port}"), by=by)
    settings.WEBHOOK_PRIVATE_TARGETS = [ip_network("10.0.0.0/8")]
    a_round()

    refused = only(DeliveryState.WAITING)
    assert (refused.status, refused.answer) == (
        None, gettext("This address lies in a network that webhooks may not reach."),
    )  # fmt: skip
    assert receiver.calls == []


def test_private_address_is_refused_when_it_is_saved(admin: Any) -> None:
    for url in ("https://127.0.0.1/", "https://2130706433/", "https://[::ffff:127.0.0.1]/", "http://intern/"):
        with pytest.raises(ValidationError) as error:
            create_webhook(admin, name="x", url=url, by=Actor(admin))
        assert list(error.value.error_dict) == ["url"]
    assert not Webhook.objects.exists()


def test_secret_is_no_plain_text_in_the_database_and_in_no_entry(make_hook: Any, admin: Any) -> None:
    hook = make_hook(admin, url="https://example.org/hook/s3cr3t?sig=1")
    row = Webhook.objects.values_list("secret", flat=True).get()
    told = json.dumps(list(hook._meta.apps.get_model("audit", "Entry").objects.values_list("changes", flat=True)))
    assert (hook.plain in row, hook.plain in told, "s3cr3t" in told) == (False, False, False)


def test_switched_off_it_misses_what_happens(
    receiver: Receiver, make_hook: Any, admin: Any, school: Any, by: Actor
) -> None:
    hook = make_hook(admin, topics=["device"])
    device = make_device(school=school)
    a_round()
    receiver.calls.clear()
    change_webhook(hook, by=by, is_active=False)
    change_device(device, by=by, on=LATER, status="in_repair")
    assert a_round() == 0
    with pytest.raises(ValidationError):
        send_test(hook, by=by)

    change_webhook(hook, by=by, is_active=True)
    change_device(device, by=by, on=LATER + timedelta(days=1), status="in_service")
    assert a_round() == 1
    assert len(receiver.calls) == 1


def test_old_log_is_deleted_and_what_waits_stays(make_hook: Any, admin: Any, by: Actor) -> None:
    hook = make_hook(admin)
    old, waiting = send_test(hook, by=by), send_test(hook, by=by)
    WebhookDelivery.objects.filter(pk=old.pk).update(state="failed", next_at=None)

    assert forget_deliveries(timezone.now() - timedelta(days=1)) == 0
    assert forget_deliveries(timezone.now() + timedelta(days=1)) == 1
    assert WebhookDelivery.objects.get() == waiting
