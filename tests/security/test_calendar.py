"""Days and instants at the ends of the calendar: other time zones and databases lead beyond them."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.house.test_urls import _code as code_of
from tests.house.url_table import GET
from tests.house.world import World

pytestmark = pytest.mark.django_db

ENDS = (
    "0001-01-01", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T23:59:59.999999",
    "9999-12-31T23:59:59.999999-12:00",
)  # fmt: skip
NAMES = ("as_of", "known_at", "since", "until", "since_from", "compare_with")
DATED = [
    "web:report_list", "web:report_progress", "web:dashboard", "web:device_list", "web:audit_list", "web:audit_export",
    "web:audit_act", "api-device-list", "api-device-detail", "api-project-list", "api-headcount-list",
    "api-attainment-list", "api-completion", "api-figures", "api-report-progress", "api-report-list-file",
    "api-audit-act-list", "api-audit-entry-list",
]  # fmt: skip


@pytest.mark.parametrize("name", DATED)
def test_ends_of_the_calendar_are_answered_in_words(name: str, world: World) -> None:
    client = world.client("administrator")
    client.raise_request_exception = False
    url = reverse(name, kwargs=world.things[GET[name][0]])
    codes = {}
    for asked in (f"{parameter}={value.replace('+', '%2B')}" for parameter in NAMES for value in ENDS):
        with transaction.atomic():
            codes[asked] = code_of(client.get(f"{url}?{asked}"))
            transaction.set_rollback(True)
    assert {asked: code for asked, code in codes.items() if code >= 500} == {}


@pytest.mark.parametrize("value", ENDS)
def test_token_does_not_end_with_the_calendar(value: str, world: World) -> None:
    client = world.client("administrator")
    client.raise_request_exception = False
    answer = client.post("/api/v1/tokens/", {"name": "t", "expires_at": value}, content_type="application/json")
    assert answer.status_code in (201, 400)
    assert client.get("/api/v1/tokens/").status_code == 200
    assert client.get("/account/tokens/").status_code == 200
