"""Writing schools, sites, buildings, rooms, headcounts and the catalogue: answers, audit, rights, refusals."""

from datetime import date

import pytest

from audit.models import Act, Entry
from inventory.models import Category, DeviceModel
from schools.enums import Role
from schools.models import Building, Headcount, Room, School, Site
from schools.tokens import create_token
from tests.factories import main_site, make_headcount, make_model, make_room, make_user

ADDRESS = {"street": "Neuer Weg 1", "postcode": "46002", "town": "Lindenfurt"}


def last_entry(verb):
    """Of the last act: ``(channel, reason, changes of its last entry)``."""
    act = Act.objects.filter(verb=verb).latest("pk")
    return act.channel, act.reason, Entry.objects.filter(act=act).latest("pk").changes


def test_school_is_created_with_its_site(write, get, manager):
    body = {"number": "100300", "name": "Ulmenschule", "school_type": "02", "address": ADDRESS, "reason": "neu"}

    answer = write(manager, "post", "schools/", body)

    assert (answer.status_code, answer["Location"]) == (201, "http://testserver/api/v1/schools/100300/")
    assert answer.json() == {
        "number": "100300",
        "name": "Ulmenschule",
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
    site = main_site(School.objects.get(number="100300"))
    assert (site.street, site.name) == ("Neuer Weg 1", "Neuer Weg 1, Lindenfurt")
    assert last_entry("school.create") == ("api", "neu", {"number": [None, "100300"]})


def test_school_is_edited_where_it_differs(write, it_staff, school):
    answer = write(it_staff, "patch", "schools/100100/", {"name": "Ahornschule", "phone": "1"}, of="schools/100100/")

    assert (answer.status_code, answer.json()["name"]) == (200, "Ahornschule")
    school.refresh_from_db()
    assert (school.name, school.sort_key) == ("Ahornschule", "ahornschule")
    changes = {"name": ["Lindenschule", "Ahornschule"], "phone": ["", "1"]}
    assert last_entry("school.edit") == ("api", "", changes)
    assert answer["ETag"] == f'"{Entry.objects.latest("pk").pk}"'


def test_somebody_quicker_is_told_with_both_versions(api, it_staff, school):
    client = api(it_staff)
    seen = client.get("/api/v1/schools/100100/")["ETag"]
    client.patch("/api/v1/schools/100100/", {"phone": "1"}, headers={"If-Match": seen})

    late = client.patch("/api/v1/schools/100100/", {"phone": "2"}, headers={"If-Match": seen})
    silent = client.patch("/api/v1/schools/100100/", {"phone": "2"})

    assert (late.status_code, silent.status_code) == (412, 428)
    body = late.json()
    assert (body["current"]["phone"], body["changes"][0]["fields"]) == ("1", {"phone": {"old": "", "new": "1"}})
    school.refresh_from_db()
    assert school.phone == "1"


def test_used_number_and_wrong_period_are_refused(write, it_staff, school, refused):
    twin = {"number": "100100", "name": "x", "school_type": "02"}
    period = {"opened_on": "2024-01-01", "closed_on": "2023-01-01"}

    assert refused(write(it_staff, "post", "schools/", twin), 400) == [("", "invalid")]
    answer = write(it_staff, "patch", "schools/100100/", period, of="schools/100100/")
    assert refused(answer, 400) == [("", "invalid")]
    assert School.objects.count() == 1


def test_site_is_used_again_and_becomes_the_main_one(write, it_staff, school, other_school):
    there = main_site(other_school)
    body = {"school": "100100", "is_main": True, "street": there.street, "postcode": there.postcode}

    answer = write(it_staff, "post", "sites/", body)

    assert (answer.status_code, answer.json()["id"], answer.json()["schools"]) == (201, there.pk, ["100100", "100200"])
    assert main_site(school) == there


def test_site_gets_another_name_and_place(write, it_staff, school):
    path = f"sites/{main_site(school).pk}/"

    answer = write(it_staff, "patch", path, {"name": "Süd", "easting": 361000}, of=path)

    assert (answer.json()["name"], answer.json()["easting"]) == ("Süd", 361000)
    assert Site.objects.get(pk=main_site(school).pk).sort_key == "sued"


def test_building_and_room_are_created_and_edited(write, it_staff, school):
    site = main_site(school)
    building = write(it_staff, "post", "buildings/", {"site": site.pk, "name": "Neubau"}).json()
    body = {"school": "100100", "site": site.pk, "building": "Neubau", "name": "R 7", "kind": "classroom"}

    room = write(it_staff, "post", "rooms/", body)

    key = Room.objects.get().pk
    assert (room.status_code, room.json()) == (201, {"id": key, **body})
    assert Room.objects.get().building_id == building["id"]
    path = f"rooms/{key}/"
    assert write(it_staff, "patch", path, {"kind": "staff", "name": "R 8"}, of=path).json()["kind"] == "staff"
    assert last_entry("room.edit")[2] == {"kind": ["classroom", "staff"], "name": ["R 7", "R 8"]}
    path = f"buildings/{building['id']}/"
    assert write(it_staff, "patch", path, {"name": "Altbau"}, of=path).json()["name"] == "Altbau"
    assert Building.objects.get().name == "Altbau"


def test_room_that_is_there_or_at_a_strange_site_is_refused(write, it_staff, school, other_school, refused):
    room = make_room(school, "R 1")
    body = {
        "school": "100100",
        "site": room.building.site_id,
        "building": room.building.name,
        "name": "R 1",
        "kind": "staff",
    }

    assert refused(write(it_staff, "post", "rooms/", body), 400) == [("", "invalid")]
    strange = body | {"site": main_site(other_school).pk}
    assert refused(write(it_staff, "post", "rooms/", strange), 400) == [("site", "foreign_site")]
    assert Room.objects.count() == 1


def test_headcount_of_a_day_is_completed(write, get, it_staff, school, refused):
    make_headcount(school, on=date(2023, 10, 15), pupils=200)
    body = {"school": "100100", "valid_from": "2023-10-15", "teachers": 14}

    answer = write(it_staff, "post", "headcounts/", body)

    expected = {
        "school": "100100",
        "valid_from": "2023-10-15",
        "valid_until": None,
        "pupils": 200,
        "teachers": 14,
        "classes": None,
    }
    assert (answer.status_code, answer.json()) == (201, expected)
    assert Headcount.objects.known().count() == 1
    empty = {"school": "100100", "valid_from": "2023-10-15"}
    assert refused(write(it_staff, "post", "headcounts/", empty), 400) == [("", "empty")]
    future = body | {"valid_from": "2199-01-01"}
    assert refused(write(it_staff, "post", "headcounts/", future), 400) == [("", "future_day")]


def test_catalogue_is_written(write, it_staff):
    category = {"key": "robot", "name": "Roboter", "workflow": "portable", "lifetime_years": 4}
    made = write(it_staff, "post", "categories/", category)
    maker = write(it_staff, "post", "manufacturers/", {"name": "Nordbot"})
    model = {"manufacturer": maker.json()["id"], "name": "NB 1", "category": "robot", "price": "99.50"}
    model["warranty_months"] = 24
    model = write(it_staff, "post", "device-models/", model)

    assert [answer.status_code for answer in (made, maker, model)] == [201, 201, 201]
    assert made["Location"] == "http://testserver/api/v1/categories/robot/"
    assert model.json() == {
        "id": DeviceModel.objects.get().pk,
        "manufacturer": maker.json()["id"],
        "manufacturer_name": "Nordbot",
        "name": "NB 1",
        "category": "robot",
        "price": "99.50",
        "warranty_months": 24,
        "support_until": None,
    }
    path = f"device-models/{model.json()['id']}/"
    assert write(it_staff, "patch", path, {"name": "NB 2", "price": None}, of=path).json()["price"] is None
    assert last_entry("model.edit")[2] == {"name": ["NB 1", "NB 2"], "price": ["99.50", None]}
    assert DeviceModel.objects.get().key == "nb2"
    changed = write(it_staff, "patch", "categories/robot/", {"lifetime_years": 6}, of="categories/robot/")
    assert changed.json()["lifetime_years"] == Category.objects.get(key="robot").lifetime_years == 6


def test_catalogue_refuses_what_is_there_and_other_states(write, it_staff, refused):
    model = make_model()
    path = f"device-models/{model.pk}/"

    twin = {"manufacturer": model.manufacturer_id, "name": "IPAD 9", "category": "tablet"}
    assert refused(write(it_staff, "post", "device-models/", twin), 400) == [("", "invalid")]
    assert refused(write(it_staff, "patch", path, {"category": "board"}, of=path), 400) == [("", "other_workflow")]
    assert refused(write(it_staff, "post", "manufacturers/", {"name": "apple"}), 400) == [("", "invalid")]
    assert refused(write(it_staff, "patch", path, {"price": "-1"}, of=path), 400) == [("price", "min_value")]


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_writing_master_data_needs_the_right(user, write, request, school, refused):
    person = request.getfixturevalue(user)
    for path in ("schools", "sites", "buildings", "rooms", "headcounts", "categories", "device-models"):
        assert refused(write(person, "post", f"{path}/", {}), 403) == []


def test_token_for_one_school_writes_there_only(api, by, school, other_school, refused):
    person = make_user("tina.token", role=Role.IT_STAFF)
    _row, token = create_token(person, "t", by=by, school=school)
    client = api(token=token)
    own, other = make_room(school), make_room(other_school)

    def patch(path, body):
        return client.patch(f"/api/v1/{path}", body, headers={"If-Match": "*"})

    assert patch(f"rooms/{own.pk}/", {"kind": "staff"}).status_code == 200
    assert refused(patch(f"rooms/{other.pk}/", {"kind": "staff"}), 404) == []
    assert refused(patch("categories/tablet/", {"lifetime_years": 9}), 403) == []
    new = {"number": "100300", "name": "x", "school_type": "02"}
    assert refused(client.post("/api/v1/schools/", new), 403) == []
    body = {"school": "100200", "valid_from": "2024-01-01", "pupils": 1}
    assert refused(client.post("/api/v1/headcounts/", body), 400) == [("school", "does_not_exist")]


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("schools/", {"number": "12345", "name": "x", "school_type": "02"}, ("number", "invalid")),
        ("schools/", {"number": "100300", "name": "x", "school_type": "99"}, ("school_type", "invalid_choice")),
        ("schools/", {"number": "100300", "name": "x", "school_type": "02", "id": 1}, ("id", "unknown_field")),
        (
            "schools/",
            {"number": "100300", "name": "\x00", "school_type": "02"},
            ("name", "null_characters_not_allowed"),
        ),
        ("sites/", ADDRESS | {"school": "\x00"}, ("school", "does_not_exist")),
        ("sites/", ADDRESS | {"school": 100100}, ("school", "incorrect_type")),
        ("sites/", ADDRESS | {"school": "100100", "easting": 2**40}, ("easting", "max_value")),
        ("buildings/", {"site": 2**70, "name": "x"}, ("site", "does_not_exist")),
        ("buildings/", {"site": True, "name": "x"}, ("site", "incorrect_type")),
        ("buildings/", {"site": [1], "name": "x"}, ("site", "incorrect_type")),
        ("headcounts/", {"school": "100100", "valid_from": "2024-01-01", "pupils": -1}, ("pupils", "min_value")),
        ("categories/", {"key": "A B", "name": "x", "workflow": "portable"}, ("key", "invalid")),
    ],
)
def test_wrong_input_names_the_field(path, body, problem, write, it_staff, school, refused):
    assert refused(write(it_staff, "post", path, body), 400) == [problem]


def test_half_a_surrogate_is_refused_and_repeated_without_it(api, it_staff, refused):
    body = '{"key": "k", "name": "n", "workflow": "\\ud800"}'
    answer = api(it_staff).generic("POST", "/api/v1/categories/", body, content_type="application/json")
    assert refused(answer, 400) == [("workflow", "invalid_choice")]
