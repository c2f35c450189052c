"""Finding out whose token it is, without a write per request."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from schools.access import Limit
from schools.models import ApiToken
from schools.tokens import create_token, token_holder


@pytest.fixture
def plain(it_staff):
    return create_token(it_staff, "script", by=Actor(it_staff, Channel.PAGE))[1]


def test_token_holder_is_found_in_one_query(plain, it_staff, django_assert_num_queries):
    now = timezone.now()
    token_holder(plain, now)

    with django_assert_num_queries(1):
        found = token_holder(plain, now)

    assert found is not None
    assert (found[0], found[0].limit) == (it_staff, Limit(False, None))


def test_use_is_noted_once_a_minute(plain):
    now = timezone.now()
    noted = []
    for seconds in (0, 59, 60):
        token_holder(plain, now + timedelta(seconds=seconds))
        noted.append(ApiToken.objects.get().last_used_at)

    assert noted == [now, now, now + timedelta(seconds=60)]


def test_expired_token_belongs_to_nobody(plain):
    now = timezone.now()
    ApiToken.objects.update(expires_at=now)

    assert token_holder(plain, now) is None
    assert ApiToken.objects.get().last_used_at is None
