"""Undoing imports of schools, rooms, counts, projects, orders and deliveries."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.models import Entry
from inventory.models import Delivery, Order
from inventory.services import book_delivery
from inventory.services.orders import backlog
from inventory.services.receipt import Code
from rollout.models import ConstructionProject, ProjectState
from schools.models import Building, Headcount, Room, School, SchoolAlias, Site, SiteUse
from schools.services import remember_alias
from tests.factories import DAY, an_act, main_site, make_device, make_headcount, make_order, make_project, make_room
from tests.imports.undo.batches import LATER, Take, taken_by, undone

pytestmark = pytest.mark.django_db


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
        ["Lindenschule", "Glasfaser", "im Bau", LATER, "Anschluss"],
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
