"""No secret gets into the log, not even when something goes wrong."""

import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from audit.actor import Actor
from schools.tokens import create_token
from tests.house.world import World

pytestmark = pytest.mark.django_db

PASSWORD = "streng-geheimes-Passwort"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("django.db.backends").setLevel(logging.INFO)
        yield caplog


def fail(*_args: object, **_options: object) -> None:
    raise RuntimeError("something broke")


def test_failed_sign_in_leaves_no_password_in_the_log(log: pytest.LogCaptureFixture, client: Client) -> None:
    client.post("/login/", {"login": "ina.it", "password": PASSWORD})
    assert PASSWORD not in log.text


def test_failing_page_logs_neither_body_nor_cookie(
    log: pytest.LogCaptureFixture, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.client("administrator")
    client.raise_request_exception = False
    monkeypatch.setattr("web.views.deliveries.create_order", fail)
    monkeypatch.setattr("web.views.deliveries.render", fail)
    answer = client.post("/deliveries/orders/new/", {"number": PASSWORD, "password": PASSWORD})
    assert answer.status_code == 500
    assert "something broke" in log.text
    assert PASSWORD not in log.text
    assert client.cookies["sessionid"].value not in log.text


def test_failing_interface_logs_no_token(
    log: pytest.LogCaptureFixture, world: World, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    user = world.cast["administrator"]
    assert user
    _token, plain = create_token(user, "t", by=Actor(user))
    client.raise_request_exception = False
    monkeypatch.setattr("api.views.schools.SchoolViewSet.get_queryset", fail)
    answer = client.get("/api/v1/schools/", headers={"Authorization": f"Token {plain}"})
    assert answer.status_code == 500
    wrong = client.get("/api/v1/schools/", headers={"Authorization": f"Token {plain}x"})
    assert wrong.status_code == 401
    assert "something broke" in log.text
    assert plain not in log.text


def test_links_that_open_doors_are_not_logged(log: pytest.LogCaptureFixture, client: Client) -> None:
    for path in ("/invitations/geheimer-schluessel/", "/account/password/reset/1-geheimer-schluessel/"):
        client.get(path)
        client.post(path, {})
    assert "geheimer-schluessel" not in log.text
