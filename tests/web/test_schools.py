"""The list of schools and the page of one."""

from datetime import date

import pytest

from audit.actor import Actor
from audit.enums import Channel
from inventory.enums import DeviceStatus, Use
from inventory.services import change_device
from rollout.enums import ProjectStatus
from rollout.services import attain
from schools.enums import Trade
from tests.factories import make_devices, make_headcount, make_project, make_room, make_school
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def equipped(school, by):
    """100 of 170 pupil devices since 1 March, 30 more delivered, WLAN blocked, a media concept."""
    make_headcount(school, pupils=510, teachers=30, classes=20)
    devices = make_devices(101, school=school, is_managed=True)
    make_devices(30, school=school, status=DeviceStatus.DELIVERED)
    make_room(school, "101")
    make_project(school, trade=Trade.WLAN, status=ProjectStatus.BLOCKED, reason="Asbestos in the ceiling")
    attain(school, "media_concept", by=by, on=date(2024, 3, 1), is_met=True)
    change_device(devices[0], by=by, on=date(2024, 3, 10), status=DeviceStatus.IN_REPAIR, reason="Display broken")
    return school


def _page(client, school, **query):
    response = client.get(f"/schools/{school.number}/", query)
    assert response.status_code == 200
    return response


def test_gaps_come_first(signed_in, school_admin, equipped):
    response = _page(signed_in(school_admin), equipped)

    assert [(gap["result"].key, gap["text"], gap["result"].on_the_way) for gap in response.context["gaps"]][-1] == (
        "pupil_devices_target",
        "410 missing",
        30,
    )
    # of two links of this name the later one leads on to the page of the requirement
    assert links(response, "content")["Pupil devices"] == "/schools/100100/requirements/pupil_devices/"
    assert '<a class="gaps__name" href="#pupil_devices">' in response.content.decode()
    assert "Pupil devices 70 missing 30 on the way" in text(response, "content")


def test_completion_shows_the_numbers_and_explains_them(signed_in, school_admin, equipped):
    rows = {row[0].split(" 510 ")[0]: row for row in tables(_page(signed_in(school_admin), equipped))[0]}

    assert rows["Pupil devices"] == [
        "Pupil devices 510 pupils (as of 15 Oct 2023) at 1 per 3 make 170 required; "
        "100 in service, 30 on the way, 70 missing.",
        "170",
        "100",
        "30",
        "70",
        "partly met",
        "58 %",
    ]
    assert rows["Current media concept Recorded as fulfilled."][1:] == ["yes", "yes", "", "", "met", "100 %"]


def test_completion_of_a_past_day(signed_in, school_admin, equipped):
    response = _page(signed_in(school_admin), equipped, as_of="2024-03-05")

    result = response.context["completion"].result("pupil_devices")
    assert (result.required, result.actual, result.gap) == (170, 101, 69)
    assert "You are looking at 5 Mar 2024, not at today." in text(response)


def test_construction_shows_status_and_reason(signed_in, school_admin, equipped):
    _completion, _course, works, *_rest = tables(_page(signed_in(school_admin), equipped))

    assert works[0][:2] + works[0][3:] == ["Trade", "Status", "Acceptance", "Slip"]
    assert works[1:] == [["WLAN", "blocked", "Asbestos in the ceiling", "–", ""]]


def test_devices_are_counted_by_category_and_status(signed_in, school_admin, equipped):
    response = _page(signed_in(school_admin), equipped)

    assert tables(response)[3] == [
        ["Category", "Delivered", "In service", "In repair", "Present", "Gone"],
        ["Tablet", "30", "100", "1", "131", ""],
    ]
    assert links(response)["100"] == "/devices/?school=100100&category=tablet&status=in_service"


def test_headcounts_and_rooms_are_listed(signed_in, school_admin, equipped):
    _completion, _course, _works, _devices, heads, rooms = tables(_page(signed_in(school_admin), equipped))

    assert heads[1:] == [["15 Oct 2023", "510", "30", "20"]]
    assert rooms[1:] == [
        ["101", "Hauptgebäude", "Classroom", "0", ""]
    ]  # last: the way to its labels, as far as there are any


def test_history_says_who_did_what(signed_in, it_staff, equipped):
    response = _page(signed_in(it_staff), equipped)

    newest = response.context["acts"][0]
    assert (newest[0], newest[1].user, newest[1].records, newest[1].reason) == (
        "Device state recorded",
        "ina.it",
        1,
        "Display broken",
    )
    assert [(move["valid_from"].isoformat(), move["number"], move["status"]) for move in response.context["moves"]] == [
        ("2024-03-10", 1, "in_repair"),
        ("2024-03-01", 101, "in_service"),
        ("2024-03-01", 30, "delivered"),
    ]


