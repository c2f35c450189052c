"""Clients of the interface."""

import pytest
from rest_framework.test import APIClient

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
        assert list(body) == ["type", "title", "status", "detail", "errors"]
        assert (body["type"], body["status"]) == ("about:blank", status)
        assert all(list(error) == ["field", "code", "message"] and error["message"] for error in body["errors"])
        return [(error["field"], error["code"]) for error in body["errors"]]

    return check
