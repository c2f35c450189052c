"""The list of construction projects, the page of one, and changes of their status."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Act
from rollout.enums import ProjectStatus as P
from rollout.models import ConstructionProject, ProjectState
from rollout.services import change_project, correct_project_state
from schools.enums import Trade
from schools.models import SiteUse
from tests.factories import DAY, main_site, make_project, make_school
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def it(signed_in, it_staff):
    return signed_in(it_staff)


@pytest.fixture
def project(school):
    return make_project(school, status=P.UNDER_CONSTRUCTION)


def _rows(response):
    return [row for table in tables(response, "project-table") for row in table[1:]]


def _sent(client, address, **values):
    """What the browser sends along with what the person chose."""
    return {"version": client.get(address).context["form"].version_now, "on": str(timezone.localdate()), **values}


# --- list -------------------------------------------------------------------------------------------------------------


def test_list_shows_site_trade_schools_and_status(it, school):
    project = make_project(school, status=P.BLOCKED, reason="Asbestos in the corridor")

    page = it.get("/projects/")

    assert tables(page, "project-table")[0] == [
        ["", "Site", "Trade", "Schools", "Status", "Since", "Reason"],
        ["", str(project.site), "fibre", "Lindenschule", "blocked", "1 Mar 2024", "Asbestos in the corridor"],
    ]
    assert links(page, "project-table")[str(project.site)] == f"/projects/{project.pk}/"


def test_list_needs_as_many_queries_for_three_projects_as_for_one(it, school, other_school, django_assert_num_queries):
    make_project(school)
    with CaptureQueriesContext(connection) as one:
        it.get("/projects/")
    make_project(school, trade=Trade.WLAN)
    make_project(other_school)

    with django_assert_num_queries(len(one)):
        assert len(_rows(it.get("/projects/"))) == 3


def test_list_filters_and_sorts(it, school, other_school):
    make_project(school, trade=Trade.WLAN, status=P.LIVE)
    make_project(school, trade=Trade.FIBRE, status=P.LIVE)
    make_project(school, trade=Trade.LAN)
    make_project(other_school, status=P.LIVE)

    page = it.get("/projects/", {"school": school.number, "status": "live", "ordering": "-trade"})

    assert [row[2] for row in _rows(page)] == ["WLAN", "fibre"]
    assert [chip[:2] for chip in page.context["chips"]] == [("Status", "live"), ("School", "Lindenschule (100100)")]


def test_tiles_count_the_projects_of_the_day(it, by, school, other_school):
    project = make_project(school, status=P.UNDER_CONSTRUCTION)
    make_project(other_school, status=P.PLANNED)
    change_project(project, by=by, on=DAY + timedelta(10), status=P.BLOCKED, reason="Asbestos")

    today = it.get("/projects/", {"trade": "wlan"})
    before = it.get("/projects/", {"as_of": DAY.isoformat()})

    assert [tile.number for tile in today.context["tiles"]] == [0, 1, 1, 0, 0]
    assert [tile.number for tile in before.context["tiles"]] == [1, 0, 1, 0, 0]
    assert "under construction 1" in text(before)


def test_list_of_a_past_day_shows_the_status_of_that_day(it, by, project, other_school):
    change_project(project, by=by, on=DAY + timedelta(10), status=P.LIVE)
    make_project(other_school, on=DAY + timedelta(20))

    page = it.get("/projects/", {"as_of": (DAY + timedelta(5)).isoformat()})

    assert _rows(page) == [[str(project.site), "fibre", "Lindenschule", "under construction", "1 Mar 2024", ""]]


def test_list_gives_htmx_the_table_alone(it, project):
    part, page = it.get("/projects/", headers=HTMX), it.get("/projects/")

    assert _rows(part) == _rows(page)
    assert ["<html" in response.content.decode() for response in (part, page)] == [False, True]


def test_school_sees_the_works_on_its_sites_and_no_other_school(signed_in, school_admin, project, other_school):
    SiteUse.objects.create(site=main_site(project.site.schools.get()), school=other_school)
    make_project(make_school("Ahornschule"))

    page = signed_in(school_admin).get("/projects/")

    assert [row[0] for row in _rows(page)] == [str(project.site)]
    assert [tile.number for tile in page.context["tiles"]] == [1, 0, 0, 0, 0]
    assert "Kastanienschule" not in text(page) + text(page.client.get(f"/projects/{project.pk}/"))


def test_list_offers_schools_to_whoever_sees_several(signed_in, school_admin, it_staff, project, other_school):
    offered = {
        user.username: not signed_in(user).get("/projects/").context["filter_form"]["school"].is_hidden
        for user in (school_admin, it_staff)
    }
    assert offered == {school_admin.username: False, it_staff.username: True}


def test_list_of_an_outsider_is_empty(signed_in, outsider, project):
    page = signed_in(outsider).get("/projects/")

    assert page.context["rows"] == []
    assert {tile.number for tile in page.context["tiles"]} == {0}


# --- one project ------------------------------------------------------------------------------------------------------


def test_page_tells_place_history_and_other_works(it, by, project):
    change_project(project, by=by, on=DAY + timedelta(10), status=P.BLOCKED, reason="Asbestos")
    beside = make_project(project.site.schools.get(), trade=Trade.WLAN)

    page = it.get(f"/projects/{project.pk}/")

    assert [(one.state.status, one.state.reason, one.act.user) for one in page.context["episodes"]] == [
        ("blocked", "Asbestos", by.user),
        ("under_construction", "", None),
    ]
    assert links(page)["WLAN"] == f"/projects/{beside.pk}/"
    assert links(page)["Lindenschule"] == "/schools/100100/"


def test_school_reads_the_reason_of_the_works_but_not_who_and_why(signed_in, school_admin, by, project):
    change_project(project, by=by, on=DAY + timedelta(5), status=P.BLOCKED, reason="Asbestos")
    state = project.states.get(status=P.BLOCKED)
    correct_project_state(state, by=by, status=P.BLOCKED, blocked_by="Old pipes", reason="Mr Y was wrong")

    page = text(signed_in(school_admin).get(f"/projects/{project.pk}/?all=1"), "content")

    assert [word in page for word in ("Asbestos", "Old pipes")] == [True, True]
    assert [word in page for word in ("ina.it", "Mr Y")] == [False, False]


def test_page_shows_superseded_entries_on_demand(it, by, project):
    correct_project_state(project.states.get(), by=by, status=P.AWARDED, reason="Not begun yet")

    told = it.get(f"/projects/{project.pk}/?all=1").context["episodes"]

    assert [(one.state.status, one.ended_by and one.ended_by.reason) for one in told] == [
        ("awarded", None),
        ("under_construction", "Not begun yet"),
    ]


@pytest.mark.parametrize("address", ["", "change/", "states/{state}/correct/", "states/{state}/withdraw/"])
def test_foreign_project_does_not_exist(client, outsider, school_admin, other_school, address):
    foreign = make_project(other_school)
    path = f"/projects/{foreign.pk}/" + address.format(state=foreign.states.get().pk)
    answers = []
    for user in (outsider, school_admin):
        client.force_login(user)
        answers += [client.get(path).status_code, client.post(path, {"status": "live"}).status_code]

    assert answers == [404, 404, 404, 404]


@pytest.mark.parametrize("address", ["change/", "states/{state}/correct/", "states/{state}/withdraw/"])
def test_school_reads_but_changes_nothing(signed_in, school_admin, project, address):
    client = signed_in(school_admin)
    path = f"/projects/{project.pk}/"
    change = path + address.format(state=project.states.get().pk)

    assert "Change status" not in text(client.get(path))
    assert [client.get(change).status_code, client.post(change, {"status": "live"}).status_code] == [403, 403]


# --- change, correct, withdraw ----------------------------------------------------------------------------------------


def test_change_records_the_status_from_the_day(it, it_staff, project):
    address = f"/projects/{project.pk}/change/"

    answer = it.post(address, _sent(it, address, on="2024-05-02", status="blocked", reason="Asbestos"))

    project.refresh_from_db()
    assert answer["Location"] == f"/projects/{project.pk}/"
    assert (project.status, project.since, project.reason) == ("blocked", date(2024, 5, 2), "Asbestos")
    assert Act.objects.latest("pk").user == it_staff


def test_change_of_the_past_leaves_later_entries(it, by, project):
    change_project(project, by=by, on=DAY + timedelta(100), status=P.LIVE)
    address = f"/projects/{project.pk}/change/"

    it.post(address, _sent(it, address, on=str(DAY + timedelta(5)), status="accepted"))

    assert list(project.states.filter(superseded_at=None).values_list("valid_from", "status")) == [
        (DAY, "under_construction"),
        (DAY + timedelta(5), "accepted"),
        (DAY + timedelta(100), "live"),
    ]


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"status": "blocked"}, "reason", "A blocked project needs a reason."),
        ({"status": "planned"}, "status", "“planned” cannot follow “under construction”"),
        ({"status": "live", "on": "2999-01-01"}, "on", "lies in the future"),
        ({}, "status", "This field is required."),
    ],
)
def test_refused_change_says_why_at_the_field(it, project, values, field, message):
    address = f"/projects/{project.pk}/change/"

    answer = it.post(address, _sent(it, address, **values))

    assert [message in error for error in answer.context["form"].errors[field]] == [True]
    assert project.states.count() == 1


def test_change_after_somebody_elses_shows_the_form_again(it, by, project):
    address = f"/projects/{project.pk}/change/"
    sent = _sent(it, address, status="accepted")
    change_project(project, by=by, on=DAY + timedelta(1), status=P.BLOCKED, reason="Asbestos")

    answer = it.post(address, sent)

    assert "Somebody else has changed this meanwhile" in answer.context["form"].non_field_errors()[0]
    assert ProjectState.objects.filter(status=P.ACCEPTED).count() == 0


def test_form_offers_what_fits_the_chosen_day(it, by, project):
    change_project(project, by=by, on=DAY + timedelta(10), status=P.LIVE)
    values = {"on": str(DAY + timedelta(5)), "refresh": "1"}

    part = it.post(f"/projects/{project.pk}/change/", values, headers=HTMX)

    offered = [state for state, _label in part.context["form"].fields["status"].widget.choices]
    assert offered == ["blocked", "accepted", "live"]


def test_correction_of_a_blocked_project_needs_what_blocks_it(it, project):
    state = project.states.get()
    path = f"/projects/{project.pk}/states/{state.pk}/correct/"
    values = {"on": DAY.isoformat(), "status": "blocked", "reason": "Was never begun"}

    refused = it.post(path, values)
    done = it.post(path, {**values, "blocked_by": "Asbestos"})

    project.refresh_from_db()
    assert refused.context["form"].errors == {"blocked_by": ["A blocked project needs a reason."]}
    assert (done.status_code, project.status, project.reason) == (302, "blocked", "Asbestos")


def test_correction_of_the_first_day(it, project):
    path = f"/projects/{project.pk}/states/{project.states.get().pk}/correct/"

    it.post(path, {"on": "2024-02-01", "status": "under_construction", "reason": "Began earlier"})

    project.refresh_from_db()
    assert (project.status, project.since) == ("under_construction", date(2024, 2, 1))


def test_withdrawal_restores_the_status_before(it, by, project):
    change_project(project, by=by, on=DAY + timedelta(10), status=P.LIVE)
    path = f"/projects/{project.pk}/states/{project.states.get(status=P.LIVE).pk}/withdraw/"

    it.post(path, {"reason": "Wrong site"})

    project.refresh_from_db()
    assert (project.status, project.since) == ("under_construction", DAY)


# --- many projects ----------------------------------------------------------------------------------------------------


def test_bulk_change_of_all_that_the_filter_finds(it, school, other_school):
    make_project(school, trade=Trade.WLAN)
    make_project(other_school, trade=Trade.WLAN)
    make_project(school)
    address = "/projects/change/?scope=all&trade=wlan"

    answer = it.post(address, _sent(it, address, status="awarded"))

    assert answer["Location"] == "/projects/?trade=wlan"
    assert sorted(ConstructionProject.objects.values_list("trade", "status")) == [
        ("fibre", "planned"),
        ("wlan", "awarded"),
        ("wlan", "awarded"),
    ]


def test_acceptance_without_build_is_said_at_the_status(it, school):
    project = make_project(school)
    address = f"/projects/{project.pk}/change/"

    answer = it.post(address, _sent(it, address, status="accepted", on="2024-04-01"))

    assert list(answer.context["form"].errors) == ["status"]
    assert project.states.count() == 1


def test_bulk_change_names_each_project_that_cannot_be_changed(it, school, other_school):
    make_project(school, status=P.UNDER_CONSTRUCTION)
    bad = make_project(other_school, status=P.LIVE)
    address = "/projects/change/?scope=all"

    answer = it.post(address, _sent(it, address, status="accepted"))

    assert answer.context["form"].non_field_errors() == [
        f"{bad}: “accepted” cannot follow “live”. If the earlier entry was wrong, correct it first."
    ]
    assert ProjectState.objects.filter(status=P.ACCEPTED).count() == 0


def test_keys_of_foreign_projects_count_as_not_there(signed_in, it_staff, school_admin, project):
    address = f"/projects/change/?project={project.pk}&project=999999&project=x"

    assert signed_in(it_staff).get(address).context["number"] == 1
    assert signed_in(school_admin).post(address, {"status": "live"}).status_code == 403
