"""Pages of figures: value, sentence, records, files; and the pages that compare two reports."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.actor import Actor
from inventory.enums import DeviceStatus
from inventory.services import change_device
from reports.figures import FIGURES
from reports.publishing import correct_publication, create_publication, publish
from schools.models import School
from tests.factories import DAY, make_devices, make_project
from tests.factories_money import make_cost
from tests.web.pages import links, text

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)


def page(client: Any, user: Any, name: str, *args: Any, **query: Any) -> Any:
    client.force_login(user)
    return client.get(reverse(f"web:{name}", args=args), query)


def test_figure_page_shows_value_sentence_and_the_first_records(client: Any, manager: Any, school: School):
    make_devices(60, school=school)
    answer = page(client, manager, "figure_detail", "devices_in_service", as_of=LATER.isoformat())
    context = answer.context
    assert (context["value"].value, len(context["rows"]), context["page_obj"].paginator.count) == (60, 50, 60)
    assert context["sentence"]
    assert context["rows"][0].url.startswith("/devices/")
    assert context["list_url"] == f"/devices/?status_group=counts&as_of={LATER}"
    listed = client.get(context["list_url"])
    assert listed.context["page_obj"].paginator.count == 60


def test_figure_page_opens_for_every_declared_figure(client: Any, manager: Any, school: School):
    make_devices(1, school=school)
    make_project(school)
    make_cost("1.00", trade="lan")
    codes = {one.key: page(client, manager, "figure_detail", one.key).status_code for one in FIGURES}
    assert codes == dict.fromkeys(codes, 200)


def test_figure_page_knows_the_day_the_instant_and_the_window(client: Any, manager: Any, school: School):
    make_devices(2, school=school)
    question = {"as_of": LATER.isoformat(), "since": (DAY + timedelta(days=1)).isoformat()}
    assert page(client, manager, "figure_detail", "put_into_service", **question).context["value"].value == 0
    question |= {"since": DAY.isoformat()}
    assert page(client, manager, "figure_detail", "put_into_service", **question).context["value"].value == 2
    question |= {"known_at": "2024-01-01T00:00"}
    assert page(client, manager, "figure_detail", "put_into_service", **question).context["value"].value is None
    wrong = page(client, manager, "figure_detail", "put_into_service", as_of="2024-03-01", since="2024-05-01")
    assert wrong.context["form"].errors.keys() == {"since"}


def test_figure_page_is_about_the_schools_that_somebody_sees(
    client: Any, school_admin: Any, manager: Any, school: School, other_school: School
):
    make_devices(2, school=school)
    make_devices(3, school=other_school)
    values = {
        user: page(client, user, "figure_detail", "devices_in_service").context["value"].value
        for user in (school_admin, manager)
    }
    assert values == {school_admin: 2, manager: 5}
    of_one = page(client, manager, "figure_detail", "devices_in_service", school=other_school.number)
    assert of_one.context["value"].value == 3
    foreign = page(client, school_admin, "figure_detail", "devices_in_service", school=other_school.number)
    assert foreign.context["value"].value is None


def test_figure_that_is_not_declared_or_not_for_the_person_is_not_found(client: Any, school_admin: Any, reader: Any):
    assert page(client, reader, "figure_detail", "nothing").status_code == 404
    assert page(client, reader, "figure_detail", "works_paid").status_code == 404
    assert page(client, school_admin, "figure_records", "works_paid", "xlsx").status_code == 404
    assert page(client, school_admin, "figure_records", "devices_in_service", "pdf").status_code == 404


def test_files_have_all_records_and_not_those_of_the_page(client: Any, manager: Any, school: School):
    make_devices(60, school=school)
    books = {
        form: page(client, manager, "figure_records", "devices_in_service", form, page=2) for form in ("xlsx", "csv")
    }
    content = {form: b"".join(answer.streaming_content) for form, answer in books.items()}
    assert load_workbook(BytesIO(content["xlsx"])).worksheets[0].max_row == 61
    assert len(content["csv"].decode("utf-8-sig").splitlines()) == 61
    assert books["csv"]["Content-Disposition"].endswith('.csv"')


def test_every_figure_of_the_reports_and_the_overview_leads_to_its_page(client: Any, manager: Any, school: School):
    make_devices(1, school=school)
    reports = page(client, manager, "report_list", as_of=LATER.isoformat())
    urls = [f"/reports/figures/{one.figure.key}/?as_of={LATER}" for one in reports.context["values"]]
    assert [url for url in urls if f'href="{url}"' not in reports.content.decode()] == []
    overview = page(client, manager, "dashboard", type=school.school_type)
    urls = [f"/reports/figures/{one.figure.key}/?type={school.school_type}" for one in overview.context["tiles"]]
    assert [url for url in urls if f'href="{url}"' not in overview.content.decode()] == []
    tile, of_type = overview.context["tiles"][0], client.get(urls[0])
    assert of_type.context["value"].value == tile.value == 1


def test_page_of_records_takes_the_same_number_of_queries(client: Any, manager: Any, school: School):
    numbers = []
    page(client, manager, "figure_detail", "devices_in_service")
    for _round in range(2):
        make_devices(1 + _round, school=school)
        with CaptureQueriesContext(connection) as queries:
            client.get("/reports/figures/devices_in_service/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


# --- comparison -------------------------------------------------------------------------------------------------------


def test_comparison_shows_what_differs_and_names_the_late_booking(
    client: Any, manager: Any, it_staff: Any, school: School
):
    make_devices(1, school=school)
    published = timezone.localtime()
    (late,) = make_devices(1, school=school, status=DeviceStatus.IN_STOCK)
    change_device(late, by=Actor(it_staff), on=DAY + timedelta(days=1), status=DeviceStatus.IN_SERVICE)
    question = {
        "with": (DAY + timedelta(days=5)).isoformat(),
        "with_known_at": published.strftime("%Y-%m-%dT%H:%M:%S.%f"),
        "as_of": LATER.isoformat(),
    }
    answer = page(client, manager, "report_compare", **question)
    lines = {one.figure.key: one for one in answer.context["lines"]}
    assert lines["devices_in_service"].late == 1
    assert all(line.has_changed for line in lines.values())
    everything = page(client, manager, "report_compare", **question, all="1")
    assert len(everything.context["lines"]) == everything.context["number"] > len(lines)
    detail = page(client, manager, "figure_compare", "devices_in_service", **question)
    assert str(late) in text(detail)
    assert it_staff.get_username() in text(detail)
    book = page(client, manager, "figure_compare_workbook", "devices_in_service", **question)
    rows = load_workbook(BytesIO(b"".join(book.streaming_content))).worksheets[0].max_row
    assert rows == 2


def test_comparison_begins_with_the_last_published_report(client: Any, manager: Any, school: School):
    make_devices(1, school=school)
    by = Actor(manager)
    values = {"title": "Sachstand", "committee": "Ausschuss", "as_of": DAY, "choices": ["devices_in_service:exact"]}
    first = publish(create_publication(by=by, session_on=LATER, **values), by=by)
    last = publish(correct_publication(first, by=by, correction="Zahl"), by=by)
    make_devices(2, school=school)
    offered = page(client, manager, "report_compare")
    (address,) = (url for name, url in links(offered).items() if "“Sachstand”" in name or "„Sachstand“" in name)
    answer = client.get(f"/reports/compare/{address}")
    asked, form = answer.context["comparison"].asked, answer.context["form"]
    assert (asked.before, asked.before_known_at) == (DAY, last.known_at)
    field = form["before_known_at"]
    shown = datetime.fromisoformat(field.field.widget.format_value(field.value()))
    assert timedelta(0) <= timezone.make_aware(shown) - last.known_at < timedelta(milliseconds=1)


def test_comparison_without_a_question_is_of_three_months(client: Any, manager: Any):
    answer = page(client, manager, "report_compare")
    asked = answer.context["comparison"].asked
    assert (asked.as_of, 80 < (asked.as_of - asked.before).days < 100) == (timezone.localdate(), True)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"with": "2024-05-01", "as_of": "2024-04-01"}, "before"),
        ({"with": "gestern", "as_of": "2024-04-01"}, "before"),
        ({"with": "2024-03-01", "as_of": "2999-04-01"}, "as_of"),
        ({"with": "2024-03-01", "as_of": "2024-04-01", "known_at": "2024-04-02T10:00"}, "before_known_at"),
        ({"with": "2024-03-01", "as_of": "2024-04-01", "with_known_at": "2999-04-02T10:00"}, "before_known_at"),
        ({"with": "2024-03-01", "as_of": "2024-04-01", "since": "2024-03-02"}, "since"),
    ],
)
def test_comparison_says_what_is_wrong_with_the_question(client: Any, manager: Any, question: Any, field: str):
    answer = page(client, manager, "report_compare", **question)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert page(client, manager, "figure_compare", "devices_in_service", **question).status_code == 404
    assert page(client, manager, "report_compare_workbook", **question).status_code == 404
