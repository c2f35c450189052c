"""Who gets in: tokens, sessions, and what is left of them afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from audit.actor import Actor
from audit.enums import Channel
from schools.models import ApiToken
from schools.tokens import create_token, revoke_token

URL = "/api/v1/schools/"


@pytest.fixture
def token(it_staff):
    return create_token(it_staff, "script", by=Actor(it_staff, Channel.PAGE))


def test_nobody_is_asked_to_sign_in(api, refused, db):
    answer = api().get(URL)

    assert refused(answer, 401) == []
    assert answer["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token unknown", "Bearer abc", "Token \xff"])
def test_wrong_header_is_refused(header, refused, db):
    assert refused(APIClient().get(URL, headers={"Authorization": header}), 401) == []


def test_token_signs_in(api, token):
    assert api(token=token[1]).get(URL).status_code == 200


def test_expired_revoked_and_left_get_the_same_answer(api, token, it_staff):
    row, plain = token
    unknown = api(token="nonsense").get(URL).content

    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = api(token=plain).get(URL).content
    ApiToken.objects.update(expires_at=None)
    it_staff.is_active = False
    it_staff.save()
    left = api(token=plain).get(URL).content
    it_staff.is_active = True
    it_staff.save()
    revoke_token(row, by=Actor(it_staff, Channel.PAGE))
    revoked = api(token=plain).get(URL).content

    assert [expired, left, revoked] == [unknown] * 3


def test_session_reads_and_needs_the_csrf_token_to_write(it_staff, refused):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(it_staff)

    assert client.get(URL).json() == {"next": None, "previous": None, "results": []}
    assert refused(client.post("/api/v1/devices/transition/", {}), 403) == []
