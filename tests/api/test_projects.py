"""Construction projects: exact answers, scope, past days, history."""

from datetime import date

import pytest

from audit.models import Act
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, ProjectState
from rollout.services import change_project
from schools.enums import Trade
from tests.factories import main_site, make_project


@pytest.fixture
def project(school):
    return make_project(school, on=date(2024, 3, 1))


def test_list_shows_projects_of_the_own_site(
    get, school_admin, it_staff, reader, outsider, project, school, other_school
):
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
        "bandwidth_before": None,
        "bandwidth_after": None,
        "warranty_years": None,
    }
    hidden = {"contractor": "", "financing": None, "financing_name": None}

    assert get(reader, f"projects/{project.pk}/") == (200, expected | hidden)
    assert get(it_staff, f"projects/{project.pk}/") == (200, expected | hidden | {"contract_sum": None})
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
    assert get(reader, f"projects/{project.pk}/states/", all="true", count=1)[1]["count"] == 3


@pytest.mark.parametrize("query", ["", "?as_of=2024-06-01"])
def test_list_takes_the_same_number_of_queries_for_1_and_3(
    query, api, reader, project, school, other_school, django_assert_max_num_queries
):
    client = api(reader)
    client.get("/api/v1/projects/")
    counts = []
    for expected in (1, 3):
        with django_assert_max_num_queries(8) as captured:
            assert len(client.get(f"/api/v1/projects/{query}").json()["results"]) == expected
        counts.append(len(captured))
        make_project(school, trade=(Trade.WLAN, Trade.LAN)[len(counts) - 1])
        make_project(other_school, trade=(Trade.WLAN, Trade.LAN)[len(counts) - 1])

    assert counts[0] == counts[1]


def test_project_is_created_renamed_and_changed(write, it_staff, school, refused):
    site = main_site(school)
    body = {"site": site.pk, "trade": "wlan", "status": "planned", "on": "2024-03-01", "title": "Los 3"}

    made = write(it_staff, "post", "projects/", body)
    project = ConstructionProject.objects.get()
    path = f"projects/{project.pk}/"
    named = write(it_staff, "patch", path, {"title": "Los 4", "reason": "umbenannt"}, of=path)
    changed = write(it_staff, "post", f"{path}change/", {"on": "2024-05-01", "status": "awarded"}, of=path)

    assert (made.status_code, made["Location"]) == (201, f"http://testserver/api/v1/{path}")
    assert (made.json()["title"], named.json()["title"], changed.json()["status"]) == ("Los 3", "Los 4", "awarded")
    verbs = Act.objects.filter(verb__startswith="project.").order_by("pk").values_list("verb", "channel")
    assert list(verbs) == [("project.create", "api"), ("project.edit", "api"), ("project.change", "api")]
    assert refused(write(it_staff, "post", "projects/", body), 400) == [("", "invalid")]
    blocked = body | {"trade": "lan", "status": "blocked"}
    assert refused(write(it_staff, "post", "projects/", blocked), 400) == [("", "invalid")]
    assert refused(write(it_staff, "post", f"{path}change/", {"on": "2024-05-01", "status": "live"}), 428) == []


def test_many_projects_are_changed_or_none(write, it_staff, school, other_school, refused):
    planned, live = make_project(school), make_project(other_school, status=ProjectStatus.LIVE)
    body = {"ids": [planned.pk, live.pk], "on": "2024-05-01", "status": "blocked", "reason": "Asbest"}

    trial = write(it_staff, "post", "projects/transition/", body | {"dry_run": True})
    forbidden = write(it_staff, "post", "projects/transition/", body | {"status": "tendered"})
    done = write(it_staff, "post", "projects/transition/", body)

    row = {
        "id": planned.pk,
        "label": str(planned),
        "outcome": "changed",
        "changes": {"status": ["planned", "blocked"], "reason": ["", "Asbest"], "valid_from": [None, "2024-05-01"]},
        "problems": [],
    }
    assert trial.json()["rows"][0] == row
    assert refused(forbidden, 400) == [("ids.1", "forbidden_step")]
    assert (trial.json()["dry_run"], done.json()["dry_run"], done.json()["changed"]) == (True, False, 2)
    assert set(ConstructionProject.objects.values_list("status", flat=True)) == {"blocked"}
    assert refused(write(it_staff, "post", "projects/transition/", body | {"ids": [planned.pk, 10**9]}), 404) == []


def test_acceptance_without_build_is_said_at_the_status(write, it_staff, school, refused):
    path = f"projects/{make_project(school).pk}/"

    answer = write(it_staff, "post", f"{path}change/", {"on": "2024-05-01", "status": "accepted"}, of=path)

    assert refused(answer, 400) == [("status", "without_build")]


def test_state_is_corrected_and_withdrawn(write, it_staff, by, project, refused):
    change_project(project, by=by, on=date(2024, 5, 1), status=ProjectStatus.AWARDED)
    path = f"projects/{project.pk}/"

    def act(name, body):
        state = ProjectState.objects.known().get(project=project, valid_until=None)
        return write(it_staff, "post", f"{path}states/{state.pk}/{name}/", body, of=path)

    assert act("correct", {"status": "tendered", "on": "2024-04-01"}).json()["since"] == "2024-04-01"
    assert act("correct", {"status": "blocked"}).status_code == 400
    assert act("withdraw", {"reason": "Irrtum"}).json()["status"] == "planned"
    assert refused(act("withdraw", {}), 400) == [("", "only_entry")]


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_writing_projects_needs_the_rights(user, api, request, project, refused):
    client = api(request.getfixturevalue(user))
    for path in ("", "transition/", f"{project.pk}/change/"):
        assert refused(client.post(f"/api/v1/projects/{path}", {}), 403) == []
    assert refused(client.patch(f"/api/v1/projects/{project.pk}/", {}), 403) == []
