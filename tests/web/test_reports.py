"""The figures of a day and the workbooks that go out: what is in them, and who gets what."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from inventory.services import change_device, record_tests, update_details, update_models
from schools.enums import Role
from schools.services import Address, add_site, place_school
from tests.factories import (
    DAY,
    an_act,
    make_device,
    make_devices,
    make_headcount,
    make_model,
    make_project,
    make_room,
    make_school,
    make_user,
)
from tests.imports.workbooks import import_file
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
PAGE, PROGRESS, EXPORT = "/reports/", "/reports/progress/", "/devices/export/"


@pytest.fixture
def page(signed_in, it_staff) -> Client:
    client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def saved(response, tmp_path, name="out.xlsx"):
    assert response.status_code == 200, response.content
    assert response["Content-Disposition"].startswith("attachment")
    path = tmp_path / name
    path.write_bytes(b"".join(response.streaming_content))
    return path


def cells(path, sheet=0):
    book = load_workbook(path)
    return [list(row) for row in book[book.sheetnames[sheet]].iter_rows(values_only=True)]


def figure(response, label):
    """Value, unit, kind and reference of the figure."""
    rows = [row for row in tables(response)[0][1:] if row[0].startswith(label)]
    assert len(rows) == 1, rows
    return rows[0][1:]


def test_figures_are_those_of_the_day(page, school):
    make_headcount(school, pupils=321)
    make_devices(2, school=school, model=make_model("Board 75", category="board"), on=date(2024, 3, 1))
    before = page.get(PAGE, {"as_of": "2024-02-01"})
    after = page.get(PAGE, {"as_of": "2024-05-01"})

    board = "Digital boards in service"
    assert [figure(one, board)[0] for one in (before, after)] == ["unknown", "2"]
    assert figure(after, "Pupils Pupils of all")[:3] == ["321", "pupils", "stock on the day"]
    assert "Figures as of" in text(after)


def test_figures_as_known_earlier_leave_out_what_came_later(page, school):
    make_devices(2, school=school, model=make_model("Board 75", category="board"), on=date(2024, 3, 1))
    earlier = (timezone.localtime() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    response = page.get(PAGE, {"as_of": "2024-05-01", "known_at": earlier})
    assert figure(response, "Digital boards in service")[0] != "2"
    assert "as known at" in text(response)


def test_unusable_days_give_today_and_a_sentence(page, school):
    response = page.get(PAGE, {"as_of": "gestern", "known_at": "2999-01-01T00:00"})
    assert response.status_code == 200
    assert "is not a date. Shown is today." in text(response)
    assert "What will be known in the future cannot be shown." in text(response)


def test_progress_workbook_is_downloaded(page, school, tmp_path):
    make_headcount(school, pupils=321)
    make_project(school)
    response = page.get(PROGRESS, {"as_of": "2024-05-01", "compare_with": "2024-01-01", "language": "en"})
    assert 'filename="progress-2024-05-01.xlsx"' in response["Content-Disposition"]
    path = saved(response, tmp_path)
    assert load_workbook(path).sheetnames == [
        "Cover",
        "Completion",
        "Gaps",
        "Devices",
        "Construction sites",
        "Charts",
        "Definitions",
    ]
    assert any(school.name in map(str, row) for row in cells(path, 1))


def test_progress_with_wrong_days_is_asked_again(page, school):
    ahead = timezone.localdate() + timedelta(days=3)
    response = page.get(PROGRESS, {"as_of": ahead.isoformat(), "language": "en"})
    assert response["Content-Type"].startswith("text/html")
    assert "The day lies in the future." in text(response)
    turned = page.get(PROGRESS, {"as_of": "2024-01-01", "compare_with": "2024-05-01", "language": "en"})
    assert "Choose a day before the as-of date." in text(turned)


def test_progress_of_a_school_tells_nothing_of_others(signed_in, school, other_school, school_admin, tmp_path):
    for one in (school, other_school):
        make_devices(2, school=one)
        make_project(one)
    path = saved(signed_in(school_admin).get(PROGRESS, {"as_of": "2024-05-01", "language": "de"}), tmp_path)
    content = " ".join(str(cell) for sheet in range(7) for row in cells(path, sheet) for cell in row)
    assert school.name in content
    assert other_school.name not in content


def test_figures_of_a_school_count_its_own(signed_in, school, other_school, school_admin):
    model = make_model("Board 75", category="board")
    make_devices(1, school=school, model=model)
    make_devices(2, school=other_school, model=model)
    client = signed_in(school_admin)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert figure(client.get(PAGE, {"as_of": "2024-05-01"}), "Digital boards in service")[0] == "1"


def test_device_list_goes_out_with_its_filters(page, school, other_school, tmp_path):
    make_devices(2, school=school)
    make_devices(3, school=other_school)
    assert len(cells(saved(page.get(EXPORT), tmp_path))) == 1 + 5
    rows = cells(saved(page.get(EXPORT, {"school": other_school.number}), tmp_path))
    assert len(rows) == 1 + 3
    assert {row[rows[0].index("School number")] for row in rows[1:]} == {other_school.number}
    assert links(page.get(PAGE))["All 5 devices"] == EXPORT


def test_exported_devices_come_back_without_a_change(page, school, tmp_path):
    make_devices(3, school=school)
    path = saved(page.get(EXPORT), tmp_path)
    result = import_file(path, "--kind", "devices", "--dry-run")
    assert result.counts == (0, 0, 3, 0, 0)


def test_past_day_exports_where_devices_were_then(page, school, tmp_path):
    make_device(school=school, on=date(2024, 3, 1))
    assert len(cells(saved(page.get(EXPORT, {"as_of": "2024-02-01"}), tmp_path))) == 1
    assert len(cells(saved(page.get(EXPORT, {"as_of": "2024-05-01"}), tmp_path))) == 2


def test_school_exports_its_own_devices_without_prices(signed_in, school, other_school, school_admin, tmp_path):
    make_devices(1, school=school)
    make_devices(2, school=other_school)
    client = signed_in(school_admin)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    rows = cells(saved(client.get(EXPORT), tmp_path))
    assert len(rows) == 2
    assert "Price" not in rows[0]
    other = cells(saved(client.get(EXPORT, {"school": other_school.number}), tmp_path))
    assert len(other) == 1


def test_school_never_learns_where_its_device_was_before(signed_in, by, school, other_school, school_admin, tmp_path):
    device = make_device(school=other_school, on=date(2024, 3, 1))
    change_device(device, by=by, on=date(2024, 4, 1), school=school)
    client = signed_in(school_admin)
    assert len(cells(saved(client.get(EXPORT, {"as_of": "2024-03-15"}), tmp_path))) == 1
    assert len(cells(saved(client.get(EXPORT, {"as_of": "2024-04-15"}), tmp_path))) == 2


def test_school_exports_no_notes_and_tests_of_what_has_left(
    signed_in, it_staff, by, school, other_school, school_admin, tmp_path
):
    laptop = make_model("Latitude", category="laptop")
    stays, leaves = make_devices(2, school=school, model=laptop, on=date(2024, 3, 1))
    for device in (stays, leaves):
        update_details({device.pk: {"note": f"Notiz {device}"}}, an_act())
        record_tests({device.pk: date(2024, 3, 2)}, an_act())
    change_device(leaves, by=by, on=date(2024, 4, 1), school=other_school)

    def told(user):
        client = signed_in(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        head, *rows = cells(saved(client.get(EXPORT, {"as_of": "2024-03-15"}), tmp_path))
        columns = [head.index(name) for name in ("Asset tag", "Note", "Last electrical test")]
        return [(row[columns[0]], row[columns[1]] or "", bool(row[columns[2]])) for row in rows]

    full = [(str(device), f"Notiz {device}", True) for device in (stays, leaves)]
    assert told(it_staff) == full
    assert told(school_admin) == [full[0], (str(leaves), "", False)]


LISTS = ("schools", "rooms", "headcounts", "models", "projects")


def list_of(client: Client, tmp_path, name: str, **query: str) -> list[dict]:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    head, *rows = cells(saved(client.get(f"{PAGE}lists/{name}/", query), tmp_path, f"{name}.xlsx"))
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
def two_schools(school, other_school):
    for one in (school, other_school):
        make_room(one, "101")
        make_headcount(one, pupils=100)
        make_project(one)
    update_models({make_model().pk: {"price": Decimal("399.90")}}, an_act())


def test_lists_tell_a_school_only_what_is_its_own(signed_in, two_schools, school, other_school, school_admin, tmp_path):
    add_site(other_school, Address("Lindenweg 9", "46001"), an_act())
    place_school(school, Address("Lindenweg 9", "46001"), an_act())
    make_project(school, trade="lan")  # at a site that both use
    client = signed_in(school_admin)
    told = {name: list_of(client, tmp_path, name) for name in LISTS}
    assert [len(told[name]) for name in LISTS] == [1, 1, 1, 1, 2]
    named = {row["School"] for name in LISTS if name != "models" for row in told[name]}
    assert named == {school.name}
    assert "Price" not in told["models"][0]


def test_lists_follow_the_filters_of_their_pages(page, two_schools, other_school, tmp_path):
    assert [row["School"] for row in list_of(page, tmp_path, "schools", q="kasta")] == [other_school.name]
    assert len(list_of(page, tmp_path, "projects")) == 2
    rows = list_of(page, tmp_path, "projects", school=other_school.number)
    assert [(row["School"], row["Trade"]) for row in rows] == [(other_school.name, "fibre")]
    assert list_of(page, tmp_path, "projects", as_of="2020-01-01") == []
    assert list_of(page, tmp_path, "headcounts", as_of="2020-01-01") == []
    assert list_of(page, tmp_path, "models")[0]["Price"] == 399.9


@pytest.mark.parametrize("name", LISTS)
def test_exported_lists_come_back_without_a_change(page, two_schools, tmp_path, name: str):
    rows = list_of(page, tmp_path, name)
    result = import_file(tmp_path / f"{name}.xlsx", "--dry-run")
    assert (result["kind"], result.counts) == (name, (0, 0, len(rows), 0, 0))


def test_lists_are_linked_with_the_filters_of_the_page(page, two_schools):
    assert links(page.get("/schools/", {"q": "kasta", "page": "1"}))["Export"] == f"{PAGE}lists/schools/?q=kasta"
    assert links(page.get("/projects/", {"trade": "fibre"}))["Export"] == f"{PAGE}lists/projects/?trade=fibre"
    here = links(page.get(PAGE))
    titles = {"rooms": "Rooms", "headcounts": "Headcounts", "models": "Device models"}
    assert [here[title] for title in titles.values()] == [f"{PAGE}lists/{name}/" for name in titles]


def test_list_that_does_not_exist_is_not_found(page):
    assert page.get(f"{PAGE}lists/devices/").status_code == 404


def test_people_without_the_right_are_kept_out(client, signed_in, outsider, school):
    for address in (PAGE, PROGRESS, EXPORT):
        assert client.get(address)["Location"].startswith("/login/")
    readers = [outsider, make_user("rita", role=Role.SCHOOL_READER, school=school)]
    for user in readers:
        assert [signed_in(user).get(address).status_code for address in (PAGE, PROGRESS, EXPORT)] == [403] * 3


def test_page_takes_the_same_queries_for_one_and_three_schools(page, django_assert_max_num_queries):
    counts = []
    for number in (1, 2):
        for _n in range(number):
            school = make_school()
            make_headcount(school, pupils=100)
            make_devices(2, school=school)
            make_project(school)
        with django_assert_max_num_queries(40) as queries:
            page.get(PAGE, {"as_of": "2024-05-01"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_workbook_shows_the_schools_and_sheets_that_were_chosen(signed_in, manager, school, other_school):
    query = {"as_of": DAY.isoformat(), "language": "de", "parts": ["completion"], "schools": [other_school.number]}
    answer = signed_in(manager).get(reverse("web:report_progress"), query)
    book = load_workbook(BytesIO(answer.getvalue()))
    assert book.sheetnames == ["Deckblatt", "Erfüllungsstand", "Lücken", "Definitionen"]
    assert [book["Erfüllungsstand"].cell(6, 1).value, book["Erfüllungsstand"].cell(7, 1).value] == [
        other_school.number,
        "",
    ]


def test_charts_alone_are_refused(signed_in, manager):
    query = {"as_of": DAY.isoformat(), "language": "de", "parts": ["charts"]}
    page = signed_in(manager).get(reverse("web:report_progress"), query)
    assert list(page.context["form"].errors) == ["parts"]


def test_school_that_one_may_not_see_cannot_be_chosen(signed_in, school_admin, school, other_school):
    query = {"as_of": DAY.isoformat(), "language": "de", "schools": [other_school.number]}
    page = signed_in(school_admin).get(reverse("web:report_progress"), query)
    assert list(page.context["form"].errors) == ["schools"]
    assert other_school.name not in page.content.decode()
