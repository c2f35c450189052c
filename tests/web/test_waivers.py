"""Waivers on pages: granted, listed, ended, withdrawn, and what they do to what is shown."""

from datetime import date

import pytest

from rollout.models import Requirement, Waiver
from rollout.services import grant_waiver
from tests.factories import DAY, make_devices, make_headcount
from tests.web.pages import text

pytestmark = pytest.mark.django_db
PAGE = "/schools/100100/requirements/pupil_devices/"
REASON = "Das Gebäude wird aufgegeben."


@pytest.fixture
def boss(signed_in, manager, school):
    client = signed_in(manager)
    client.cookies["django_language"] = "en"
    make_headcount(school, pupils=31)
    make_devices(1, school=school)
    return client


def _messages(response):
    return [str(message) for message in response.context["messages"]]


def test_waiver_is_granted_and_shown(boss, school):
    sent = {"on": "2024-03-01", "last_day": "2030-07-31", "reason": REASON}
    answer = boss.post(f"{PAGE}waive/", sent, follow=True)

    assert (answer.redirect_chain, _messages(answer)) == ([(PAGE, 302)], ["The waiver is recorded."])
    waiver = Waiver.objects.get()
    assert (waiver.school, waiver.last_day, waiver.reason) == (school, date(2030, 7, 31), REASON)
    assert f"1 Mar 2024 to 31 Jul 2030 inclusive {REASON}" in text(answer, "content")
    shown = text(boss.get("/schools/100100/"), "content")
    assert f"Covered by waiver Pupil devices {REASON} · until 31 Jul 2030" in shown
    assert "10 missing." in shown


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"reason": ""}, ["reason"]),
        ({"on": "2999-01-01"}, ["on"]),
        ({"last_day": "2024-02-01"}, ["last_day"]),
    ],
)
def test_refusal_stands_at_its_field(boss, changes, fields):
    sent = {"on": "2024-03-01", "last_day": "", "reason": REASON} | changes
    answer = boss.post(f"{PAGE}waive/", sent)

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, fields)
    assert Waiver.objects.count() == 0


def test_list_shows_those_of_the_day_that_ends_first_on_top(boss, by, school, other_school):
    grant_waiver(school, "fibre", by=by, on=DAY, reason=REASON)
    grant_waiver(other_school, "bandwidth", by=by, on=DAY, reason=REASON, last_day=date(2099, 1, 1))
    grant_waiver(school, "bandwidth", by=by, on=DAY, reason=REASON, last_day=date(2024, 4, 30))

    rows = boss.get("/standards/waivers/").context["rows"]
    then = boss.get("/standards/waivers/", {"as_of": "2024-04-01"}).context["rows"]

    assert [row.waiver.school for row in rows] == [other_school, school]
    assert (then[0].waiver.school, then[0].label) == (school, "Bandwidth")
    assert len(then) == 3


def test_school_sees_its_own_waivers_and_not_who_granted_them(
    by, signed_in, school_admin, school, other_school, manager
):
    for one in (school, other_school):
        grant_waiver(one, "fibre", by=by, on=DAY, reason=REASON)
    page = signed_in(school_admin).get("/standards/waivers/")

    assert [row.waiver.school for row in page.context["rows"]] == [school]
    assert by.user.get_username() not in page.content.decode()


def test_end_and_withdrawal(boss, by, school):
    waiver = grant_waiver(school, "fibre", by=by, on=DAY, reason=REASON)

    ended = boss.post(
        f"/standards/waivers/{waiver.pk}/end/", {"last_day": "2024-12-31", "reason": "Umzug"}, follow=True
    )
    assert _messages(ended) == ["The end of the waiver is recorded."]
    now = Waiver.objects.known().get()
    assert now.last_day == date(2024, 12, 31)
    assert boss.get(f"/standards/waivers/{waiver.pk}/end/").status_code == 404
    gone = boss.post(f"/standards/waivers/{now.pk}/withdraw/", {"reason": "Irrtum"}, follow=True)
    assert _messages(gone) == ["The waiver is withdrawn. It stays on record."]
    assert Waiver.objects.known().count() == 0


def test_heat_map_and_chart_tell_what_is_covered(boss, by, school, other_school):
    grant_waiver(school, "pupil_devices", by=by, on=DAY, reason=REASON)

    page = boss.get("/")

    assert page.content.decode().count("heat--covered") == 2  # the key, and one cell
    assert "covered by waiver" in text(page, "content")


def test_grace_period_is_told_where_gaps_are(boss, school):
    Requirement.objects.filter(key="pupil_devices").update(grace_months=240)

    shown = text(boss.get("/schools/100100/"), "content")

    assert "10 missing · not due until 1 Jan 2039" in shown
    assert "not due yet" in shown
