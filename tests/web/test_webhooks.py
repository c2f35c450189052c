"""The pages about webhooks."""

import pytest
from django.urls import reverse

from audit.actor import Actor
from hooks.models import Webhook, WebhookDelivery
from hooks.services import change_webhook, create_webhook, send_test
from schools.enums import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return make_user("adam.admin", role=Role.ADMINISTRATOR)


@pytest.fixture
def hook(admin):
    return create_webhook(admin, name="Lager", url="https://1.1.1.1/secret-part", by=Actor(admin))[0]


def test_webhook_is_made_and_its_secret_shown_once(signed_in, admin, reader):
    client = signed_in(admin)
    data = {"version": 0, "name": "Lager", "url": "https://1.1.1.1/", "user": reader.pk, "topics": ["device", "order"]}
    page = client.post(reverse("web:webhook_create"), data, follow=True)

    hook = Webhook.objects.get()
    assert (hook.user, hook.topics) == (reader, ["device", "order"])
    assert page.redirect_chain == [(reverse("web:webhook_detail", args=[hook.pk]), 302)]
    secret = page.context["secret"]
    assert f'<code class="secret">{secret}</code>' in page.content.decode()
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert secret not in client.get(reverse("web:webhook_detail", args=[hook.pk])).content.decode()


def test_private_address_is_refused_beside_its_field(signed_in, admin):
    data = {"version": 0, "name": "x", "url": "https://127.0.0.1/", "user": admin.pk}
    page = signed_in(admin).post(reverse("web:webhook_create"), data)
    assert list(page.context["form"].errors) == ["url"]
    assert not Webhook.objects.exists()


def test_list_shows_only_the_host(signed_in, admin, hook):
    send_test(hook, by=Actor(admin))
    page = signed_in(admin).get(reverse("web:webhook_list"))
    assert [(one.name, one.waiting, one.failed) for one in page.context["hooks"]] == [("Lager", 1, 0)]
    assert "secret-part" not in page.content.decode()


def test_webhook_is_changed_tried_switched_and_deleted(signed_in, admin, hook):
    client = signed_in(admin)
    address = reverse("web:webhook_change", args=[hook.pk])
    version = client.get(address).context["form"].version_now
    client.post(address, {"version": version, "name": "Neu", "url": hook.url, "user": admin.pk})
    client.post(reverse("web:webhook_test", args=[hook.pk]))
    client.post(reverse("web:webhook_switch", args=[hook.pk]), {"off": "1"})
    hook.refresh_from_db()
    assert (hook.name, hook.is_active, WebhookDelivery.objects.count()) == ("Neu", False, 1)

    client.post(reverse("web:webhook_test", args=[hook.pk]))
    assert WebhookDelivery.objects.count() == 1
    client.post(reverse("web:webhook_delete", args=[hook.pk]))
    assert not Webhook.objects.exists()


def test_second_who_changes_a_webhook_sees_both_versions_and_decides(signed_in, admin, reader, hook):
    client, address = signed_in(admin), reverse("web:webhook_change", args=[hook.pk])
    version = client.get(address).context["form"].version_now
    change_webhook(hook, by=Actor(reader), name="Werkstatt", topics=["device", "order"])

    mine = {"version": version, "name": "Neu", "url": hook.url, "user": admin.pk, "topics": ["room"]}
    form = client.post(address, mine).context["form"]
    assert [tuple(one)[1:] for one in form.meanwhile.differences] == [
        ("Name", "Lager", "Werkstatt", "Neu"),
        ("Themen", "–", "Geräte, Bestellungen", "Räume"),
    ]
    hook.refresh_from_db()
    assert hook.name == "Werkstatt"

    client.post(address, mine | {"version": form.version_now})
    hook.refresh_from_db()
    assert (hook.name, hook.topics) == ("Neu", ["room"])


def test_body_is_shown_and_delivery_sent_again(signed_in, admin, hook):
    delivery = send_test(hook, by=Actor(admin))
    WebhookDelivery.objects.update(state="failed", next_at=None, body={"note": "<b>"}, answer="<i>no")
    page = signed_in(admin).get(reverse("web:webhook_delivery", args=[hook.pk, delivery.pk])).content.decode()
    assert ("&quot;note&quot;: &quot;&lt;b&gt;&quot;" in page, "&lt;i&gt;no" in page) == (True, True)

    signed_in(admin).post(reverse("web:webhook_retry", args=[hook.pk, delivery.pk]))
    delivery.refresh_from_db()
    assert delivery.state == "waiting"


@pytest.mark.parametrize("number", [1, 3])
def test_pages_take_the_same_number_of_queries(signed_in, admin, hook, number, django_assert_max_num_queries):
    for _time in range(number):
        send_test(hook, by=Actor(admin))
    client = signed_in(admin)
    client.get(reverse("web:webhook_list"))
    with django_assert_max_num_queries(8):
        client.get(reverse("web:webhook_detail", args=[hook.pk]))
