"""Reports and lists as files: what is in them, and for whom."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from audit.actor import Actor
from inventory.services import change_device
from schools.enums import Role, TokenScope
from schools.tokens import create_token
from tests.factories import make_devices, make_headcount, make_project, make_room, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/reports/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTS = ["devices", "schools", "rooms", "headcounts", "models", "projects"]


@pytest.fixture
def stock(school, other_school):
    return make_devices(2, school=school) + make_devices(1, school=other_school)


def book(answer):
    """The workbook of an answer that is a file, and nothing that a browser would show."""
    content = b"".join(answer)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (200, XLSX, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment; filename")
    return load_workbook(BytesIO(content))


def column(answer, heading):
    rows = list(book(answer).active.values)
    at = rows[0].index(heading)
    return [row[at] for row in rows[1:]]


def test_reports_are_named_with_their_parameters(get, reader):
    status, body = get(reader, "reports/")

    assert (status, [one["name"] for one in body["reports"]]) == (200, ["progress", *LISTS])
    assert body["reports"][0] == {
        "name": "progress",
        "title": "Stand der Schulausstattung",
        "url": f"http://testserver{URL}progress/",
        "parameters": ["as_of", "compare_with", "known_at", "language"],
    }
    assert body["reports"][2]["parameters"] == ["as_of", "q", "school_type", "district", "ordering"]


def test_devices_are_those_of_the_day_and_of_the_filter(api, it_staff, stock, school, other_school):
    change_device(stock[0], by=Actor(it_staff), on=date(2024, 6, 1), school=other_school)
    client = api(it_staff)

    assert column(client.get(f"{URL}lists/devices/"), "Schulnummer").count("100100") == 1
    assert column(client.get(f"{URL}lists/devices/", {"as_of": "2024-05-31"}), "Schulnummer").count("100100") == 2
    assert column(client.get(f"{URL}lists/devices/", {"school": "100200"}), "Schulnummer") == ["100200"] * 2


@pytest.mark.parametrize("name", LISTS)
def test_every_list_goes_out(api, it_staff, stock, school, name):
    make_room(school)
    make_headcount(school, pupils=3)
    make_project(school)

    assert len(list(book(api(it_staff).get(f"{URL}lists/{name}/")).active.values)) > 1


def test_school_gets_its_own_rows_without_prices(api, school_admin, it_staff, stock):
    own, everything = (
        list(book(api(user).get(f"{URL}lists/devices/")).active.values) for user in (school_admin, it_staff)
    )

    assert (len(own), len(everything)) == (3, 4)
    assert set(everything[0]) - set(own[0]) == {"Finanzierung", "Preis"}
    assert column(api(school_admin).get(f"{URL}lists/schools/"), "Schulnummer") == ["100100"]


def test_token_for_one_school_gets_that_school(api, it_staff, stock, school):
    _row, plain = create_token(it_staff, "eng", by=Actor(it_staff), school=school, scope=TokenScope.READ)

    assert column(api(token=plain).get(f"{URL}lists/devices/"), "Schulnummer") == ["100100"] * 2
    assert column(api(token=plain).get(f"{URL}lists/schools/"), "Schulnummer") == ["100100"]


def test_progress_is_about_the_schools_that_somebody_sees(api, reader, school_admin, school, other_school):
    names = {
        user: {str(cell) for sheet in book(api(user).get(f"{URL}progress/")) for row in sheet.values for cell in row}
        for user in (reader, school_admin)
    }
    assert {"Lindenschule", "Kastanienschule"} <= names[reader]
    assert "Lindenschule" in names[school_admin]
    assert "Kastanienschule" not in names[school_admin]


def test_progress_speaks_the_language_that_is_asked_for(api, reader, school):
    answer = api(reader).get(f"{URL}progress/", {"as_of": "2024-06-01", "compare_with": "2024-01-01", "language": "en"})

    assert answer["Content-Disposition"] == 'attachment; filename="progress-2024-06-01.xlsx"'
    assert book(answer).sheetnames


@pytest.mark.parametrize(
    ("path", "parameters", "problem"),
    [
        ("progress/", {"as_of": "31.02.2024"}, ("as_of", "invalid")),
        ("progress/", {"as_of": "1980-01-01"}, ("as_of", "too_early")),
        ("progress/", {"known_at": "2999-01-01T00:00"}, ("known_at", "future")),
        ("progress/", {"as_of": "2024-01-01", "compare_with": "2024-01-01"}, ("compare_with", "order")),
        ("progress/", {"language": "fr"}, ("language", "invalid_choice")),
        ("progress/", {"school": "100100"}, ("school", "unknown_parameter")),
        ("lists/devices/", {"status": "nonsense"}, ("status", "invalid_choice")),
        ("lists/devices/", {"school": "999999"}, ("school", "invalid_choice")),
        ("lists/rooms/", {"q": "x"}, ("q", "unknown_parameter")),
        ("lists/schools/", {"school_type": "99"}, ("school_type", "invalid_choice")),
    ],
)
def test_wrong_parameters_are_refused(api, reader, refused, path, parameters, problem):
    assert refused(api(reader).get(URL + path, parameters), 400) == [problem]


def test_school_of_others_is_as_unknown_as_none(api, school_admin, other_school, school):
    foreign, none = (
        api(school_admin).get(f"{URL}lists/devices/", {"school": number}).json() for number in ("100200", "999999")
    )
    assert foreign == none


def test_day_ahead_is_refused(api, reader, refused):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert refused(api(reader).get(f"{URL}lists/devices/", {"as_of": tomorrow}), 400) == [("as_of", "future")]


def test_unknown_list_is_not_there(api, reader, refused):
    assert refused(api(reader).get(f"{URL}lists/nonsense/"), 404) == []


@pytest.mark.parametrize("path", ["", "progress/", "lists/devices/"])
def test_files_need_the_right_to_export(api, outsider, school, refused, path):
    teacher = make_user("lena", role=Role.SCHOOL_READER, school=school)

    assert refused(api(outsider).get(URL + path), 403) == []
    assert refused(api(teacher).get(URL + path), 403) == []
    assert refused(api().get(URL + path), 401) == []
