"""What others changed since a list was exported."""

from decimal import Decimal

import pytest
from django.utils import timezone

from audit.actor import Actor
from audit.models import Entry
from inventory.models import Category, DeviceModel
from inventory.services import update_models
from reports.lists import LISTS
from rollout.enums import ProjectStatus
from rollout.services import change_project, update_projects
from schools.enums import RoomKind, Trade
from schools.models import Room, School
from schools.services import Address, HeadcountRow, place_school, record_headcounts, update_rooms, update_schools
from tests.factories import an_act, main_site, make_model
from tests.imports.round_trip_lists.lists import COUNTED, Make, counted, known_counts, project_of, record_of, state_of

pytestmark = pytest.mark.django_db


def test_what_others_changed_meanwhile_in_other_fields_stays(listed: Make, city: list[School], by: Actor):
    room, model, wlan = Room.objects.filter(name="102").first(), make_model(), project_of(city[0], Trade.WLAN)
    lists = {name: listed(name) for name in LISTS}
    update_schools([(city[0], {"email": "neu@schule.example", "name": "Neue Schule"})], an_act())
    place_school(city[0], Address("Neuweg 1", "46009", "Lindenfurt"), an_act())
    update_rooms([(room, RoomKind.STAFF)], an_act())
    record_headcounts([HeadcountRow(city[0], COUNTED, pupils=444)], an_act())
    update_models({model.pk: {"price": Decimal(5)}}, an_act())
    change_project(wlan, by=by, on=timezone.localdate(), status=ProjectStatus.SURVEYED)
    edits = {
        "schools": (city[0], "Kurzbezeichnung", "Kurz"),
        "headcounts": (city[0], "Lehrkräfte", 33),
        "models": (model, "Kategorie", "Laptop"),
        "projects": (wlan, "Titel", "Mein Titel"),
    }
    results = {name: one.edit(*[edits[name]] if name in edits else []).take() for name, one in lists.items()}
    assert {name: (r["changed"], r.cells, r["conflicts"]) for name, r in results.items()} == {
        name: (int(name in edits), [], []) for name in LISTS
    }
    school = School.objects.get(pk=city[0].pk)
    assert (school.email, school.name, school.short_name) == ("neu@schule.example", "Neue Schule", "Kurz")
    assert main_site(school).street == "Neuweg 1"
    assert known_counts(school)[-1] == (COUNTED, 444, 33, None)
    assert DeviceModel.objects.values_list("price", "category__key").get(pk=model.pk) == (Decimal(5), "laptop")
    assert state_of(wlan)[:2] == ("Mein Titel", "surveyed")
    assert Room.objects.get(pk=room.pk).kind == RoomKind.STAFF


def other_mail(city: list[School], by: Actor) -> None:
    update_schools([(city[0], {"email": "ihre@schule.example"})], an_act(user=by.user))


def other_kind(city: list[School], by: Actor) -> None:
    update_rooms([(Room.objects.get(school=city[0], name="101"), RoomKind.STAFF)], an_act(user=by.user))


def other_count(city: list[School], by: Actor) -> None:
    record_headcounts([HeadcountRow(city[0], COUNTED, pupils=444)], an_act(user=by.user))


def other_price(_city: list[School], by: Actor) -> None:
    update_models({make_model().pk: {"price": Decimal(5)}}, an_act(user=by.user))


def other_category(_city: list[School], by: Actor) -> None:
    update_models({make_model().pk: {"category": Category.objects.get(key="laptop")}}, an_act(user=by.user))


def other_title(city: list[School], by: Actor) -> None:
    update_projects({project_of(city[0], Trade.WLAN).pk: {"title": "Ihr Titel"}}, an_act(user=by.user))


def other_status(city: list[School], by: Actor) -> None:
    change_project(project_of(city[0], Trade.WLAN), by=by, on=timezone.localdate(), status=ProjectStatus.SURVEYED)


#: List → what somebody else does, the cell that was edited, and what is told three ways.
CONFLICTS = [
    ("schools", other_mail, "E-Mail", "m@schule.example", ("100001@schule.example", "ihre@schule.example")),
    ("rooms", other_kind, "Raumart", "Lager", ("Klassenraum", "Lehrerzimmer")),
    ("headcounts", other_count, "Schülerzahl", 420, ("400", "444")),
    ("models", other_price, "Preis", 7, ("399,90", "5,00")),
    ("models", other_category, "Kategorie", "Convertible", ("Tablet", "Laptop")),
    ("projects", other_title, "Titel", "Mein Titel", ("", "Ihr Titel")),
    ("projects", other_status, "Status", "Ausschreibung", ("geplant", "begangen")),
]


@pytest.mark.parametrize(("name", "happens", "heading", "mine", "told"), CONFLICTS)
def test_other_change_of_an_edited_cell_is_a_conflict(
    listed: Make, city: list[School], by: Actor, name, happens, heading, mine, told
):
    ours = listed(name).edit((record_of(name, city), heading, mine))
    happens(city, by)
    entries = Entry.objects.count()
    result = ours.take()
    (conflict,) = result["conflicts"]
    assert (conflict["heading"], conflict["exported"] or "", conflict["now"], conflict["who"]) == (
        heading,
        *told,
        by.user.username,
    )
    assert (result["ambiguous"], result["status"], Entry.objects.count()) == (1, "previewed", entries)
    assert ours.answer("keep", by).summary["changed"] == 0
    assert Entry.objects.count() == entries
    assert ours.answer("take", by).summary["changed"] == 1


def test_other_main_site_is_a_conflict_of_the_whole_address(listed: Make, city: list[School], by: Actor):
    school = city[1]
    ours = listed("schools").edit((school, "Straße", "Mein Weg 7"))
    place_school(school, Address("Neuweg 1", "46009", "Lindenfurt"), an_act(user=by.user))
    (conflict,) = ours.take()["conflicts"]
    told = [conflict[key] for key in ("heading", "exported", "now", "yours", "who")]
    assert told == [
        "Straße",
        "Am Markt 1, 46002, Lindenfurt, 350000, 5707000",
        "Neuweg 1, 46009, Lindenfurt",
        "Mein Weg 7, 46002, Lindenfurt, 350000, 5707000",
        by.user.username,
    ]
    ours.answer("take", by)
    assert (main_site(school).street, main_site(school).postcode) == ("Mein Weg 7", "46002")


def test_edited_street_is_another_main_site(listed: Make, city: list[School]):
    assert listed("schools").edit((city[0], "Straße", "Neuweg 1")).take().counts == counted(changed=1, unchanged=3)
    assert main_site(city[0]).street == "Neuweg 1"
