"""The overview: heat map, totals, chart, and for whom it shows what."""

import re
from datetime import date
from html import unescape

import pytest

from inventory.enums import DeviceStatus, Use
from rollout.enums import ProjectStatus
from schools.enums import Role, SchoolType
from schools.models import School
from schools.services import Address, create_schools
from tests.factories import (
    an_act,
    make_devices,
    make_headcount,
    make_model,
    make_project,
    make_room,
    make_school,
    make_user,
)
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db

COLUMNS = [
    "Pupil devices",
    "Teacher devices",
    "Presentation technology",
    "Share of digital boards",
    "WLAN access points",
    "Fibre to the site",
    "Bandwidth",
    "Mobile devices under MDM",
    "Valid electrical test",
    "Current media concept",
]


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def city():
    """Linden has 9 of 30 pupil devices, half of its boards and is being dug up; of Ahorn nothing is known."""
    linden = make_school("Lindenschule", number="100100", short_name="GS Linden")
    make_headcount(linden, pupils=90)
    make_devices(9, school=linden, is_managed=True)
    make_devices(4, school=linden, status=DeviceStatus.DELIVERED)
    rooms = [make_room(linden) for _ in range(4)]
    board = make_model("ActivPanel", manufacturer="Promethean", category="board")
    for room in rooms[:2]:
        make_devices(1, school=linden, model=board, room=room, use=Use.ROOM)
    make_project(linden, status=ProjectStatus.UNDER_CONSTRUCTION)
    make_school("Ahorn-Gymnasium", number="100200", school_type=SchoolType.GYMNASIUM)
    return linden


def _get(client, **query):
    response = client.get("/", query)
    assert response.status_code == 200
    return response


def test_heat_map_shows_every_school_and_requirement(signed_in, manager, city):
    heat, _chart = tables(_get(signed_in(manager)))

    assert heat == [
        ["School", "Type", "Grade", *COLUMNS],
        ["Ahorn-Gymnasium", "GY", "–", "?", "?", "?", "?", "?", "?", "?", "–", "–", "?"],
        ["GS Linden", "GS", "40.0 %", "30 %", "?", "50 %", "100 %", "0 %", "0 %", "?", "100 %", "0 %", "?"],
    ]


def test_heat_map_of_the_target_has_its_columns_too(signed_in, manager, city):
    heat, _chart = tables(_get(signed_in(manager), level="target"))

    assert [name for name in heat[0][3:] if name not in COLUMNS] == [
        "Pupil devices (target)",
        "Learning platform in use",
        "Live link to companies possible",
        "Co-working space",
        "Online counselling",
    ]


def test_cell_leads_to_the_requirement_of_the_school(signed_in, manager, city):
    page = links(_get(signed_in(manager), as_of="2024-03-02"))

    assert page["30 %"] == "/schools/100100/?as_of=2024-03-02#pupil_devices"
    assert page["GS Linden"] == "/schools/100100/?as_of=2024-03-02"


def test_progress_of_the_shown_day_is_one_click_away(signed_in, reader, outsider, city):
    page = links(_get(signed_in(reader), as_of="2024-03-02"), "content")
    none = links(_get(signed_in(outsider)), "content")

    assert page["Progress as Excel"] == "/reports/progress/?as_of=2024-03-02&language=en"
    assert signed_in(reader).get(page["Progress as Excel"]).status_code == 200
    assert "Progress as Excel" not in none


def test_totals_are_the_declared_figures(signed_in, manager, city):
    tiles = {tile.figure.key: tile.text for tile in _get(signed_in(manager)).context["tiles"]}

    assert tiles == {
        "devices_in_service": "11",
        "devices_on_the_way": "4",
        "boards_in_service": "2",
        "sites_under_construction": "1",
        "schools_finished": "0",
        "grade_basis": "40.0",
    }


def test_each_total_names_its_day(signed_in, manager, city):
    response = _get(signed_in(manager), as_of="2024-03-02")

    assert text(response, "figure-boards_in_service").startswith("Digital boards in service 2 as of 2 Mar 2024")


def test_past_day_knows_nothing_of_later(signed_in, manager, city):
    response = _get(signed_in(manager), as_of="2024-02-28")

    assert {tile.text for tile in response.context["tiles"]} == {"unknown", "0.0"}
    assert [row.cells[0].text for row in response.context["rows"]] == ["?", "0 %"]


def test_chart_counts_schools_by_state(signed_in, manager, city):
    _heat, chart = tables(_get(signed_in(manager)))

    assert chart[:3] == [
        ["Requirement", "", "met", "partly met", "not met", "not applicable", "unknown"],
        ["Pupil devices", "", "0", "1", "0", "0", "1"],
        ["Teacher devices", "", "0", "0", "0", "0", "2"],
    ]


