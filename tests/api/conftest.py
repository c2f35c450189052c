"""Clients of the interface."""

import pytest
from rest_framework.test import APIClient

from api.errors import PROBLEMS
from audit.actor import Actor
from audit.enums import Channel
from schools.tokens import create_token


@pytest.fixture
def api():
    """``api(user)``: a client that signs in with a token of that user; ``api()``: nobody."""

    def client(user=None, *, token=None):
        result = APIClient()
        if user is not None:
            _row, token = create_token(user, "test", by=Actor(None, Channel.COMMAND))
        if token is not None:
            result.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return result

    return client


@pytest.fixture
def get(api):
    """``get(user, path, **parameters)``: status and decoded body."""

    def ask(user, path, **parameters):
        answer = api(user).get(f"/api/v1/{path}", parameters)
        return answer.status_code, answer.json()

    return ask


@pytest.fixture
def refused():
    """Checks the shape of a problem; gives ``[(field, code)]``."""

    def check(answer, status):
        body = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        extra = ["current", "changes"] if status == 412 else []
        assert list(body) == ["type", "title", "status", "detail", "errors", *extra]
        code = body["type"].removeprefix("/api/v1/problems/").removesuffix("/")
        assert (body["status"], PROBLEMS[code][0]) == (status, status)
        assert all(list(error) == ["field", "code", "message"] and error["message"] for error in body["errors"])
        return [(error["field"], error["code"]) for error in body["errors"]]

    return check


@pytest.fixture
def write(api):
    """``write(user, "patch", path, body, of=path of the record)``: with the version of the record as it is now."""

    def send(user, method, path, body=None, *, of=None):
        client = api(user)
        headers = {"If-Match": client.get(f"/api/v1/{of}")["ETag"]} if of else {}
        return getattr(client, method)(f"/api/v1/{path}", body, headers=headers)

    return send
