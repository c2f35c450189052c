"""The search of the interface: exact keys, refusals, scope."""

import pytest

from tests.factories import make_device, make_room

URL = "/api/v1/search/"


def test_answer_is_exact(api, reader, school):
    device = make_device(school=school, serial="AB1", asset_tag="T-1")
    near = make_device(school=school, serial="A81", asset_tag="AB1O", status="in_service")
    room = make_room(school, "AB1")

    answer = api(reader).get(URL, {"q": " ab1\r\n"}).json()

    at = "http://testserver/api/v1"
    assert answer == {
        "q": "ab1",
        "groups": [
            {
                "type": "device",
                "has_more": False,
                "hits": [
                    {
                        "type": "device",
                        "id": device.pk,
                        "label": "T-1",
                        "url": f"{at}/devices/{device.pk}/",
                        "is_exact": True,
                    },
                    {
                        "type": "device",
                        "id": near.pk,
                        "label": "AB1O",
                        "url": f"{at}/devices/{near.pk}/",
                        "is_exact": False,
                    },
                ],
            },
            {
                "type": "room",
                "has_more": False,
                "hits": [
                    {"type": "room", "id": room.pk, "label": "AB1", "url": f"{at}/rooms/{room.pk}/", "is_exact": True}
                ],
            },
        ],
        "alike": [],
    }


def test_misread_number_is_suggested(api, reader, school):
    device = make_device(school=school, serial="AB1", asset_tag="T-1")

    answer = api(reader).get(URL, {"q": "ABI"}).json()

    assert answer["groups"] == []
    assert [hit["id"] for hit in answer["alike"]] == [device.pk]


def test_addresses_of_all_kinds_lead_to_the_records(api, reader, school):
    client = api(reader)
    make_device(school=school, serial="QQ1", asset_tag="T-1")
    make_room(school, "QQ1")

    for asked in ("QQ1", "Lindenschule"):
        for group in client.get(URL, {"q": asked}).json()["groups"]:
            assert [client.get(hit["url"]).status_code for hit in group["hits"]] == [200] * len(group["hits"])


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({}, "q", "required"),
        ({"q": ""}, "q", "blank"),
        ({"q": "a"}, "q", "min_length"),
        ({"q": "x" * 10_000}, "q", "max_length"),
        ({"q": "ab", "all": "1"}, "all", "unknown_parameter"),
    ],
)
def test_unusable_question_is_refused(api, reader, query, field, code):
    answer = api(reader).get(URL, query)

    assert answer.status_code == 400
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]


def test_school_finds_its_own_alone(api, school_admin, other_school):
    make_device(school=other_school, serial="AB1", asset_tag="T-1")

    for asked in ("AB1", "ABI", "AB", "Kastanienschule"):
        assert api(school_admin).get(URL, {"q": asked}).json() == {"q": asked, "groups": [], "alike": []}