def test_history_tells_the_school_what_was_done_but_not_who_and_why(signed_in, school_admin, equipped):
    response = _page(signed_in(school_admin), equipped)

    assert {(act.user, act.reason, act.subject) for _verb, act in response.context["acts"]} == {("", "", "")}
    assert response.context["acts"][0][0] == "Device state recorded"
    assert [word in text(response, "content") for word in ("ina.it", "Display broken")] == [False, False]


def test_history_of_a_past_day_ends_there(signed_in, school_admin, equipped):
    response = _page(signed_in(school_admin), equipped, as_of="2024-03-05")

    assert {move["status"] for move in response.context["moves"]} == {"in_service", "delivered"}


def test_school_with_nothing_recorded_has_a_page(signed_in, manager, school):
    response = _page(signed_in(manager), school)

    assert response.context["completion"].grade is None
    assert "Nothing is known to be missing." in text(response, "content")


def test_school_that_had_not_opened_says_so(signed_in, manager):
    school = make_school(opened_on=date(2025, 8, 1))

    response = _page(signed_in(manager), school, as_of="2024-03-01")

    assert response.context["completion"] is None
    assert "The school was not open on this day." in text(response, "content")


def test_strangers_find_no_school(signed_in, outsider, school_admin, school, other_school):
    assert signed_in(outsider).get(f"/schools/{school.number}/").status_code == 404
    assert signed_in(school_admin).get(f"/schools/{other_school.number}/").status_code == 404


def test_list_shows_each_school_with_its_numbers(signed_in, manager, equipped, other_school):
    (table,) = tables(signed_in(manager).get("/schools/"))

    assert [row[0] for row in table[1:]] == ["Kastanienschule", "Lindenschule"]
    assert table[2][1:3] + table[2][4:6] == ["100100", "GS", "510", "100"]
    assert table[1][4:] == ["unknown", "0", "0", "–"]


def test_list_is_filtered(signed_in, manager, school, other_school):
    response = signed_in(manager).get("/schools/", {"q": "kastanie"})

    assert [line.school for line in response.context["lines"]] == [other_school]


def test_list_that_finds_nothing_says_so(signed_in, manager, school):
    response = signed_in(manager).get("/schools/", {"q": "gibt es nicht"})

    assert text(response, "school-table") == (
        "No school found No school that you may see fits this filter. Show all schools"
    )


def test_list_for_htmx_is_the_table_alone(signed_in, manager, school):
    response = signed_in(manager).get("/schools/", headers={"HX-Request": "true"})

    assert response.content.decode().strip().startswith("<section")
    assert len(tables(response)) == 1


def test_list_holds_only_visible_schools(signed_in, school_admin, outsider, school, other_school):
    own = signed_in(school_admin).get("/schools/").context["lines"]
    none = signed_in(outsider).get("/schools/").context["lines"]

    assert ([line.school for line in own], none) == ([school], [])


def test_past_day_is_carried_on(signed_in, manager, school):
    page = links(signed_in(manager).get("/schools/", {"as_of": "2024-03-01"}), "school-table")

    assert page["Lindenschule"] == "/schools/100100/?as_of=2024-03-01"


@pytest.mark.parametrize("address", ["/schools/", "/schools/100100/"])
def test_number_of_queries_does_not_grow(signed_in, it_staff, school, django_assert_max_num_queries, address):
    client = signed_in(it_staff)
    by = Actor(it_staff, Channel.PAGE)
    make_project(school, trade=Trade.PRESENTATION)  # which has to wait for others
    _fill(school, by, 1)
    with django_assert_max_num_queries(75) as one:
        client.get(address)
    _fill(school, by, 2)
    _fill(make_school(), by, 1)
    with django_assert_max_num_queries(75) as three:
        client.get(address)

    assert len(three) == len(one)


def _fill(school, by, number):
    for n in range(number):
        room = make_room(school)
        device = make_devices(1, school=school, room=room, use=Use.ROOM)[0]
        change_device(device, by=by, on=date(2024, 4, 1 + n), status=DeviceStatus.IN_REPAIR)
    trade = list(Trade)[number]
    make_project(school, trade=trade)
    make_headcount(school, on=date(2023, 10, number), pupils=100 + number)
