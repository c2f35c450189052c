"""Construction projects: exact answers, scope, past days, history."""

from datetime import date

import pytest

from rollout.enums import ProjectStatus, Trade
from rollout.services import change_project
from tests.factories import main_site, make_project


@pytest.fixture
def project(school):
    return make_project(school, on=date(2024, 3, 1))


def test_list_shows_projects_of_the_own_site(get, school_admin, outsider, project, school, other_school):
    foreign = make_project(other_school)
    expected = {
        "id": project.pk,
        "site": main_site(school).pk,
        "site_name": main_site(school).name,
        "building": None,
        "schools": ["100100"],
        "trade": "fibre",
        "title": "",
        "status": "planned",
        "since": "2024-03-01",
        "reason": "",
    }

    assert get(school_admin, "projects/")[1]["results"] == [expected]
    assert get(school_admin, f"projects/{project.pk}/") == (200, expected)
    assert get(school_admin, f"projects/{foreign.pk}/")[0] == 404
    assert get(school_admin, f"projects/{foreign.pk}/states/")[0] == 404
    assert get(outsider, "projects/")[1]["results"] == []


def test_filters_are_those_of_the_page(get, reader, project, school, other_school):
    wlan = make_project(school, trade=Trade.WLAN, status=ProjectStatus.LIVE)
    foreign = make_project(other_school)

    def found(**query):
        return {row["id"] for row in get(reader, "projects/", **query)[1]["results"]}

    assert found() == {project.pk, wlan.pk, foreign.pk}
    assert found(trade="wlan") == found(status="live") == {wlan.pk}
    assert found(school="100200") == found(school="100200", as_of="2024-06-01") == {foreign.pk}
    assert found(school="100100", as_of="2024-06-01", status="planned") == {project.pk}
    assert found(q=main_site(school).street.upper()) == {project.pk, wlan.pk}


def test_past_day_shows_what_was_then(get, reader, by, project):
    change_project(project, by=by, on=date(2024, 5, 1), status=ProjectStatus.BLOCKED, reason="Asbest")

    def status(**query):
        row = get(reader, f"projects/{project.pk}/", **query)[1]
        return row["status"], row["since"], row["reason"]

    assert status() == status(as_of="2024-05-01") == ("blocked", "2024-05-01", "Asbest")
    assert status(as_of="2024-04-30") == ("planned", "2024-03-01", "")
    assert get(reader, f"projects/{project.pk}/", as_of="2024-02-29")[0] == 404


def test_states_are_the_history(get, reader, by, project):
    change_project(project, by=by, on=date(2024, 5, 1), status=ProjectStatus.BLOCKED, reason="Asbest")

    states = get(reader, f"projects/{project.pk}/states/")[1]["results"]

    assert [(s["status"], s["valid_from"], s["valid_until"], s["reason"]) for s in states] == [
        ("planned", "2024-03-01", "2024-05-01", ""),
        ("blocked", "2024-05-01", None, "Asbest"),
    ]
    assert states[1].keys() == {
        "id",
        "valid_from",
        "valid_until",
        "status",
        "reason",
        "recorded_at",
        "superseded_at",
        "recorded_by",
        "channel",
    }
    assert get(reader, f"projects/{project.pk}/states/", all="true")[1]["count"] == 3


@pytest.mark.parametrize("query", ["", "?as_of=2024-06-01"])
def test_list_takes_the_same_number_of_queries_for_1_and_3(
    query, api, reader, project, school, other_school, django_assert_max_num_queries
):
    client = api(reader)
    client.get("/api/v1/projects/")
    counts = []
    for expected in (1, 3):
        with django_assert_max_num_queries(8) as captured:
            assert client.get(f"/api/v1/projects/{query}").json()["count"] == expected
        counts.append(len(captured))
        make_project(school, trade=(Trade.WLAN, Trade.LAN)[len(counts) - 1])
        make_project(other_school, trade=(Trade.WLAN, Trade.LAN)[len(counts) - 1])

    assert counts[0] == counts[1]
