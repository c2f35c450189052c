"""Undoing an import: reversed, kept because somebody changed it since, or failed; what was known stays known."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from audit.services import open_act
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.services import preview_batch, take_batch
from imports.undo import begin_undo, preview_undo, redo_batch, undo_batch
from inventory.models import Delivery, Device, DeviceModel, DeviceState, DeviceTest, Manufacturer, Order
from inventory.services import book_delivery, change_device, change_devices, update_details
from inventory.services.deliveries import Code
from inventory.services.orders import backlog
from reports.verification import verify
from rollout.models import ConstructionProject, ProjectState
from schools.models import Building, Headcount, Room, School, SchoolAlias, Site, SiteUse
from schools.services import remember_alias
from tests.factories import (
    DAY,
    an_act,
    main_site,
    make_device,
    make_devices,
    make_headcount,
    make_model,
    make_order,
    make_project,
    make_room,
)
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Inventarnummer", "Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule", "Raum", "Preis"]
LATER = date(2024, 9, 1)
Take = Callable[..., ImportBatch]


@pytest.fixture(autouse=True)
def _catalogue(school: School) -> None:
    make_model("iPad 9")


@pytest.fixture(autouse=True)
def _sound() -> Any:
    """Whatever a test does, the data keep their promises."""
    yield
    assert verify() == []


def row(tag: str = "OB1", *, serial: str = "", status: str = "im Einsatz", on: date = DAY, **extra: Any) -> list[Any]:
    place = {"school": "Lindenschule", "room": None, "price": None} | extra
    return [tag, serial or f"S{tag}", "Apple", "iPad 9", status, on, *place.values()]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Take a workbook in by the command; the batch."""

    def take(rows: list[list[Any]], *options: str) -> ImportBatch:
        result = import_file(write_xlsx(tmp_path / "liste.xlsx", rows), *options)
        assert result.exit_code == 0, result
        return ImportBatch.objects.get(pk=result["batch"])

    return take


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """``undo_import --json``: exit code and result."""
    out = StringIO()
    try:
        call_command("undo_import", *arguments, "--json", stdout=out)
    except SystemExit as error:
        return int(error.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def taken_by(act: Act) -> ImportBatch:
    """A batch that says to have written what ``act`` wrote."""
    return ImportBatch.objects.create(name="a.xlsx", size=1, created_at=timezone.now(), status="taken", act=act)


def undone(batch: ImportBatch) -> tuple[int, int, int]:
    """Reversed, kept, failed; the preview has said the same."""
    expected = preview_undo(batch)
    result = undo_batch(batch, by=Actor(None, Channel.COMMAND)).undo
    assert result == expected
    return result["reversed"], result["kept"], result["failed"]


def in_service(day: date, known_at: datetime | None = None) -> int:
    return int(DeviceState.objects.as_of(day, known_at).filter(status="in_service").count())


def figure(day: date, known_at: datetime | None = None) -> dict[str, Any]:
    """The published figures, by key."""
    out = StringIO()
    known = ["--known-at", known_at.isoformat()] if known_at else []
    call_command("figures", "--as-of", day.isoformat(), *known, "--json", stdout=out)
    return {one["key"]: one["value"] for one in json.loads(out.getvalue())["figures"]}


def test_new_devices_are_revoked_and_still_known_as_of_then(take: Take, school: School, it_staff: User) -> None:
    batch = take([HEADER, row("OB1"), row("OB2", status="im Lager")])
    known, before = timezone.now(), figure(LATER)
    code, result = run(str(batch.pk))
    assert (code, result["reversed"], result["kept"], result["kept_rows"]) == (0, 2, 0, [])
    assert list(Device.objects.visible_to(it_staff)) == []
    assert in_service(LATER) == 0
    assert figure(LATER, known) == before
    assert in_service(LATER, known) == 1
    batch.refresh_from_db()
    assert (batch.status, batch.undo_act.verb, batch.undo_act.undoes) == (BatchStatus.UNDONE, "import.undo", batch.act)
    devices = Entry.objects.filter(act=batch.undo_act, kind="inventory.device").order_by("pk")
    assert [(e.label, e.changes["status"]) for e in devices] == [
        ("OB1", ["in_service", None]),
        ("OB2", ["in_stock", None]),
    ]


def test_completion_as_known_at_the_import_still_shows_it(take: Take, school: School) -> None:
    make_headcount(school, on=date(2023, 10, 15), pupils=100, teachers=10, classes=4)
    batch = take([HEADER, *(row(f"OB{n}") for n in range(5))])
    known = timezone.now()

    def standing(at: datetime | None = None) -> str:
        out = StringIO()
        options = ["--known-at", at.isoformat()] if at else []
        call_command("completion", "--as-of", "2024-09-01", *options, "--json", stdout=out)
        return out.getvalue()

    before = standing()
    assert undone(batch) == (5, 0, 0)
    assert standing() != before
    assert json.loads(standing(known))["schools"] == json.loads(before)["schools"]


def test_preview_writes_nothing(take: Take) -> None:
    batch = take([HEADER, row()])
    acts, entries = Act.objects.count(), Entry.objects.count()
    code, result = run(str(batch.pk), "--dry-run")
    assert (code, result["status"], result["reversed"]) == (0, "dry_run", 1)
    assert (Act.objects.count(), Entry.objects.count()) == (acts, entries)
    assert ImportBatch.objects.get().status == BatchStatus.TAKEN


def test_device_changed_since_is_kept_and_named(take: Take, it_staff: User, by: Actor) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    change_device(Device.objects.get(asset_tag="OB2"), by=by, on=LATER, status="in_repair")
    code, result = run(str(batch.pk))
    assert (code, result["reversed"], result["kept"], result["failed"]) == (1, 1, 1, 0)
    (kept,) = result["kept_rows"]
    at = Act.objects.get(verb="device.change").at.isoformat()
    assert (kept["label"], kept["by"], kept["at"]) == ("OB2", "ina.it", at)
    assert [str(d) for d in Device.objects.visible_to(it_staff)] == ["OB2"]
    assert Device.objects.get(asset_tag="OB2").status == "in_repair"


def test_changed_devices_go_back_to_what_was_believed(take: Take, school: School, other_school: School) -> None:
    room = make_room(school, "101")
    device, beside = make_devices(2, school=school, room=room)
    states = list(
        DeviceState.objects.order_by("pk").values_list("valid_from", "valid_until", "status", "school", "room")
    )
    batch = take(
        [
            HEADER,
            [device.asset_tag, None, None, None, "in Reparatur", LATER, None, None, 99.5],
            [device.asset_tag, None, None, None, "im Lager", LATER + timedelta(days=9), None, None, None],
            [beside.asset_tag, None, None, None, "im Einsatz", LATER, "Kastanienschule", None, None],
        ]
    )
    known = timezone.now()
    device.refresh_from_db()
    assert (device.status, device.price) == ("in_stock", Decimal("99.50"))
    assert undone(batch) == (2, 0, 0)
    believed = DeviceState.objects.known().order_by("device")
    assert list(believed.values_list("valid_from", "valid_until", "status", "school", "room")) == states
    for one in (device, beside):
        one.refresh_from_db()
    assert (device.status, device.since, device.price) == ("in_service", DAY, None)
    assert (beside.school, beside.room, beside.since) == (school, room, DAY)
    assert DeviceState.objects.as_of(LATER, known).get(device=device).status == "in_repair"
    assert DeviceState.objects.as_of(LATER).get(device=device).status == "in_service"


def test_detail_that_is_not_as_the_import_left_it_is_kept(take: Take, school: School) -> None:
    device = make_device(school=school)
    batch = take([["Inventarnummer", "Preis", "Seit"], [device.asset_tag, 50, None]])
    Device.objects.update(price=60)  # past every service
    assert undone(batch) == (0, 1, 0)
    assert Device.objects.get().price == 60


def test_number_that_another_device_has_now_fails(take: Take, school: School) -> None:
    device = make_device(school=school)
    old = device.serial
    act = an_act()
    update_details({device.pk: {"serial": "NEU1"}}, act)
    batch = taken_by(act)
    other = make_device(school=school)
    update_details({other.pk: {"serial": old}}, an_act())
    assert undone(batch) == (0, 0, 1)
    batch.refresh_from_db()
    (failed,) = batch.undo["failed_rows"]
    assert (failed["label"], old in failed["reason"]) == (device.asset_tag, True)


def test_same_file_is_taken_again_after_undo(take: Take, it_staff: User) -> None:
    rows = [HEADER, row("OB1"), row("OB2")]
    undone(take(rows))
    again = take(rows)
    assert (again.summary["new"], again.summary["unchanged"]) == (2, 0)
    assert Device.objects.visible_to(it_staff).count() == 2
    assert Device.objects.count() == 4


def test_redo_takes_the_batch_again_as_a_new_act(take: Take, by: Actor, it_staff: User) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    first = batch.act
    undone(batch)
    batch = redo_batch(batch, by=by)
    assert (batch.status, batch.act, batch.undo_act, batch.undo) == (BatchStatus.UPLOADED, None, None, {})
    batch = take_batch(preview_batch(batch), by=by)
    assert (batch.status, Device.objects.visible_to(it_staff).count()) == (BatchStatus.TAKEN, 2)
    assert first.undone_by.verb == "import.undo"
    told = Entry.objects.filter(kind="imports.importbatch", object_id=batch.pk).order_by("pk")
    assert [(e.act.verb, e.changes["status"]) for e in told] == [
        ("import.undo", ["taken", "undone"]),
        ("import.redo", ["undone", "uploaded"]),
    ]
    assert undone(batch) == (2, 0, 0)
    assert Device.objects.visible_to(it_staff).count() == 0


def test_undone_later_import_does_not_count_as_a_change(take: Take, school: School) -> None:
    device = make_device(school=school)
    first = take([[*HEADER[:1], "Status", "Seit"], [device.asset_tag, "in Reparatur", LATER]])
    second = take([[*HEADER[:1], "Status", "Seit"], [device.asset_tag, "im Lager", LATER + timedelta(days=5)]])
    assert preview_undo(first)["kept"] == 1
    assert undone(second) == (1, 0, 0)
    assert undone(first) == (1, 0, 0)
    device.refresh_from_db()
    assert (device.status, device.since) == ("in_service", DAY)


def test_models_rooms_and_makers_made_with_devices_stay_while_reports_need_them(take: Take, school: School) -> None:
    rows = [
        [*HEADER, "Kategorie"],
        ["OB1", "S1", "Beta", "Tab 7", "im Einsatz", DAY, "Lindenschule", "R 9", None, "Tablet"],
    ]
    batch = take(rows, "--create-missing")
    assert undone(batch) == (1, 4, 0)
    kinds = [one["kind"] for one in ImportBatch.objects.get().undo["kept_rows"]]
    assert kinds == ["inventory.devicemodel", "inventory.manufacturer", "schools.room", "schools.building"]


def test_catalogue_that_nothing_needs_is_deleted(take: Take) -> None:
    kept = make_model("Tab 1", manufacturer="Beta")
    batch = take(
        [
            ["Hersteller", "Modell", "Kategorie", "Preis"],
            ["Gamma", "Book", "Laptop", 800],
            ["Delta", "Book", "Laptop", 800],
            ["Beta", "Tab 1", "Tablet", 300],
        ]
    )
    make_device(model=DeviceModel.objects.get(manufacturer__name="Delta"), status="in_stock")
    assert undone(batch) == (3, 2, 0)
    kept.refresh_from_db()
    assert kept.price is None
    assert set(Manufacturer.objects.values_list("name", flat=True)) == {"Apple", "Beta", "Delta"}
    reasons = {one["label"]: one["reason"] for one in ImportBatch.objects.get().undo["kept_rows"]}
    assert set(reasons) == {"Delta Book", "Delta"}


def test_tests_of_devices_are_superseded(take: Take, school: School) -> None:
    board = make_device(school=school, model=make_model("Tafel", category="board"))
    batch = take([["Inventarnummer", "Geprüft am"], [board.asset_tag, LATER]])
    known = timezone.now()
    assert DeviceTest.objects.known().count() == 1
    assert undone(batch) == (1, 0, 0)
    assert (DeviceTest.objects.known().count(), DeviceTest.objects.known(known).count()) == (0, 1)


def test_rooms_go_unless_somebody_uses_them(take: Take, school: School) -> None:
    old = make_room(school, "1")
    header = ["Schule", "Gebäude", "Raum", "Raumart"]
    batch = take(
        [
            header,
            ["Lindenschule", "Neubau", "A", "Fachraum"],
            ["Lindenschule", "Neubau", "B", "Fachraum"],
            ["Lindenschule", "Anbau", "C", "Fachraum"],
            ["Lindenschule", "Hauptgebäude", "1", "Fachraum"],
        ]
    )
    make_device(school=school, room=Room.objects.get(name="B"))
    assert undone(batch) == (4, 2, 0)
    assert set(Room.objects.values_list("name", flat=True)) == {"1", "B"}
    assert set(Building.objects.values_list("name", flat=True)) == {"Hauptgebäude", "Neubau"}
    old.refresh_from_db()
    assert old.kind == "classroom"


SCHOOLS = ["Schulnummer", "Name", "Schulform", "Straße", "PLZ", "Ort"]


def test_schools_and_their_sites_go_unless_somebody_uses_them(take: Take, school: School) -> None:
    batch = take(
        [
            SCHOOLS,
            ["100301", "Ahornschule", "Grundschule", "Ahornweg 1", "46001", "Lindenfurt"],
            ["100302", "Buchenschule", "Grundschule", "Buchenweg 1", "46001", "Lindenfurt"],
            ["100100", "Lindenschule am Markt", "Grundschule", None, None, None],
        ]
    )
    make_headcount(School.objects.get(number="100302"), pupils=10)
    assert undone(batch) == (3, 2, 0)
    assert set(School.objects.values_list("number", flat=True)) == {"100100", "100302"}
    assert not Site.objects.filter(street="Ahornweg 1").exists()
    assert School.objects.get(number="100302").sites.get().street == "Buchenweg 1"
    school.refresh_from_db()
    assert (school.name, school.sort_key) == ("Lindenschule", "lindenschule")
    told = Entry.objects.filter(kind="schools.school", label__startswith="Ahornschule")
    assert [entry.school for entry in told.select_related("school")] == [None, None]


def test_school_that_moved_moves_back(take: Take, school: School) -> None:
    home = main_site(school)
    batch = take([SCHOOLS, ["100100", "Lindenschule", "Grundschule", "Neuer Weg 1", "46001", "Lindenfurt"]])
    assert not SiteUse.objects.filter(site=home).exists()
    assert undone(batch)[1:] == (0, 0)
    assert (main_site(school), school.sites.count()) == (home, 1)
    assert not Site.objects.filter(street="Neuer Weg 1").exists()


def test_school_with_rooms_at_its_new_site_stays_there(take: Take, school: School) -> None:
    make_room(school)
    batch = take([SCHOOLS, ["100100", "Lindenschule", "Grundschule", "Neuer Weg 1", "46001", "Lindenfurt"]])
    assert school.sites.count() == 2
    building = Building.objects.create(site=main_site(school), name="Neu")
    Room.objects.create(building=building, school=school, name="N1")
    assert undone(batch)[1:] == (1, 2)  # the site; its use, and the old one that would be the main one
    assert main_site(school).street == "Neuer Weg 1"


def test_school_back_from_a_second_main_site(take: Take, school: School) -> None:
    home = main_site(school)
    make_room(school)
    batch = take([SCHOOLS, ["100100", "Lindenschule", "Grundschule", "Neuer Weg 1", "46001", "Lindenfurt"]])
    undone(batch)
    assert (main_site(school), school.sites.count()) == (home, 1)


def test_headcounts_go_back(take: Take, school: School) -> None:
    make_headcount(school, on=date(2023, 10, 15), pupils=100)
    batch = take([["Schulnummer", "Schüler", "Stichtag"], ["100100", 120, date(2023, 10, 15)], ["100100", 130, LATER]])
    known = timezone.now()
    assert undone(batch) == (1, 0, 0)
    assert list(Headcount.objects.known().values_list("valid_from", "valid_until", "pupils")) == [
        (date(2023, 10, 15), None, 100)
    ]
    assert Headcount.objects.as_of(LATER, known).get().pupils == 130


def test_projects_go_back_and_new_ones_are_revoked(take: Take, school: School, it_staff: User) -> None:
    project = make_project(school)
    header = ["Schule", "Gewerk", "Status", "Seit", "Bezeichnung"]
    rows = [
        header,
        ["Lindenschule", "Glasfaser", "live", LATER, "Anschluss"],
        ["Lindenschule", "WLAN", "geplant", LATER, None],
    ]
    batch = take(rows)
    known = timezone.now()
    assert undone(batch) == (2, 0, 0)
    project.refresh_from_db()
    assert (project.status, project.since, project.title) == ("planned", DAY, "")
    assert list(ConstructionProject.objects.visible_to(it_staff)) == [project]
    assert ProjectState.objects.as_of(LATER).count() == 1
    assert ProjectState.objects.as_of(LATER, known).count() == 2
    assert undone(take(rows)) == (2, 0, 0)


def test_alias_goes_with_the_import_that_brought_it(take: Take, school: School, by: Actor) -> None:
    act = an_act()
    remember_alias(school, "Die Linde", act)
    assert undone(taken_by(act)) == (1, 0, 0)
    assert SchoolAlias.objects.count() == 0


def test_change_of_a_revoked_device_is_refused(take: Take, by: Actor) -> None:
    batch = take([HEADER, row()])
    device = Device.objects.get()
    undone(batch)
    with pytest.raises(ValidationError) as refused:
        change_devices([device], by=by, on=LATER, status="lost")
    assert refused.value.code == "revoked"
    with pytest.raises(ValidationError):
        update_details({device.pk: {"note": "x"}}, an_act())


def test_undo_needs_the_right_and_a_taken_batch(take: Take, reader: User, by: Actor) -> None:
    batch = take([HEADER, row()])
    with pytest.raises(PermissionDenied):
        undo_batch(batch, by=Actor(reader, Channel.PAGE))
    begin_undo(batch, by=by)
    with pytest.raises(ValidationError):
        begin_undo(batch, by=by)
    undo_batch(batch, by=by)
    with pytest.raises(ValidationError):
        undo_batch(batch, by=by)


def test_command_says_what_is_not_possible(take: Take, reader: User) -> None:
    batch = take([HEADER, row()])
    assert run("4711")[0] == 2
    code, result = run(str(batch.pk), "--by", "rolf.leser")
    assert (code, result["error"]["code"]) == (2, "forbidden")
    assert run(str(batch.pk), "--by", "niemand")[1]["error"]["code"] == "unknown_user"
    assert run(str(batch.pk))[0] == 0
    code, result = run(str(batch.pk))
    assert (code, result["error"]["code"], result["kept_rows"]) == (2, "finished", [])


def test_command_tells_people_in_words(take: Take, by: Actor) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    change_device(Device.objects.get(asset_tag="OB2"), by=by, on=LATER, status="in_repair")
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("undo_import", str(batch.pk), stdout=out)
    assert left.value.code == 1
    assert "OB2" in out.getvalue()
    assert "ina.it" in out.getvalue()


def test_undo_takes_a_constant_number_of_statements(take: Take) -> None:
    counts = []
    for number in (2, 40):
        batch = take([HEADER, *(row(f"N{number}-{n}") for n in range(number))])
        with CaptureQueriesContext(connection) as queries:
            undo_batch(batch, by=Actor(None, Channel.COMMAND))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_edit_between_preview_and_undo_is_kept(take: Take, by: Actor) -> None:
    batch = take([HEADER, row("OB1"), row("OB2")])
    assert preview_undo(batch)["reversed"] == 2
    change_device(Device.objects.get(asset_tag="OB1"), by=by, on=LATER, status="in_repair")
    result = undo_batch(batch, by=by).undo
    assert (result["reversed"], [one["label"] for one in result["kept_rows"]]) == (1, ["OB1"])


def test_delivery_goes_with_its_devices_and_can_be_booked_again(take: Take) -> None:
    order = make_order(number="B-1", quantity=3)
    filed = make_device(status="in_stock", model=order.lines.get().model)
    head = ["Bestellnummer", "Lieferschein", "Geliefert am", "Modell", "Seriennummer"]
    rows = [head, *(["B-1", "L-1", LATER, "Apple iPad 9", serial] for serial in ("A1", "A2", filed.serial))]
    batch = take(rows, "--kind", "deliveries")
    assert list(backlog(order).values()) == [0]
    assert undone(batch) == (4, 0, 0)
    filed.refresh_from_db()
    assert (Delivery.objects.count(), list(backlog(order).values())) == (0, [3])
    assert (filed.order_line, filed.delivery, filed.status) == (None, None, "in_stock")
    take(rows, "--kind", "deliveries")
    assert list(backlog(order).values()) == [0]


def test_orders_go_unless_something_was_delivered(take: Take, by: Actor) -> None:
    head = ["Bestellnummer", "Lieferant", "Bestellt am", "Modell", "Menge"]
    lines = [[number, "Muster GmbH", DAY, "Apple iPad 9", 3] for number in ("B-1", "B-2")]
    batch = take([head, *lines], "--kind", "orders")
    order = Order.objects.get(number="B-2")
    code = Code(order.lines.get(), "A1")
    book_delivery(order, note_number="L-1", delivered_on=LATER, serials=[code], by=by)
    assert undone(batch) == (2, 2, 0)
    assert list(Order.objects.values_list("number", flat=True)) == ["B-2"]


def test_database_admits_one_undo_of_an_act(take: Take, by: Actor) -> None:
    taken = take([HEADER, row()])
    undone(taken)
    with pytest.raises(IntegrityError), transaction.atomic():
        open_act(by, "import.undo", undoes=taken.act)
