"""The records behind a figure and two reports compared, for machines."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import DAY, make_devices
from tests.factories_money import make_cost

AFTER = (DAY + timedelta(days=30)).isoformat()


@pytest.fixture
def counted(school, other_school):
    make_devices(3, school=school)
    make_devices(2, school=other_school)


def test_figure_comes_with_its_records(get, reader, counted):
    status, body = get(reader, "figures/devices_in_service/", as_of=AFTER, limit=2, offset=1)

    assert (status, body["value"], body["count"], body["record"]) == (200, 5, 5, "device")
    assert (len(body["records"]), len(body["columns"]), len(body["records"][0]["cells"])) == (2, 8, 8)
    assert body["wordings"].keys() == {"exact", "already"} | ({"round", "about"} & body["wordings"].keys())
    assert body["sentence"]


def test_figure_is_about_visible_schools(get, api, reader, school_admin, counted, refused):
    assert get(school_admin, "figures/devices_in_service/", as_of=AFTER)[1]["count"] == 3
    assert get(reader, "figures/devices_in_service/", as_of=AFTER, school="100200")[1]["count"] == 2
    assert api(reader).get("/api/v1/figures/works_paid/").status_code == 404
    assert api(reader).get("/api/v1/figures/nothing/").status_code == 404
    assert refused(api(reader).get("/api/v1/figures/schools/", {"limit": 0}), 400) == [("limit", "min_value")]


def test_comparison_tells_late_from_moved(get, manager, school):
    make_devices(1, school=school)
    published = timezone.now()
    make_devices(2, school=school)
    make_devices(4, school=school, on=DAY + timedelta(days=20))
    make_cost("1.50", trade="lan")
    question = {"with": (DAY + timedelta(days=5)).isoformat(), "with_known_at": published.isoformat(), "as_of": AFTER}

    status, body = get(manager, "figures/compare/", **question)

    found = {line["key"]: line for line in body["figures"]}
    assert status == 200
    assert {name: found["devices_in_service"][name] for name in ("then", "corrected", "now", "late", "moved")} == {
        "then": 1, "corrected": 3, "now": 7, "late": 2, "moved": 4,
    }  # fmt: skip
    assert (found["works_paid"]["then"], found["works_paid"]["now"]) == (None, 1.5)

    status, one = get(manager, "figures/compare/devices_in_service/", **question)

    assert [(step["is_late"], step["entered"], step["left"]) for step in one["steps"]] == [(True, 2, 0), (False, 4, 0)]
    late = one["steps"][0]["records"]
    assert [(record["is_new"], record["recorded_at"] is not None, bool(record["how"])) for record in late] == [
        (True, True, True)
    ] * 2


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ({}, ("with", "required")),
        ({"with": "2999-01-01"}, ("", "future")),
        ({"with": "2024-05-01", "as_of": "2024-04-01"}, ("with", "order")),
        ({"with": "2024-03-01", "known_at": "2024-04-01T10:00:00Z"}, ("with_known_at", "order")),
        ({"with": "2024-03-01", "as_of": "2024-04-01", "since": "2024-03-02"}, ("since", "order")),
    ],
)
def test_comparison_refuses_what_cannot_be_asked(api, manager, refused, question, problem):
    found = refused(api(manager).get("/api/v1/figures/compare/", question), 400)
    assert [(field or "", code) for field, code in found] == [problem]


def test_comparison_is_for_those_who_take_away_reports(api, manager, outsider):
    assert api(outsider).get("/api/v1/figures/compare/", {"with": "2024-03-01"}).status_code == 403
    assert api(manager).get("/api/v1/figures/compare/nothing/", {"with": "2024-03-01"}).status_code == 404
