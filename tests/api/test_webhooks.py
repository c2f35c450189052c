"""Webhooks through the interface."""

import pytest

from audit.actor import Actor
from audit.models import Entry
from hooks.models import Webhook, WebhookDelivery
from hooks.services import send_test
from schools.enums import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/webhooks/"
BODY = {"name": "Lager", "url": "https://1.1.1.1/hook", "topics": ["device"]}


@pytest.fixture
def admin(db):
    return make_user("adam.admin", role=Role.ADMINISTRATOR)


def test_webhook_is_made_changed_and_deleted(api, admin, reader):
    client = api(admin)
    made = client.post(URL, BODY | {"user": reader.pk})
    assert (made.status_code, len(made.json()["secret"])) == (201, 43)

    shown = client.get(made["Location"])
    hook = Webhook.objects.get()
    assert shown.json() == {
        "id": hook.pk,
        "name": "Lager",
        "user": reader.pk,
        "username": "rolf.leser",
        "url": "https://1.1.1.1/hook",
        "topics": ["device"],
        "is_active": True,
        "created_at": shown.json()["created_at"],
        "waiting": 0,
        "failed": 0,
    }
    assert made["ETag"] == shown["ETag"]
    changed = client.patch(made["Location"], {"is_active": False}, headers={"If-Match": shown["ETag"]})
    assert (changed.status_code, changed.json()["is_active"]) == (200, False)
    again = client.patch(made["Location"], {"name": "x"}, headers={"If-Match": shown["ETag"]})
    assert again.status_code == 412
    gone = client.delete(made["Location"], headers={"If-Match": changed["ETag"]})
    assert (gone.status_code, Webhook.objects.count()) == (204, 0)
    verbs = Entry.objects.filter(kind="hooks.webhook").order_by("pk").values_list("act__verb", flat=True)
    assert list(verbs) == ["webhook.create", "webhook.change", "webhook.delete"]


def test_secret_is_not_kept_for_a_repeated_request(api, admin):
    client = api(admin)
    first, second = (client.post(URL, BODY, headers={"Idempotency-Key": "k"}) for _time in "ab")
    assert second.json() == first.json() | {"secret": None}
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"url": "https://10.0.0.1/"}, [("url", "private_target")]),
        ({"url": "http://1.1.1.1/"}, [("url", "no_https")]),
        ({"topics": ["no"]}, [("topics.0", "invalid_choice")]),
        ({"user": 0}, [("user", "does_not_exist")]),
        ({"secret": "mine"}, [("secret", "unknown_field")]),
        ({"name": ""}, [("name", "blank")]),
    ],
)
def test_bad_input_is_refused(api, admin, refused, change, errors):
    assert refused(api(admin).post(URL, BODY | change), 400) == errors


def test_log_shows_what_became_of_a_delivery_and_sends_it_again(api, admin):
    client = api(admin)
    hook = Webhook.objects.get(pk=client.post(URL, BODY).json()["id"])
    tested = client.post(f"{URL}{hook.pk}/test/", {})
    assert (tested.status_code, tested.json()["state"], tested.json()["verb"]) == (200, "waiting", "webhook.test")
    delivery = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(state="failed", next_at=None, attempts=7, status=500, answer="no")

    listed = client.get(f"{URL}{hook.pk}/deliveries/").json()["results"]
    assert [(row["id"], row["state"], row["status"], row["answer"]) for row in listed] == [
        (delivery.pk, "failed", 500, "no")
    ]
    one = f"{URL}{hook.pk}/deliveries/{delivery.pk}/"
    assert client.get(one).json()["body"] == {}
    again = client.post(f"{one}retry/", {})
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "waiting", 0)


def test_delivery_of_another_webhook_is_not_found(api, admin):
    client = api(admin)
    first, second = (client.post(URL, BODY | {"name": name}).json()["id"] for name in "ab")
    delivery = send_test(Webhook.objects.get(pk=first), by=Actor(admin))
    assert client.get(f"{URL}{second}/deliveries/{delivery.pk}/").status_code == 404
    assert client.get(f"{URL}0/deliveries/").status_code == 404
