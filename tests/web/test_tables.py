"""Lists whose columns can be chosen, as page, xlsx and csv; views of them that are kept, shared and begun with."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from audit.actor import Actor
from funding.enums import BindingStart
from hooks.services import create_webhook
from imports.services import upload_batch
from inventory.enums import DeviceStatus
from inventory.models import Device, DeviceModel
from inventory.services import book_delivery, report_defect, start_campaign, take_defect, update_models
from inventory.services.receipt import Code
from reports.enums import ListName
from reports.models import DefaultView, SavedView
from reports.publishing import create_publication
from reports.tables import TABLES
from rollout.enums import ProjectStatus
from rollout.services import add_defect, grant_waiver
from rollout.services.milestones import MilestoneFact, set_milestones
from schools.enums import Role
from schools.models import School
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
from tests.factories_money import make_cost, make_financing, make_programme
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
COLUMNS = {"columns": ["asset_tag", "status", "school"]}


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def administrator(db):
    return make_user("ada.technik", role=Role.ADMINISTRATOR)


@pytest.fixture
def auditor(db):
    return make_user("rolf.pruefung", role=Role.AUDITOR)


def table_of(response) -> list[list[str]]:
    """Without the boxes to tick."""
    assert response.status_code == 200
    rows: list[list[str]] = tables(response, "list-table")[0]
    return [row[1:] for row in rows] if rows[0][0] == "" else rows


def csv_of(response) -> list[list[str]]:
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    return [line.split(";") for line in lines]


def sheet_of(response) -> list[list]:
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def make_bound(school: School, model: DeviceModel) -> None:
    """A device that leaves its binding period soon."""
    until = timezone.localdate() + timedelta(99)
    programme = make_programme(binding_start=BindingStart.FIXED, binding_until=until)
    device = make_device(school=school, model=model)
    Device.objects.filter(pk=device.pk).update(financing=make_financing({programme: 100}))


def one_of_each(by: Actor) -> None:
    school = make_school()
    order = make_order(model=(model := make_model(school.number)))
    book_delivery(order, note_number="L1", delivered_on=DAY, serials=[Code(order.lines.get(), school.number)], by=by)
    device = make_device(school=school, model=model, room=make_room(school))
    take_defect(report_defect(device, by=by, kind="screen", on=DAY, text="Glas"), by=by, on=DAY)
    start_campaign(school, by=by, name=school.number, on=DAY)
    make_headcount(school, pupils=100)
    project = make_project(school)
    set_milestones(project, [MilestoneFact(project.pk, ProjectStatus.ACCEPTED, DAY, DAY, DAY)], by=by)
    add_defect(project, by=by, text="Dose locker", found_on=DAY)
    make_cost("10.00", school=school)
    make_bound(school, model)
    grant_waiver(school, "fibre", by=by, on=DAY, reason="Cable in the street is missing")
    upload_batch(BytesIO(b"Schulnummer"), name=f"{school.number}.csv", by=by, kind="schools")
    create_webhook(by.user, name=school.number, url="https://1.1.1.1/secret-part", by=by)
    days = {"session_on": DAY + timedelta(9), "as_of": DAY}
    create_publication(by=by, title=f"Report {school.number}", committee="Schools", blocks=[], choices=[], **days)


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
def test_every_list_takes_the_same_queries_however_long_it_is(signed_in, administrator, name):
    columns = {"columns": [column.key for column in TABLES[name].columns]}
    client = signed_in(administrator)

    def taken(number: int) -> int:
        for _ in range(number):
            one_of_each(Actor(administrator))
        client.get(f"/lists/{name}/", columns)
        with CaptureQueriesContext(connection) as queries:
            table_of(client.get(f"/lists/{name}/", columns))
        return len(queries)

    assert taken(1) == taken(2)


@pytest.mark.parametrize("name", TABLES)
def test_every_list_is_ordered_grouped_and_taken_away_as_it_is_shown(signed_in, administrator, name):
    one_of_each(Actor(administrator))
    one_of_each(Actor(administrator))
    client, table = signed_in(administrator), TABLES[name]
    columns = {"columns": [column.key for column in table.columns]}
    headings = [column.heading_en for column in table.columns]

    for query in [
        *({"ordering": sign + key} for key in table.paths for sign in ("", "-")),
        *({"group": key} for key in table.groups),
    ]:
        page = table_of(client.get(f"/lists/{name}/", columns | query))
        assert page[0] == headings
        book = sheet_of(client.get(f"/lists/{name}/workbook/", columns | query))
        lines = csv_of(client.get(f"/lists/{name}/csv/", columns | query))
        number = len([row for row in page if len(row) > 1])
        assert book[0] == lines[0] == headings
        assert 1 < number == min(len(book), 51) == min(len(lines), 51)
        firsts = ["" if row[0] == "–" else row[0] for row in page[1:] if len(row) > 1]
        assert firsts == [line[0].removeprefix("'") for line in lines[1:51]]


@pytest.mark.parametrize(
    ("name", "column", "own"),
    [
        ("devices", "school", ["Lindenschule"]),
        ("waivers", "school", ["Lindenschule"]),
        ("binding", "school", ["Lindenschule"]),
        ("audit", "school", ["Lindenschule"]),
    ],
)
def test_school_admin_takes_away_what_is_about_the_own_school(
    signed_in, school_admin, manager, school, other_school, name, column, own
):
    for place in (school, other_school):
        grant_waiver(place, "fibre", by=Actor(manager), on=DAY, reason="Cable in the street is missing")
        make_bound(place, make_model())
    lines = csv_of(signed_in(school_admin).get(f"/lists/{name}/csv/", {"columns": column}))
    assert sorted({line[0] for line in lines[1:] if line[0]}) == own


@pytest.mark.parametrize("name", ["financings", "publications", "people", "imports", "webhooks", "costs"])
def test_lists_of_the_authority_are_refused_and_not_offered_without_the_right(signed_in, school_admin, name):
    client = signed_in(school_admin)
    for part in ("", "workbook/", "csv/", "save/"):
        assert client.get(f"/lists/{name}/{part}").status_code == 403
    assert str(ListName(name).label) not in links(client.get("/views/"))


def test_audit_list_tells_a_school_neither_people_nor_reasons(signed_in, manager, school_admin, school):
    grant_waiver(school, "fibre", by=Actor(manager), on=DAY, reason="Cable of Mr Secret")
    query = {"columns": ["who", "subject", "reason", "record"], "kind": "rollout.waiver"}
    told = csv_of(signed_in(manager).get("/lists/audit/csv/", query))[1]
    assert (told[0] != "", told[2]) == (True, "Cable of Mr Secret")
    assert [line[:3] for line in csv_of(signed_in(school_admin).get("/lists/audit/csv/", query))[1:]] == [[""] * 3]


def test_list_of_webhooks_tells_no_secret_of_an_address(signed_in, administrator):
    one_of_each(Actor(administrator))
    lines = csv_of(signed_in(administrator).get("/lists/webhooks/csv/", {"columns": "receiver"}))
    assert lines[1:] == [["https://1.1.1.1/…"]]


def test_list_of_imports_is_for_each_who_imports_of_their_own_alone(signed_in, administrator, it_staff, reader):
    one_of_each(Actor(administrator))
    assert len(csv_of(signed_in(it_staff).get("/lists/imports/csv/"))) == 2
    assert signed_in(reader).get("/lists/imports/").status_code == 403


def test_audit_list_that_nobody_reads_is_to_be_narrowed_first(signed_in, manager, school, monkeypatch):
    monkeypatch.setitem(TABLES, "audit", TABLES["audit"]._replace(most=0))
    grant_waiver(school, "fibre", by=Actor(manager), on=DAY, reason="Cable in the street is missing")
    for form in ("workbook", "csv"):
        answer = signed_in(manager).get(f"/lists/audit/{form}/?kind=rollout.waiver", follow=True)
        assert answer.redirect_chain == [("/lists/audit/?kind=rollout.waiver", 302)]
        assert "A file takes up to 0 rows" in answer.content.decode()


def test_audit_list_hides_prices_from_who_may_not_see_them(signed_in, reader, auditor):
    update_models({make_model().pk: {"price": Decimal("399.90")}}, an_act())
    query = {"columns": "changes", "kind": "inventory.devicemodel"}
    assert "399.90" in str(csv_of(signed_in(auditor).get("/lists/audit/csv/", query)))
    assert "399.90" not in str(csv_of(signed_in(reader).get("/lists/audit/csv/", query)))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/standards/waivers/", "waivers"),
        ("/funding/binding/", "binding"),
        ("/funding/financings/", "financings"),
        ("/reports/published/", "publications"),
        ("/users/", "people"),
        ("/audit/", "audit"),
        ("/imports/", "imports"),
        ("/webhooks/", "webhooks"),
    ],
)
def test_page_leads_to_its_list_with_columns(signed_in, administrator, path, name):
    assert f'href="/lists/{name}/' in signed_in(administrator).get(path).content.decode()


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
