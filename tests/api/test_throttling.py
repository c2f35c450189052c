"""Who asks too often is told when to come back."""

import pytest
from django.core.cache import cache

from api import throttling
from tests.factories import make_user

URL = "/api/v1/categories/"


@pytest.fixture(autouse=True)
def _minute(monkeypatch, db):
    """A minute that stands still, 20 seconds old, and that nobody has asked in yet."""
    cache.clear()
    monkeypatch.setattr(throttling, "counter", throttling.Counter())
    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_000_020.0)


def codes(client, number):
    return [client.get(URL).status_code for _ in range(number)]


def test_limit_is_per_token_and_per_person(api, it_staff, reader, settings, refused):
    settings.API_REQUESTS_PER_MINUTE = 3
    client = api(it_staff)

    assert codes(client, 5) == [200, 200, 200, 429, 429]
    answer = client.get(URL)
    assert refused(answer, 429) == []
    assert answer["Retry-After"] == "40"
    assert codes(api(reader), 1) == [200]


def test_next_minute_begins_afresh(api, it_staff, settings, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 1
    client = api(it_staff)

    assert codes(client, 2) == [200, 429]
    monkeypatch.setattr(throttling.time, "time", lambda: 6_000_000_060.0)
    assert codes(client, 2) == [200, 429]


def test_who_is_not_let_in_is_counted_by_address(api, db, settings, refused):
    settings.API_STRANGERS_PER_MINUTE = 2

    assert [codes(api(token="wrong"), 1), codes(api(), 2)] == [[401], [401, 429]]
    other = api().get(URL, REMOTE_ADDR="192.0.2.7")
    assert refused(other, 401) == []


def test_claimed_address_is_not_believed(api, db, settings):
    settings.API_STRANGERS_PER_MINUTE = 1
    client = api()

    answers = [client.get(URL, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(2)]
    assert answers == [401, 429]


def test_processes_share_the_limit(api, settings, monkeypatch, db):
    settings.API_REQUESTS_PER_MINUTE = 40
    client = api(make_user("ina.it", role="it_staff"))

    first = codes(client, 3)
    monkeypatch.setattr(throttling, "counter", throttling.Counter())
    assert first == [200] * 3
    assert codes(client, 40).count(200) == 36  # the first process had taken two portions of two
