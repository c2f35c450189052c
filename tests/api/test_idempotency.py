"""The same POST twice does its work once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from api.idempotency import KEPT_FOR, forget_answers
from api.models import AnsweredRequest
from audit.actor import Actor
from audit.models import Act
from inventory.models import DeviceState
from schools.enums import TokenScope
from schools.tokens import create_token
from tests.factories import make_device, make_user

URL = "/api/v1/devices/transition/"


@pytest.fixture
def order(school):
    device = make_device(school=school)
    return {"ids": [device.pk], "on": "2024-09-01", "status": "in_repair"}


@pytest.fixture
def post(api, it_staff):
    client = api(it_staff)

    def send(body, key="k1", **options):
        return client.post(URL, body, headers={"Idempotency-Key": key}, **options)

    return send


def test_repeated_request_gets_the_first_answer(post, order):
    first, second = post(order), post(order)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert Act.objects.filter(verb="device.change").count() == 1


def test_key_with_another_body_or_address_is_refused(post, order, api, it_staff, refused):
    post(order)

    assert refused(post({**order, "status": "lost"}), 422) == []
    token = create_token(it_staff, "other", by=Actor(None), scope=TokenScope.WRITE)[1]
    other = api(token=token).post(URL, order, headers={"Idempotency-Key": "k1"})
    assert refused(other, 422) == []
    assert DeviceState.objects.filter(status="in_repair").count() == 1


def test_key_of_somebody_else_is_another_key(post, order, api, manager):
    post(order)
    answer = api(manager).post(URL, order, headers={"Idempotency-Key": "k1"})

    assert "Idempotency-Replayed" not in answer
    assert AnsweredRequest.objects.count() == 2


def test_refused_request_leaves_the_key_free(post, order, refused):
    assert refused(post({**order, "status": "nonsense"}), 400) != []
    assert AnsweredRequest.objects.count() == 0
    assert post(order).status_code == 200


@pytest.mark.parametrize("key", ["", " ", "ü", "a b", "x" * 256])
def test_wrong_key_is_refused(key, post, order, refused):
    assert refused(post(order, key.encode("latin-1").decode("latin-1")), 400) == []
    assert DeviceState.objects.filter(status="in_repair").count() == 0


def test_who_may_not_learns_nothing_from_a_key(post, order, api, reader, refused):
    post(order)

    assert refused(api(reader).post(URL, order, headers={"Idempotency-Key": "k1"}), 403) == []
    assert refused(api().post(URL, order, headers={"Idempotency-Key": "k1"}), 401) == []


def test_answers_are_kept_for_a_day(post, order):
    post(order)
    AnsweredRequest.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    again = post(order)

    assert ("Idempotency-Replayed" in again, AnsweredRequest.objects.count()) == (False, 1)


def test_old_answers_are_forgotten(post, order):
    post(order)
    now = timezone.now()

    assert (forget_answers(now - KEPT_FOR), forget_answers(now + timedelta(seconds=1))) == (0, 1)


def test_secrets_are_not_kept(api, it_staff):
    body = {"name": "monitoring"}
    client = api(it_staff)
    first = client.post("/api/v1/tokens/", body, headers={"Idempotency-Key": "t"})
    second = client.post("/api/v1/tokens/", body, headers={"Idempotency-Key": "t"})

    assert first.status_code == 201
    secret = first.json()["token"]
    assert second.json() == {**first.json(), "token": None}
    assert first["Location"] == second["Location"]
    assert secret not in str(AnsweredRequest.objects.values_list("body", flat=True).get())


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="in the memory database of the tests threads meet locks on tables, where a file makes them wait",
)
@pytest.mark.django_db(transaction=True)
def test_same_key_at_the_same_time_does_the_work_once():
    """Each thread has a connection of its own, as each request of a server has."""
    user = make_user("ina.it", role="it_staff")
    token = create_token(user, "t", by=Actor(None))[1]
    device = make_device(status="in_stock")
    body = {"ids": [device.pk], "on": "2024-09-01", "status": "configured"}
    codes: list[int] = []

    def send():
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        codes.append(client.post(URL, body, headers={"Idempotency-Key": "same"}).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(codes) <= {200, 409}
    assert 200 in codes
    assert Act.objects.filter(verb="device.change").count() == 1
