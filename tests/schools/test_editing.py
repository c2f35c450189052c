"""One school, site, building, room or headcount at a time."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act, Entry
from schools.editing import (
    add_building,
    add_room,
    add_school,
    edit_building,
    edit_room,
    edit_school,
    edit_site,
    record_headcount,
    use_site,
)
from schools.models import Building, Headcount, School, SiteUse
from schools.services import Address
from tests.factories import main_site, make_room

pytestmark = pytest.mark.django_db


def test_school_that_cannot_be_leaves_nothing(by: Actor, school: School) -> None:
    for values in (
        {"number": "12", "name": "x", "school_type": "02"},
        {"number": school.number, "name": "x", "school_type": "02"},
        {"number": "123456", "name": "x", "school_type": "02", "address": Address("", "1")},
    ):
        with pytest.raises(ValidationError):
            add_school(by=by, **values)  # type: ignore[arg-type]
    assert School.objects.count() == 1
    assert not Act.objects.filter(verb="school.create").exists()


def test_edit_of_a_school_checks_and_audits(by: Actor, school: School) -> None:
    with pytest.raises(ValidationError) as error:
        edit_school(school, by=by, email="keine", school_type="99")
    assert sorted(error.value.error_dict) == ["email", "school_type"]
    edit_school(school, by=by, short_name="Linde", opened_on=date(2000, 8, 1))
    assert Entry.objects.latest("pk").changes == {"short_name": ["", "Linde"], "opened_on": [None, "2000-08-01"]}
    edit_school(school, by=by, short_name="Linde")
    assert not Entry.objects.filter(act=Act.objects.latest("pk")).exists()


def test_main_site_moves_and_the_old_one_stays_with_its_rooms(by: Actor, school: School) -> None:
    old = main_site(school)
    make_room(school)

    site = use_site(school, Address("Neuer Weg 1", "1", "L"), by=by, is_main=True)

    assert main_site(school) == site
    assert SiteUse.objects.get(school=school, site=old).is_main is False
    with pytest.raises(ValidationError) as error:
        use_site(school, Address("", ""), by=by)
    assert sorted(error.value.error_dict) == ["postcode", "street"]


def test_names_of_places_are_unique_and_not_empty(by: Actor, school: School) -> None:
    site, room = main_site(school), make_room(school, "R 1")
    other = make_room(school, "R 2")

    for deed in (
        lambda: add_building(site, name=room.building.name, by=by),
        lambda: add_building(site, name="", by=by),
        lambda: edit_room(other, by=by, name="R 1"),
        lambda: edit_room(other, by=by, kind="castle"),
        lambda: add_room(school, site=site, building=room.building.name, name="R 1", kind="staff", by=by),
        lambda: edit_site(site, by=by, name=""),
    ):
        with pytest.raises(ValidationError):
            deed()
    assert edit_building(room.building, name="Turm", by=by).name == Building.objects.get().name == "Turm"


def test_headcount_completes_the_day(by: Actor, school: School) -> None:
    record_headcount(school, on=date(2023, 10, 15), by=by, pupils=100)
    count = record_headcount(school, on=date(2023, 10, 15), by=by, classes=4)
    assert (count.pupils, count.classes) == (100, 4)
    assert Headcount.objects.known().count() == 1
