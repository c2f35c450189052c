"""Completion per school: exact keys, scope, past days."""

from datetime import date

import pytest

from inventory.enums import DeviceStatus
from inventory.services import change_device
from rollout.models import Requirement, Standard
from tests.factories import make_devices, make_headcount, make_model, make_school


@pytest.fixture
def tablets(school):
    make_headcount(school, on=date(2023, 10, 15), pupils=10, teachers=1, classes=1)
    return make_devices(1, school=school, model=make_model(), on=date(2024, 3, 1))


@pytest.fixture
def standard(db):
    """One line instead of the whole default standard."""
    standard = Standard.objects.create(name="Probe", valid_from=date(2023, 1, 1))
    Standard.objects.exclude(pk=standard.pk).delete()
    line = Requirement.objects.create(
        standard=standard,
        key="pupil_devices",
        name="Geräte für Lernende",
        name_en="Devices for pupils",
        measure="devices_per_head",
        head="pupils",
        per=5,
        use="pupils",
    )
    line.categories.set([make_model().category])
    return standard


def test_completion_is_exact(api, reader, standard, tablets):
    answer = api(reader).get("/api/v1/completion/", {"as_of": "2024-06-01"}, headers={"Accept-Language": "en"})
    (row,) = answer.json()["schools"][0]["requirements"]

    assert "10 pupils" in row.pop("explanation")
    assert row == {
        "key": "pupil_devices",
        "label": "Devices for pupils",
        "level": "basis",
        "required": 2,
        "actual": 1,
        "on_the_way": 0,
        "gap": 1,
        "state": "partly",
        "percent": 50,
        "waiver": None,
        "due_on": None,
    }
    body = answer.json()
    assert [(s["number"], s["name"], s["grade"], s["grade_target"]) for s in body.pop("schools")] == [
        ("100100", "Lindenschule", 50, 50)
    ]
    assert body == {"as_of": "2024-06-01", "known_at": None, "standard": "Probe"}


def test_completion_follows_a_back_dated_change(get, reader, by, standard, tablets):
    change_device(tablets[0], by=by, on=date(2024, 5, 1), status=DeviceStatus.IN_REPAIR)

    def grades(**query):
        return [school["grade"] for school in get(reader, "completion/", **query)[1]["schools"]]

    assert grades(as_of="2024-04-30") == [50]
    assert grades(as_of="2024-05-01") == [0]


def test_completion_shows_visible_schools_only(get, api, school_admin, outsider, other_school, standard, refused):
    def numbers(user, **query):
        return [school["number"] for school in get(user, "completion/", **query)[1]["schools"]]

    assert numbers(school_admin) == ["100100"]
    assert numbers(outsider) == []
    assert numbers(school_admin, school="100100") == ["100100"]
    assert refused(api(school_admin).get("/api/v1/completion/", {"school": "100200"}), 400) == [
        ("school", "does_not_exist")
    ]


def test_completion_before_the_first_standard_has_none(get, reader, standard, school):
    status, body = get(reader, "completion/", as_of="2001-01-01")

    assert (status, body["standard"]) == (200, None)
    assert [(s["grade"], s["requirements"]) for s in body["schools"]] == [(None, [])]


def test_completion_takes_the_same_number_of_queries_for_1_and_3(
    api, reader, standard, school, django_assert_max_num_queries
):
    client = api(reader)
    client.get("/api/v1/completion/")
    counts = []
    for expected in (1, 3):
        with django_assert_max_num_queries(25) as captured:
            assert len(client.get("/api/v1/completion/").json()["schools"]) == expected
        counts.append(len(captured))
        make_school()
        make_school()

    assert counts[0] == counts[1]
