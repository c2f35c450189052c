"""Figures of one's own by the interface for machines."""

from typing import Any

import pytest

from accounts.models import User
from reports.models import CustomFigure
from schools.models import School
from tests.factories import make_devices

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Tablets", "subject": "devices", "measure": "count", "query": "category=tablet", "is_shared": True}


def test_figure_is_made_read_among_all_changed_and_deleted(signed_in: Any, manager: User, school: School) -> None:
    make_devices(2, school=school)
    client = signed_in(manager)

    made = client.post("/api/v1/own-figures/", GIVEN, content_type="application/json")

    figure = CustomFigure.objects.get()
    assert made.status_code == 201
    assert made.json() == {
        "id": figure.pk,
        "key": f"custom_{figure.pk}",
        **GIVEN,
        "part_query": "",
        "public_at": None,
        "definition": made.json()["definition"],
    }
    value = client.get(f"/api/v1/figures/custom_{figure.pk}/").json()
    assert (value["value"], value["label"], value["definition"]) == (2, "Tablets", made.json()["definition"])
    page = f"/api/v1/own-figures/{figure.pk}/"
    version = {"If-Match": client.get(page)["ETag"]}
    changed = client.patch(page, {"query": ""}, content_type="application/json", headers=version)
    assert (changed.status_code, changed.json()["query"]) == (200, "")
    assert client.delete(page, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert client.get(f"/api/v1/figures/custom_{figure.pk}/").status_code == 404


def test_filter_that_cannot_be_used_is_a_problem_of_its_field(signed_in: Any, manager: User) -> None:
    answer = signed_in(manager).post(
        "/api/v1/own-figures/", GIVEN | {"query": "school=999999"}, content_type="application/json"
    )
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, ["query"])


def test_school_shares_no_figure(signed_in: Any, school_admin: User) -> None:
    answer = signed_in(school_admin).post("/api/v1/own-figures/", GIVEN, content_type="application/json")
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (400, ["is_shared"])
