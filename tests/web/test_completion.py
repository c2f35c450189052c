"""The page of completion, its files and the course on the page of a school."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from rollout.models import Requirement
from schools.models import School
from tests.factories import make_devices, make_headcount, make_school
from web.trend_chart import chart_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def schools() -> list[School]:
    """One of ten missing in the north, nothing known in the south; only pupils' devices are required."""
    Requirement.objects.exclude(key="pupil_devices").delete()
    north = make_school("Nordschule", number="100001", district="Nord")
    south = make_school("Südschule", number="100002", district="Süd")
    today = timezone.localdate()
    make_headcount(north, on=today - timedelta(days=800), pupils=30)
    make_devices(9, school=north, on=today - timedelta(days=40))
    return [north, south]


def texts(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/completion/{query}", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def manager_client(client: Client, manager) -> Client:
    client.force_login(manager)
    return client


@pytest.mark.usefixtures("schools")
def test_groups_show_city_type_and_districts(manager_client: Client) -> None:
    answer = manager_client.get("/completion/")
    rows = [(row.label, len(row.group.schools), row.grade and str(row.grade)) for row in answer.context["groups"]]
    assert [row[1:] for row in rows] == [(2, "90.0"), (2, "90.0"), (1, "90.0"), (1, None)]
    assert [row[0] for row in rows[2:]] == ["Nord", "Süd"]


@pytest.mark.usefixtures("schools")
def test_number_leads_to_its_schools(manager_client: Client) -> None:
    answer = manager_client.get("/completion/?requirement=pupil_devices&state=unknown")
    assert [row.school.number for row in answer.context["page_obj"]] == ["100002"]
    assert "/schools/100002/requirements/pupil_devices/" in answer.content.decode()
    assert [r.school.number for r in manager_client.get("/completion/?district=Nord").context["page_obj"]] == ["100001"]


@pytest.mark.usefixtures("schools")
def test_course_is_drawn_and_written_beside(manager_client: Client) -> None:
    answer = manager_client.get("/completion/?months=12&district=Nord&lines=pupil_devices")
    rows = answer.context["trend_rows"]
    today = next(row for row in rows if row["on"] == timezone.localdate())
    assert [str(value) for value in today["values"]] == ["90.0", "90.0"]
    assert [row["is_forecast"] for row in rows[:3]] == [True, True, True]
    assert sum(not row["is_forecast"] for row in rows) == 13
    assert str(rows[-1]["values"][0]) == "0.0"
    html = answer.content.decode()
    assert html.count("<polyline") == 4
    assert html.count("trend__line--forecast") == 2


@pytest.mark.usefixtures("schools")
def test_what_is_unknown_is_neither_drawn_nor_nought(manager_client: Client) -> None:
    answer = manager_client.get("/completion/?district=S%C3%BCd")
    assert {row["values"][0] for row in answer.context["trend_rows"]} == {None}
    assert answer.context["chart"] is None
    assert "<polyline" not in answer.content.decode()
    assert chart_of([]) is None


@pytest.mark.usefixtures("schools")
def test_day_to_come_is_marked_as_forecast(manager_client: Client) -> None:
    day = timezone.localdate() + timedelta(days=60)
    answer = manager_client.get(f"/completion/?as_of={day}")
    assert (answer.context["day"], answer.context["outlook"].is_forecast) == (day, True)
    too_far = manager_client.get("/completion/?as_of=2990-01-01")
    assert (too_far.status_code, too_far.context["outlook"].is_forecast) == (200, False)


@pytest.mark.parametrize(
    "query", ["?months=7&level=x&type=99&state=x&requirement=x&lines=x", "?district=Atlantis", "?as_of=gestern"]
)
@pytest.mark.usefixtures("schools")
def test_wrong_parameters_show_a_page(manager_client: Client, query: str) -> None:
    assert manager_client.get(f"/completion/{query}").status_code == 200


@pytest.mark.usefixtures("schools")
def test_school_admin_sees_the_own_school_alone(client: Client, outsider, school_admin) -> None:
    client.force_login(outsider)
    assert list(client.get("/completion/").context["page_obj"]) == []
    client.force_login(school_admin)
    numbers = {row.school.number for row in client.get("/completion/").context["page_obj"]}
    assert numbers & {"100001", "100002"} == set()


@pytest.mark.usefixtures("schools")
def test_workbook_and_csv_hold_all_schools(manager_client: Client) -> None:
    answer = manager_client.get("/completion/workbook/")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    sheets = [[[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)] for sheet in book.worksheets]
    assert [row[1:3] for row in sheets[0]] == [[2, 0.9], [2, 0.9], [1, 0.9], [1, None]]
    assert [(row[0], row[6], row[7], row[9]) for row in sheets[3]] == [
        ("100001", 10, 9, 1),
        ("100002", None, None, None),
    ]
    csv = b"".join(manager_client.get("/completion/csv/").streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    lines = [line.split(";") for line in csv.splitlines()]
    assert [(line[0], line[6], line[11]) for line in lines[1:]] == [("100001", "10", "90,0"), ("100002", "", "")]


def test_page_asks_no_more_for_three_schools(manager_client: Client, schools: list[School]) -> None:
    def queries() -> int:
        manager_client.get("/completion/")
        with CaptureQueriesContext(connection) as asked:
            manager_client.get("/completion/")
        return len(asked)

    before = queries()
    make_headcount(make_school(district="West"), pupils=10)
    assert queries() == before


def test_school_page_shows_its_course(manager_client: Client, schools: list[School]) -> None:
    answer = manager_client.get("/schools/100001/?months=12")
    assert sum(not row["is_forecast"] for row in answer.context["trend_rows"]) == 13
    assert answer.context["chart"] is not None
    assert answer.context["reached"].startswith(("No date", "Kein Termin"))


def test_rest_answers_groups_course_and_forecast(manager_client: Client, schools: list[School]) -> None:
    answer = manager_client.get("/api/v1/completion/outlook/?months=1").json()
    assert list(answer) == ["as_of", "known_at", "level", "is_forecast", "standard", "groups", "course", "schools"]
    assert answer["groups"][2] == {
        "kind": "district",
        "key": "Nord",
        "schools": 1,
        "grade": 90,
        "without_grade": 0,
        "complete": 0,
        "expected": 0,
        "last_on": None,
        "without_date": 1,
    }
    assert [point["grade"] for point in answer["course"]][:2] == [90, 90] if schools else []
    north = answer["schools"][0]
    assert (north["number"], north["state"], north["requirements"][0]["state"]) == ("100001", "unknown", "unknown")
