"""Boards of construction works: timeline, what is critical, what moved; and the timeline of one school."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from audit.actor import Actor
from reports.publishing import create_publication, publish
from rollout.enums import ProjectStatus as P
from rollout.services import change_project
from schools.enums import Trade
from tests.factories import DAY, make_project, make_school
from tests.factories_works import make_milestone
from tests.web.pages import links, tables, text
from web.timeline import Window

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + timedelta(30)
HTMX = {"HX-Request": "true"}


def _lanes(response):
    """Trade, status, acceptance and slip of what is drawn, without the months."""
    (board,) = tables(response, "board")
    return [row[:2] + row[3:] for row in board[1:]]


def _bars(response, school):
    (group,) = [group for group in response.context["groups"] if group.school == school]
    return [[bar.kind for bar in lane.bars] for lane in group.lanes]


# --- the drawing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "x"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 0),
        (date(2026, 2, 1), 100),
        (date(2026, 2, 15), 150),
        (date(2026, 12, 31), 1197),
        (date(2027, 1, 1), 1200),
        (date(2029, 1, 1), 1200),
    ],
)
def test_each_month_has_the_same_share_of_the_window(day, x):
    assert Window(date(2026, 1, 1), 12).x(day) == x


def test_window_moves_by_months_over_the_turn_of_a_year():
    window = Window(date(2026, 11, 1), 6)

    assert [window.moved(months) for months in (-12, -1, 1, 3)] == ["2025-11", "2026-10", "2026-12", "2027-02"]
    assert [window.holds(day) for day in (date(2026, 10, 31), date(2027, 4, 30), date(2027, 5, 1))] == [
        False,
        True,
        False,
    ]


# --- timeline ---------------------------------------------------------------------------------------------------------


def test_timeline_tells_acceptance_and_slip_of_each_trade(it, school):
    wlan = make_project(school, trade=Trade.WLAN, status=P.UNDER_CONSTRUCTION)
    make_milestone(wlan, planned_on=SOON, forecast_on=SOON)
    make_milestone(wlan, planned_on=SOON, forecast_on=SOON + timedelta(40), on=DAY + timedelta(1), reason="Cable")
    make_project(school, trade=Trade.FIBRE, status=P.BLOCKED, reason="Asbestos")

    page = it.get("/projects/timeline/")

    assert [row[:2] + row[3:] for row in _lanes(page)[1:]] == [
        ["fibre", "blocked", ""],
        ["WLAN", "under construction", "40 days late"],
    ]
    (group,) = page.context["groups"]
    assert [lane.tone for lane in group.lanes] == ["bad", "bad"]
    assert links(page, "board")["WLAN"] == f"/projects/{wlan.pk}/"
    assert "Asbestos" in text(page, "board")


@pytest.mark.parametrize(("late", "tone"), [(-3, "good"), (0, "good"), (30, "warn"), (31, "bad")])
def test_colour_follows_the_slip(it, school, late, tone):
    project = make_project(school, status=P.UNDER_CONSTRUCTION)
    make_milestone(project, planned_on=SOON, forecast_on=SOON + timedelta(late))

    assert it.get("/projects/timeline/").context["groups"][0].lanes[0].tone == tone


def test_bar_shows_what_was_built_and_what_is_ahead(it, school):
    project = make_project(school, status=P.UNDER_CONSTRUCTION, on=TODAY - timedelta(20))
    open_end = it.get("/projects/timeline/")
    make_milestone(project, planned_on=SOON, forecast_on=SOON, on=TODAY - timedelta(20))

    assert _bars(open_end, school) == [["build", "open"]]
    assert _bars(it.get("/projects/timeline/"), school) == [["build", "build ahead"]]


def test_works_over_before_the_window_are_counted_and_shown_on_demand(it, by, school):
    project = make_project(school, status=P.UNDER_CONSTRUCTION)
    change_project(project, by=by, on=DAY + timedelta(20), status=P.ACCEPTED)

    page, whole = it.get("/projects/timeline/"), it.get("/projects/timeline/", {"show": "all"})

    assert "1 finished before" in text(page, "board")
    assert (len(_lanes(page)), len(_lanes(whole))) == (1, 2)
    assert len(_lanes(it.get("/projects/timeline/", {"from": "2024-01"}))) == 2


def test_timeline_of_a_past_day_shows_what_was_known_of_that_day(it, by, school):
    project = make_project(school, status=P.UNDER_CONSTRUCTION)
    change_project(project, by=by, on=DAY + timedelta(50), status=P.ACCEPTED)

    page = it.get("/projects/timeline/", {"as_of": DAY + timedelta(10)})

    assert _lanes(page)[1] == ["fibre", "under construction", "–", ""]
    assert links(page, "board")["fibre"].endswith("?as_of=2024-03-11")


def test_timeline_is_filtered_by_school_and_trade(it, school, other_school):
    make_project(school, trade=Trade.WLAN)
    make_project(school, trade=Trade.LAN)
    make_project(other_school, trade=Trade.WLAN)

    page = it.get("/projects/timeline/", {"q": "linden", "trade": "wlan"})

    assert [row[0] for row in _lanes(page)[1:]] == ["WLAN"]
    assert [group.school for group in page.context["groups"]] == [school]


def test_window_is_moved_and_a_wrong_one_is_the_usual(it, school):
    page = it.get("/projects/timeline/", {"from": "2024-11", "months": "6"})

    window = page.context["window"]
    assert (window.first, window.months) == (date(2024, 11, 1), 6)
    assert [pan["start"] for pan in page.context["pans"]] == ["2024-08", "2024-10", "2024-12", "2025-02"]
    for wrong in ("2024-13", "٢٠٢٤-٠١", "0001-01", "9999-12", "x"):
        assert it.get("/projects/timeline/", {"from": wrong}).context["window"].months == 12


def test_timeline_gives_htmx_the_board_alone(it, school):
    make_project(school)
    part, page = it.get("/projects/timeline/", headers=HTMX), it.get("/projects/timeline/")

    assert _lanes(part) == _lanes(page)
    assert ["<html" in response.content.decode() for response in (part, page)] == [False, True]


def test_timeline_shows_a_school_nothing_but_itself(signed_in, school_admin, school, other_school):
    make_project(school)
    make_project(other_school)

    page = signed_in(school_admin).get("/projects/timeline/")

    assert [group.school for group in page.context["groups"]] == [school]
    assert page.context["parallel"] == 0


def test_timeline_needs_as_many_queries_for_three_schools_as_for_one(
    it, school, other_school, django_assert_num_queries
):
    for trade in (Trade.LAN, Trade.WLAN):
        make_milestone(make_project(school, trade=trade))
    with CaptureQueriesContext(connection) as one:
        it.get("/projects/timeline/")
    for other in (other_school, make_school()):
        for trade in Trade:
            make_milestone(make_project(other, trade=trade))

    with django_assert_num_queries(len(one)):
        it.get("/projects/timeline/")


def test_timeline_school_and_figure_agree_on_five_days(it, by, school, other_school):
    first = make_project(school, status=P.PLANNED)
    second = make_project(other_school, trade=Trade.WLAN, status=P.UNDER_CONSTRUCTION, on=DAY + timedelta(5))
    change_project(first, by=by, on=DAY + timedelta(10), status=P.UNDER_CONSTRUCTION)
    change_project(second, by=by, on=DAY + timedelta(20), status=P.BLOCKED, reason="Asbestos")
    change_project(first, by=by, on=DAY + timedelta(30), status=P.ACCEPTED)

    for days, number in ((0, 0), (5, 1), (10, 2), (20, 1), (30, 0)):
        asked = {"as_of": (DAY + timedelta(days)).isoformat()}
        board = it.get("/projects/timeline/", asked | {"show": "all"})
        tiles = it.get("/projects/", asked).context["tiles"]
        of_schools = [it.get(f"/schools/{one.number}/", asked).context["works"] for one in (school, other_school)]
        drawn = [
            [lane.status for group in groups for lane in group.lanes].count("under construction")
            for groups in (board.context["groups"], of_schools)
        ]
        figure = {one.figure.key: one.value for one in it.get("/", asked).context["tiles"]}["sites_under_construction"]
        told = (board.context["parallel"], tiles[0].number, figure or 0)
        assert (drawn, told) == ([number] * 2, (number,) * 3), days


# --- school page ------------------------------------------------------------------------------------------------------


def test_school_page_tells_when_the_school_is_ready(it, by, school):
    fibre = make_project(school, trade=Trade.FIBRE, status=P.UNDER_CONSTRUCTION)
    address = f"/schools/{school.number}/"
    unknown = text(it.get(address), "content")
    make_milestone(fibre, planned_on=SOON, forecast_on=SOON)
    expected = it.get(address).context["works"].ready
    change_project(fibre, by=by, on=TODAY, status=P.LIVE)

    assert "not known when ready: fibre (no forecast)" in unknown
    assert expected.startswith("ready on ")
    assert it.get(address).context["works"].ready.startswith("ready since ")


# --- critical ---------------------------------------------------------------------------------------------------------


def test_critical_list_names_why(it, school, other_school):
    make_project(school, status=P.BLOCKED, reason="Asbestos")
    late = make_project(other_school, status=P.UNDER_CONSTRUCTION)
    make_milestone(late, planned_on=DAY + timedelta(10), forecast_on=DAY + timedelta(20))
    calm = make_project(school, trade=Trade.LAN, status=P.UNDER_CONSTRUCTION)
    make_milestone(calm, planned_on=SOON, forecast_on=SOON)

    page = it.get("/projects/critical/")

    assert [(one.works.project, one.concerns) for one in page.context["page_obj"]] == [
        (page.context["page_obj"][0].works.project, ["blocked", "no_forecast"]),
        (late, ["overdue"]),
    ]
    assert [number for _concern, number in page.context["numbers"]] == [1, 1, 1, 0]
    assert "Asbestos" in text(page, "critical")
    only = it.get("/projects/critical/", {"concern": "overdue"})
    assert [one.works.project for one in only.context["page_obj"]] == [late]


def test_critical_list_of_a_past_day(it, by, school):
    project = make_project(school, status=P.BLOCKED, reason="Asbestos")
    change_project(project, by=by, on=DAY + timedelta(10), status=P.CANCELLED)

    before, today = it.get("/projects/critical/", {"as_of": DAY}), it.get("/projects/critical/")

    assert (len(before.context["page_obj"]), len(today.context["page_obj"])) == (1, 0)
    assert "Nothing is critical" in text(today)


# --- comparison -------------------------------------------------------------------------------------------------------


def test_comparison_tells_what_slipped_and_why(it, by, school, other_school):
    project = make_project(school, status=P.UNDER_CONSTRUCTION)
    make_milestone(project, planned_on=SOON, forecast_on=SOON)
    make_milestone(project, planned_on=SOON, forecast_on=SOON + timedelta(14), on=DAY + timedelta(20), reason="Cable")
    make_project(other_school)

    days = {"from": DAY + timedelta(10), "to": DAY + timedelta(30)}
    page = it.get("/projects/compare/", days)

    (one,) = page.context["page_obj"]
    assert (one.after.project, one.slipped) == (project, 14)
    assert (page.context["slipped"], page.context["sooner"], page.context["begun"]) == (1, 0, 0)
    assert "14 days later" in text(page)
    assert "Cable" in text(page)


def test_comparison_with_what_was_known_then(it, school):
    """What was recorded only today was not known a month ago."""
    make_project(school)
    days = {"from": DAY + timedelta(10), "to": TODAY}

    now, then = (it.get("/projects/compare/", days | known) for known in ({}, {"known": "on"}))

    assert (now.context["begun"], then.context["begun"]) == (0, 1)


def test_comparison_begins_at_the_last_published_report_by_a_click(signed_in, manager, school):
    told = {"title": "Digital schools", "committee": "Schools", "blocks": ["All is well."]}
    publication = create_publication(by=Actor(manager), session_on=DAY + timedelta(9), as_of=DAY, **told)
    people = signed_in(manager)
    drafted = people.get("/projects/compare/")
    publish(publication, by=Actor(manager))

    session = date_format(DAY + timedelta(9), "SHORT_DATE_FORMAT")
    said = f"Since the last published report: “Digital schools”, session of {session}"
    since = people.get(f"/projects/compare/{links(people.get('/projects/compare/'))[said]}")

    assert said not in links(drafted)
    publication.refresh_from_db()
    assert (since.context["since"], since.context["form"].known_then) == (DAY, publication.known_at)


def test_comparison_with_the_last_report_knows_what_the_report_knew(signed_in, manager, school):
    """That is more than what was known at the end of its day, and less than what is known now."""
    make_project(school)
    told = {"title": "Digital schools", "committee": "Schools", "blocks": ["All is well."]}
    publish(create_publication(by=Actor(manager), session_on=DAY + timedelta(9), as_of=DAY, **told), by=Actor(manager))
    late = make_project(school, trade=Trade.WLAN)
    people = signed_in(manager)
    (link,) = [to for said, to in links(people.get("/projects/compare/")).items() if "published report" in said]

    since = people.get(f"/projects/compare/{link}")

    assert [(one.after.project, one.before) for one in since.context["page_obj"]] == [(late, None)]


@pytest.mark.parametrize(
    "days",
    [
        {"from": "2024-05-01", "to": "2024-05-01"},
        {"from": "2024-05-02", "to": "2024-05-01"},
        {"from": "1800-01-01"},
        {"to": "2999-01-01"},
        {"from": "x"},
    ],
)
def test_comparison_of_wrong_days_says_so(it, days):
    page = it.get("/projects/compare/", days)

    assert page.context["form"].errors
    assert "page_obj" not in page.context


def test_comparison_without_a_question_is_that_with_a_month_ago(it):
    page = it.get("/projects/compare/")

    assert (page.context["until"], page.context["until"] - page.context["since"] >= timedelta(28)) == (TODAY, True)


def test_boards_show_an_outsider_nothing(signed_in, outsider, school):
    make_project(school, status=P.BLOCKED, reason="Asbestos")
    client = signed_in(outsider)

    boards = [client.get(f"/projects/{name}/").context["page_obj"] for name in ("timeline", "critical", "compare")]

    assert [len(board) for board in boards] == [0, 0, 0]
