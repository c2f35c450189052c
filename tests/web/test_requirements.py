"""Requirements fulfilled by hand: recorded on a page of their own."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.models import Act
from rollout.models import Attainment
from rollout.services import attain
from tests.web.pages import links, text

pytestmark = pytest.mark.django_db
CONCEPT = "/schools/100100/requirements/media_concept/"
BANDWIDTH = "/schools/100100/requirements/bandwidth/"


@pytest.fixture
def it(signed_in, it_staff, school):
    client = signed_in(it_staff)
    client.cookies["django_language"] = "en"
    return client


def _sent(client, path, **values):
    return {"version": client.get(path).context["form"].version_now, "on": "2024-03-01", **values}


def _messages(response):
    return [str(message) for message in response.context["messages"]]


def test_yes_is_recorded_with_its_day_and_reason(it, it_staff, school):
    answer = it.post(CONCEPT, _sent(it, CONCEPT, is_met="true", reason="Council of 1 March"), follow=True)

    assert answer.redirect_chain == [("/schools/100100/#media_concept", 302)]
    assert _messages(answer) == ["“Current media concept” is recorded."]
    assert answer.context["completion"].result("media_concept").state == "met"
    fact, act = Attainment.objects.get(), Act.objects.latest("pk")
    assert (fact.school, fact.key, fact.valid_from, fact.is_met) == (school, "media_concept", date(2024, 3, 1), True)
    assert (act.user, act.channel, act.reason) == (it_staff, "page", "Council of 1 March")


def test_value_is_recorded_as_people_write_it(it, school):
    it.cookies["django_language"] = "de"

    it.post(BANDWIDTH, _sent(it, BANDWIDTH, value="250,5"))

    assert Attainment.objects.get().value == Decimal("250.5")


def test_entry_of_the_past_says_until_when_it_applies(it, by, school):
    attain(school, "bandwidth", by=by, on=date(2024, 6, 1), value=Decimal(1000))

    answer = it.post(BANDWIDTH, _sent(it, BANDWIDTH, value="100"), follow=True)

    assert _messages(answer) == ["“Bandwidth” is recorded. It applies until 1 Jun 2024; after that: 1,000 Mbit/s."]
    assert "1 Mar 2024 to 1 Jun 2024 100 Mbit/s" in text(it.get(BANDWIDTH), "content")


@pytest.mark.parametrize(
    ("path", "values", "fields"),
    [
        (CONCEPT, {}, ["is_met"]),
        (CONCEPT, {"is_met": "perhaps"}, ["is_met"]),
        (BANDWIDTH, {"value": "fast"}, ["value"]),
        (BANDWIDTH, {"value": "-1"}, ["value"]),
        (BANDWIDTH, {"value": "1", "on": "soon"}, ["on"]),
        (BANDWIDTH, {"value": "1", "on": "2999-01-01"}, ["on"]),
        (BANDWIDTH, {"value": "1", "version": "x"}, ["__all__"]),
    ],
)
def test_refusal_stands_at_its_field(it, path, values, fields):
    answer = it.post(path, _sent(it, path, **values))

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, fields)
    assert Attainment.objects.count() == 0


def test_page_begins_with_the_day_that_was_shown(it):
    day = timezone.localdate() - timedelta(30)

    assert it.get(CONCEPT, {"as_of": day.isoformat()}).context["form"]["on"].value() == day


def test_what_is_counted_or_unknown_has_no_page(it):
    keys = ("pupil_devices", "nonsense")

    assert [it.get(f"/schools/100100/requirements/{key}/").status_code for key in keys] == [404, 404]


def test_school_page_leads_there_whoever_may_book(it, signed_in, school_admin, school):
    page = links(it.get("/schools/100100/"), "content")
    seen = links(signed_in(school_admin).get("/schools/100100/"), "content")

    assert (page["Record: Current media concept"], page["Record: Bandwidth"]) == (CONCEPT, BANDWIDTH)
    assert [label for label in page if label.startswith("Record: ") and "devices" in label] == []
    assert [label for label in seen if label.startswith("Record: ")] == []
