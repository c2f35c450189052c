"""Lists whose columns can be chosen, as page, xlsx and csv; views of them that are kept, shared and begun with."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from audit.actor import Actor
from inventory.enums import DeviceStatus
from inventory.services import book_delivery, update_models
from inventory.services.deliveries import Code
from reports.models import DefaultView, SavedView
from reports.tables import TABLES
from rollout.enums import ProjectStatus
from rollout.services import add_defect
from rollout.services.milestones import MilestoneFact, set_milestones
from schools.enums import Role
from tests.factories import (
    DAY,
    an_act,
    make_device,
    make_devices,
    make_headcount,
    make_model,
    make_order,
    make_project,
    make_room,
    make_school,
    make_user,
)
from tests.factories_money import make_cost
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
COLUMNS = {"columns": ["asset_tag", "status", "school"]}


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


def table_of(response) -> list[list[str]]:
    assert response.status_code == 200
    return tables(response, "list-table")[0]


def csv_of(response) -> list[list[str]]:
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    return [line.split(";") for line in lines]


def sheet_of(response) -> list[list]:
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def one_of_each(by: Actor) -> None:
    school = make_school()
    order = make_order(model=(model := make_model(school.number)))
    book_delivery(order, note_number="L1", delivered_on=DAY, serials=[Code(order.lines.get(), school.number)], by=by)
    make_device(school=school, model=model, room=make_room(school))
    make_headcount(school, pupils=100)
    project = make_project(school)
    set_milestones(project, [MilestoneFact(project.pk, ProjectStatus.ACCEPTED, DAY, DAY, DAY)], by=by)
    add_defect(project, by=by, text="Dose locker", found_on=DAY)
    make_cost("10.00", school=school)


def saved(client, name="mine", path="/lists/devices/save/?status=in_service&page=2", **values) -> SavedView:
    response = client.post(path, {"name": name, **values})
    assert response.status_code == 302, text(response, "content")
    return SavedView.objects.get(name=name)


def test_page_and_files_have_the_chosen_columns_of_the_whole_result(signed_in, manager, school):
    make_devices(60, school=school)
    make_device(school=None, status=DeviceStatus.DELIVERED)
    client = signed_in(manager)

    page = table_of(client.get("/lists/devices/", COLUMNS | {"status": "in_service"}))
    files = [client.get(f"/lists/devices/{form}/", COLUMNS | {"status": "in_service"}) for form in ("workbook", "csv")]
    book, lines = sheet_of(files[0]), csv_of(files[1])

    assert page[0] == book[0] == lines[0] == ["Asset tag", "Status", "School"]
    assert (len(page), len(book), len(lines)) == (51, 61, 61)
    assert page[1:] == [[cell or "" for cell in row] for row in book[1:51]] == lines[1:51]
    today = timezone.localdate().isoformat()
    assert [one["Content-Disposition"] for one in files] == [
        f'attachment; filename="devices-{today}.{ending}"' for ending in ("xlsx", "csv")
    ]


def test_rows_stand_together_by_group_with_the_size_of_the_whole_group(signed_in, manager, school, other_school):
    make_devices(60, school=school)
    make_devices(2, school=other_school)
    rows = table_of(signed_in(manager).get("/lists/devices/", {"columns": "serial", "group": "school"}))
    assert [row[0] for row in rows if len(row) == 1] == ["Kastanienschule 2", "Lindenschule 60"]
    assert rows[0] == ["Serial number", "School"]  # the column of the group is there without being asked for


def test_order_goes_both_ways_and_passes_over_what_does_not_exist(signed_in, manager, school):
    for name in ("102", "101"):
        make_room(school, name)
    client = signed_in(manager)

    def rooms(**query) -> list[str]:
        return [row[0] for row in table_of(client.get("/lists/rooms/", {"columns": "room"} | query))[1:]]

    assert rooms(ordering="room") == ["101", "102"]
    assert rooms(ordering="-room") == ["102", "101"]
    assert rooms(ordering="school__number", group="price", columns="secret") != []


def test_a_past_day_shows_the_list_of_that_day(signed_in, manager, school):
    make_device(school=school)
    client = signed_in(manager)
    assert len(table_of(client.get("/lists/devices/"))) == 2
    assert text(client.get("/lists/devices/", {"as_of": "2019-01-01"}), "list-table").startswith("0 rows")


@pytest.mark.parametrize("name", TABLES)
def test_every_list_takes_the_same_queries_however_long_it_is(signed_in, manager, name):
    columns = {"columns": [column.key for column in TABLES[name].columns]}
    client = signed_in(manager)

    def taken(number: int) -> int:
        for _ in range(number):
            one_of_each(Actor(manager))
        client.get(f"/lists/{name}/", columns)
        with CaptureQueriesContext(connection) as queries:
            table_of(client.get(f"/lists/{name}/", columns))
        return len(queries)

    assert taken(1) == taken(2)


def test_text_that_begins_a_formula_stays_text(signed_in, manager, school):
    make_room(school, "=1+1")
    rows = csv_of(signed_in(manager).get("/lists/rooms/csv/", {"columns": "room"}))
    assert rows[1:] == [["'=1+1"]]


def test_nobody_chooses_or_sorts_by_a_column_of_money_without_the_right(signed_in, reader, manager, school):
    update_models({make_model().pk: {"price": Decimal("399.90")}}, an_act())
    make_model("Galaxy", manufacturer="Samsung")
    query = {"columns": ["model", "price"], "ordering": "-price"}
    assert table_of(signed_in(manager).get("/lists/models/", query))[:2] == [["Model", "Price"], ["iPad 9", "399.90"]]
    assert table_of(signed_in(reader).get("/lists/models/", query))[:2] == [["Model"], ["iPad 9"]]
    assert signed_in(reader).get("/lists/costs/").status_code == 403
    assert signed_in(manager).get("/lists/unknown/").status_code == 404


# --- views ------------------------------------------------------------------------------------------------------------


def test_a_view_keeps_what_the_address_asks_of_the_list_and_nothing_else(signed_in, manager):
    path = "/lists/devices/save/?status=in_service&columns=serial&group=school&as_of=2024-04-01&page=2&utm=x"
    view = saved(signed_in(manager), path=path)
    assert (view.owner, view.list_name, view.is_shared) == (manager, "devices", False)
    assert view.query == "status=in_service&columns=serial&group=school&as_of=2024-04-01"
    assert signed_in(manager).get(f"/views/{view.pk}/").url == f"/lists/devices/?{view.query}&view={view.pk}"


def test_a_shared_view_opens_with_the_rights_of_the_reader(signed_in, manager, school_admin, school, other_school):
    make_device(school=school)
    make_device(school=other_school)
    view = saved(signed_in(manager), path="/lists/devices/save/?columns=school", is_shared="on")

    def schools(user) -> list[str]:
        return sorted(row[0] for row in table_of(signed_in(user).get(f"/views/{view.pk}/", follow=True))[1:])

    assert schools(manager) == ["Kastanienschule", "Lindenschule"]
    assert schools(school_admin) == ["Lindenschule"]


def test_private_views_and_those_of_hidden_lists_are_not_there_for_others(signed_in, manager, reader, it_staff):
    private = saved(signed_in(manager))
    costs = saved(signed_in(manager), "costs", "/lists/costs/save/", is_shared="on")
    for path in ("", "change/", "delete/"):
        assert signed_in(it_staff).get(f"/views/{private.pk}/{path}").status_code == 404
        assert signed_in(reader).get(f"/views/{costs.pk}/{path}").status_code == 404
    assert signed_in(it_staff).get(f"/views/{costs.pk}/change/").status_code == 403
    assert signed_in(it_staff).post(f"/views/{costs.pk}/keep/").status_code == 403
    assert "costs" in links(signed_in(it_staff).get("/views/"))
    assert not {"mine", "costs"} & set(links(signed_in(reader).get("/views/")))


def test_owner_renames_overwrites_and_deletes_a_view(signed_in, manager):
    client = signed_in(manager)
    view = saved(client)
    client.post(f"/views/{view.pk}/change/", {"name": "ours", "is_shared": "on"})
    client.post(f"/views/{view.pk}/keep/?status=delivered&group=school")
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("ours", True, "status=delivered&group=school")

    assert client.post(f"/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_name_is_used_once_per_list_and_person(signed_in, manager, it_staff):
    client = signed_in(manager)
    saved(client)
    again = client.post("/lists/devices/save/?status=delivered", {"name": "mine"})
    assert "You have a view of this list with this name already." in text(again, "content")
    saved(client, "mine too")
    assert client.post("/lists/rooms/save/", {"name": "mine"}).status_code == 302
    assert signed_in(it_staff).post("/lists/devices/save/", {"name": "mine"}).status_code == 302


def test_a_list_begins_with_the_view_that_somebody_chose(signed_in, manager, it_staff):
    view = saved(signed_in(manager), is_shared="on", is_default="on")
    address = f"/lists/devices/?status=in_service&view={view.pk}"
    assert [signed_in(manager).get(path).url for path in ("/devices/", "/lists/devices/")] == [address, address]
    assert signed_in(manager).get("/devices/?page=1").status_code == 200
    assert signed_in(manager).get("/devices/", headers={"HX-Request": "true"}).status_code == 200
    assert signed_in(it_staff).get("/devices/").status_code == 200

    signed_in(it_staff).post(f"/views/{view.pk}/begin/")
    assert signed_in(it_staff).get("/devices/").url == address
    signed_in(it_staff).post(f"/views/{view.pk}/begin/")
    assert list(DefaultView.objects.values_list("user", flat=True)) == [manager.pk]


def test_a_view_that_is_shared_no_longer_is_no_beginning_for_others(signed_in, manager, it_staff):
    view = saved(signed_in(manager), is_shared="on")
    signed_in(it_staff).post(f"/views/{view.pk}/begin/")
    signed_in(manager).post(f"/views/{view.pk}/change/", {"name": view.name})
    assert signed_in(it_staff).get("/devices/").status_code == 200


def test_views_tell_a_school_nothing_of_who_keeps_them(signed_in, manager, school_admin):
    saved(signed_in(manager), is_shared="on")
    assert "mara.leitung" in text(signed_in(make_user("rita", role=Role.READER)).get("/views/"), "content")
    assert "mara.leitung" not in text(signed_in(school_admin).get("/views/"), "content")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("schools", "/schools/"),
        ("projects", "/projects/"),
        ("orders", "/deliveries/"),
        ("costs", "/costs/"),
        ("rooms", "/lists/rooms/"),
    ],
)
def test_every_page_of_a_list_opens_its_own_default_view(signed_in, manager, name, path):
    client = signed_in(manager)
    saved(client, "others", "/lists/devices/save/", is_default="on")
    assert client.get(path).status_code == 200
    view = saved(client, path=f"/lists/{name}/save/", is_default="on")
    assert client.get(path).url == f"/lists/{name}/?view={view.pk}"
