"""Declared figures: exact keys, scope, past days."""

from datetime import date

import pytest

from tests.factories import make_device, make_headcount


@pytest.fixture
def counted(school, other_school):
    make_headcount(school, on=date(2023, 10, 15), pupils=200)
    make_headcount(other_school, on=date(2023, 10, 15), pupils=100)


def pupils(answer):
    return next(figure for figure in answer[1]["figures"] if figure["key"] == "pupils")


def test_figures_are_exact(get, reader, counted):
    status, body = get(reader, "figures/", as_of="2024-06-01", since="2024-01-01")

    figure = pupils((status, body))
    assert (figure["value"], figure["text"], figure["ref"], figure["kind"]) == (300, "300", None, "stock")
    assert list(figure) == ["key", "ref", "label", "unit", "kind", "value", "text", "note", "definition"]
    body.pop("figures")
    assert (status, body) == (200, {"as_of": "2024-06-01", "known_at": None, "since": "2024-01-01"})


def test_figures_are_about_visible_schools(get, api, reader, school_admin, outsider, counted, refused):
    assert pupils(get(school_admin, "figures/", as_of="2024-06-01"))["value"] == 200
    assert pupils(get(reader, "figures/", as_of="2024-06-01", school="100200"))["value"] == 100
    assert pupils(get(outsider, "figures/", as_of="2024-06-01"))["value"] in (None, 0)
    assert refused(api(school_admin).get("/api/v1/figures/", {"school": "100200"}), 400) == [
        ("school", "does_not_exist")
    ]


def test_unknown_is_null_and_not_0(get, reader, counted):
    assert pupils(get(reader, "figures/", as_of="2001-01-01"))["value"] is None


def test_figures_count_devices_of_the_day(get, reader, school):
    make_device(school=school, on=date(2024, 3, 1))

    def tablets(day):
        figures = get(reader, "figures/", as_of=day)[1]["figures"]
        return next((figure["value"] for figure in figures if figure["key"] == "in_service_tablet"), None)

    assert [tablets(day) for day in ("2024-02-29", "2024-03-01")] == [None, 1]


def test_days_in_the_wrong_order_are_refused(api, reader, refused):
    query = {"as_of": "2024-06-01", "since": "2024-06-02"}

    assert refused(api(reader).get("/api/v1/figures/", query), 400) == [("since", "order")]