def test_chart_bars_fill_their_width(signed_in, manager, city):
    columns = _get(signed_in(manager)).context["columns"]

    assert [(part["state"], part["x"], part["width"]) for part in columns[0].parts] == [
        ("met", "0.00", "0.00"),
        ("partly", "0.00", "50.00"),
        ("not_met", "50.00", "0.00"),
        ("not_applicable", "50.00", "0.00"),
        ("unknown", "50.00", "50.00"),
    ]


def test_school_type_narrows_everything(signed_in, manager, city):
    response = _get(signed_in(manager), type=SchoolType.GYMNASIUM)

    assert [row.school.number for row in response.context["rows"]] == ["100200"]
    assert [(one["short"], one["number"], one["is_current"]) for one in response.context["types"]] == [
        ("GS", 1, False),
        ("GY", 1, True),
    ]
    assert {tile.figure.key: tile.value for tile in response.context["tiles"]}["devices_in_service"] is None


@pytest.mark.parametrize(
    ("ordering", "numbers"),
    [
        ("", ["100200", "100100"]),
        ("-name", ["100100", "100200"]),
        ("grade", ["100100", "100200"]),
        ("-grade", ["100100", "100200"]),
        ("type", ["100100", "100200"]),
        ("nonsense", ["100200", "100100"]),
    ],
)
def test_rows_are_sorted_as_asked(signed_in, manager, city, ordering, numbers):
    rows = _get(signed_in(manager), ordering=ordering).context["rows"]

    assert [row.school.number for row in rows] == numbers


def test_large_authority_turns_over_and_still_counts_all(signed_in, manager):
    new = [
        (School(number=f"{200000 + n}", name=f"Schule {n:03}", school_type="02"), Address(f"Weg {n}", "46001", "X"))
        for n in range(203)
    ]
    create_schools(new, an_act())
    first, second = (_get(signed_in(manager), page=str(page)) for page in (1, 2))

    assert [len(page.context["rows"]) for page in (first, second)] == [200, 3]
    assert {row.school.number for page in (first, second) for row in page.context["rows"]} == {
        school.number for school, _address in new
    }
    assert first.context["number_of_schools"] == 203
    assert "page=2" in first.content.decode()


def test_outsider_sees_no_school_and_no_number(signed_in, outsider, city):
    response = _get(signed_in(outsider))

    assert (response.context["rows"], tables(response)) == ([], [])
    assert {tile.value for tile in response.context["tiles"]} == {None}


def test_reader_of_two_schools_sees_their_numbers_only(signed_in, city):
    second = make_school("Birkenschule", number="100300")
    make_devices(5, school=second, on=date(2024, 3, 1))
    user = make_user("zwei")
    for school in (second, make_school("Ulmenschule", number="100400")):
        user.memberships.create(role=Role.SCHOOL_READER, school=school)

    response = _get(signed_in(user))

    assert [row.school.number for row in response.context["rows"]] == ["100300", "100400"]
    assert {tile.figure.key: tile.value for tile in response.context["tiles"]}["devices_in_service"] == 5


def test_number_of_queries_does_not_grow(signed_in, manager, django_assert_max_num_queries):
    client = signed_in(manager)
    _fill(1)
    with django_assert_max_num_queries(60) as one:
        client.get("/")
    _fill(2)
    with django_assert_max_num_queries(60) as three:
        client.get("/")

    assert len(three) == len(one)


def _fill(number):
    for _ in range(number):
        school = make_school()
        make_headcount(school, pupils=90, teachers=8, classes=4)
        make_devices(2, school=school, room=make_room(school), use=Use.ROOM)
        make_project(school)


def test_each_number_of_the_chart_leads_to_the_schools_it_counts(signed_in, manager, city):
    client = signed_in(manager)
    addresses = re.findall(r'href="(\?requirement=[^"#]*)#heat-title"\s*>(\d+)<', client.get("/").content.decode())
    assert len(addresses) == len({address for address, _number in addresses}) > len(COLUMNS)
    for address, number in addresses:
        assert len(tables(client.get("/" + unescape(address)))[0]) - 1 == int(number)


def test_what_is_no_requirement_or_state_narrows_nothing(signed_in, manager, city):
    for query in ({"requirement": "boards", "state": "x"}, {"requirement": "x", "state": "met"}, {"state": "met"}):
        assert len(tables(_get(signed_in(manager), **query))[0]) == 3
