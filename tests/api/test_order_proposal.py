"""The proposal for an order: exact keys, and who may see it."""

import pytest

from rollout.models import Requirement, Standard
from tests.factories import DAY, make_devices, make_headcount, make_model, make_order
from tests.factories_money import own_money

URL = "/api/v1/completion/order-proposal/"


@pytest.fixture
def needy(db, school):
    """One line instead of the whole default standard, and 20 devices missing by it."""
    Requirement.objects.exclude(key="pupil_devices").delete()
    make_headcount(school, on=DAY, pupils=90)
    make_devices(10, school=school)
    return make_order(on=DAY)


def test_proposal_is_exact(api, manager, school, needy):
    answer = api(manager).get(URL, headers={"Accept-Language": "en"}).json()
    day, source = answer.pop("as_of"), answer["requirements"][0].pop("price_source")

    assert (len(day), source) == (10, f"Apple iPad 9, order {needy.number} of 1 Mar 2024")
    assert answer == {
        "standard": Standard.objects.get().name,
        "level": "basis",
        "requirements": [
            {
                "key": "pupil_devices",
                "requirement": "Pupil devices",
                "gap": 20,
                "on_the_way": 0,
                "planned": 0,
                "undistributed": 3,
                "to_order": 17,
                "model": make_model().pk,
                "model_name": "Apple iPad 9",
                "unit_price": "399.00",
                "cost": "6783.00",
                "programmes": {own_money().key: 17},
            }
        ],
        "schools": [
            {
                "number": "100100",
                "name": "Lindenschule",
                "items": [
                    {
                        "key": "pupil_devices",
                        "gap": 20,
                        "on_the_way": 0,
                        "planned": 0,
                        "undistributed": 3,
                        "to_order": 17,
                        "cost": "6783.00",
                    }
                ],
            }
        ],
        "total": "6783.00",
        "reckoned": [f"3 × Tablet of order {needy.number}, without a day"],
        "remarks": [],
    }


def test_proposal_without_a_model_names_none(api, manager, school):
    Requirement.objects.exclude(key="pupil_devices").delete()
    make_headcount(school, on=DAY, pupils=90)
    make_devices(10, school=school)
    make_model("iPad 10")
    (found,) = api(manager).get(URL).json()["requirements"]
    assert (found["model"], found["model_name"], found["unit_price"], found["price_source"]) == (None,) * 4


def test_proposal_is_for_those_who_see_amounts(api, reader, school_admin, needy):
    assert [api(user).get(URL).status_code for user in (reader, school_admin)] == [403, 403]


def test_proposal_refuses_what_is_no_version_or_level(api, manager, needy):
    refused = api(manager).get(URL, {"standard": "0", "level": "most"})
    assert (refused.status_code, {one["field"] for one in refused.json()["errors"]}) == (400, {"standard", "level"})


def test_costs_to_complete_say_the_same(api, manager, reader, needy):
    url = "/api/v1/completion/costs-to-complete/"
    answer = api(manager).get(url, headers={"Accept-Language": "en"}).json()
    (requirement,), (school,) = answer["requirements"], answer["schools"]
    ordered = api(manager).get(URL).json()

    assert {name: requirement.pop(name) for name in ("price_source", "requirement", "level", "unknown")} == {
        "price_source": f"Apple iPad 9, order {needy.number} of 1 Mar 2024",
        "requirement": "Pupil devices",
        "level": "basis",
        "unknown": 0,
    }
    assert {name: ordered["requirements"][0][name] for name in requirement} == requirement
    total = {"to_order": 17, "cost": "6783.00", "basis": "6783.00", "target": "0.00", "unknown": 0}
    assert answer["total"] == total
    assert school == {
        "number": "100100",
        "name": "Lindenschule",
        "total": total,
        "items": ordered["schools"][0]["items"],
    }
    assert answer["programmes"] == [{"programme": own_money().key, "may_pay": "6783.00", "rest": None}]
    assert api(reader).get(url).status_code == 403
