"""Schools, sites, rooms and headcounts: exact answers, scope, pages."""

from datetime import date

import pytest

from schools.models import SiteUse
from tests.factories import main_site, make_headcount, make_room, make_school


def test_list_shows_schools(get, reader, school):
    assert get(reader, "schools/") == (
        200,
        {
            "next": None,
            "previous": None,
            "results": [
                {
                    "number": "100100",
                    "name": "Lindenschule",
                    "name_addition": "",
                    "short_name": "",
                    "district": "",
                    "school_type": "02",
                    "authority_number": "",
                    "operating_status": "1",
                    "opened_on": None,
                    "closed_on": None,
                    "email": "",
                    "phone": "",
                }
            ],
        },
    )


def numbers(answer):
    return [row["number"] for row in answer[1]["results"]]


def test_scope_is_the_own_school(get, school_admin, outsider, other_school):
    assert numbers(get(school_admin, "schools/")) == ["100100"]
    assert get(school_admin, "schools/100100/")[1]["name"] == "Lindenschule"
    assert get(school_admin, "schools/100200/")[0] == 404
    assert get(outsider, "schools/")[1] == {"next": None, "previous": None, "results": []}
    assert get(outsider, "schools/100100/")[0] == 404


def test_filters_are_those_of_the_page(get, reader, school, other_school):
    make_school("Goetheschule", number="100300", school_type="20")

    assert numbers(get(reader, "schools/", q="linden")) == ["100100"]
    assert numbers(get(reader, "schools/", q="1003")) == ["100300"]
    assert numbers(get(reader, "schools/", school_type="20")) == ["100300"]
    assert numbers(get(reader, "schools/", ordering="-number")) == ["100300", "100200", "100100"]


def test_pages_have_the_size_asked_for(get, api, reader, school, other_school):
    status, body = get(reader, "schools/", page_size=1, ordering="number", count=1)
    following = api(reader).get(body["next"]).json()

    assert (status, body["count"], body["previous"]) == (200, 2, None)
    assert (numbers((200, body)), numbers((200, following))) == (["100100"], ["100200"])
    assert (following["next"], list(following)) == (None, ["count", "next", "previous", "results"])


@pytest.mark.parametrize("size", ["0", "-1", "1001", "x", "", "٣", "9" * 5000])
def test_wrong_page_size_is_refused(size, api, reader, refused):
    assert refused(api(reader).get("/api/v1/schools/", {"page_size": size}), 400) == [("page_size", "invalid")]


def test_site_names_only_visible_schools(get, school_admin, reader, school, other_school):
    site = main_site(school)
    SiteUse.objects.create(site=site, school=other_school)

    assert get(school_admin, f"sites/{site.pk}/")[1] == {
        "id": site.pk,
        "name": "Lindenweg " + site.street.split()[1] + ", Lindenfurt",
        "street": site.street,
        "postcode": "46001",
        "town": "Lindenfurt",
        "easting": None,
        "northing": None,
        "schools": ["100100"],
    }
    assert get(reader, f"sites/{site.pk}/")[1]["schools"] == ["100100", "100200"]
    assert get(school_admin, f"sites/{main_site(other_school).pk}/")[0] == 404


def test_rooms_are_those_of_the_own_school(get, school_admin, school, other_school):
    room = make_room(school, "R 101")
    foreign = make_room(other_school)

    assert get(school_admin, "rooms/")[1]["results"] == [
        {
            "id": room.pk,
            "school": "100100",
            "site": main_site(school).pk,
            "building": "Hauptgebäude",
            "name": "R 101",
            "kind": "classroom",
        }
    ]
    assert get(school_admin, f"rooms/{foreign.pk}/")[0] == 404


def test_headcounts_are_as_of_a_day(get, school_admin, school, other_school):
    for number, counted in enumerate([school, other_school]):
        make_headcount(counted, on=date(2023, 10, 15), pupils=200 + number, teachers=20, classes=8)
        make_headcount(counted, on=date(2024, 10, 15), pupils=210 + number, teachers=21, classes=8)

    assert get(school_admin, "headcounts/", as_of="2024-10-14")[1]["results"] == [
        {
            "school": "100100",
            "valid_from": "2023-10-15",
            "valid_until": "2024-10-15",
            "pupils": 200,
            "teachers": 20,
            "classes": 8,
        }
    ]
    assert [row["pupils"] for row in get(school_admin, "headcounts/")[1]["results"]] == [210]
