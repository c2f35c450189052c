"""Nothing is written without an entry: every row that a service adds, changes or deletes is named by its act."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from audit.actor import Actor
from audit.models import Act, Entry
from schools.models import School
from tests.house.test_audit import SCENARIOS

pytestmark = pytest.mark.django_db

Row = dict[str, Any]
Rows = dict[tuple[str, int], Row]
#: Applications with records of the city. The trail itself is not told about, nor are sessions and tasks of Django.
APPS = ("schools", "inventory", "rollout", "imports", "accounts", "api")
#: Dated facts and parts: by the entry of which record their writing is told.
TOLD_BY: dict[str, Callable[[Row], tuple[str, int]]] = {
    "inventory.devicestate": lambda row: ("inventory.device", row["device_id"]),
    "inventory.devicetest": lambda row: ("inventory.device", row["device_id"]),
    "inventory.deviceprotocol": lambda row: ("inventory.device", row["device_id"]),
    "inventory.installationstep": lambda row: ("inventory.device", row["device_id"]),
    "inventory.handout": lambda row: ("inventory.handout", row["device_id"]),
    "inventory.returnitem": lambda row: ("inventory.returncampaign", row["campaign_id"]),
    "rollout.projectstate": lambda row: ("rollout.constructionproject", row["project_id"]),
    "rollout.milestonestate": lambda row: ("rollout.milestone", row["milestone_id"]),
    "rollout.projectroomstate": lambda row: ("rollout.projectroom", row["covered_id"]),
    "rollout.attainment": lambda row: ("rollout.attainment", row["school_id"]),
    "schools.siteuse": lambda row: ("schools.school", row["school_id"]),
    "schools.headcount": lambda row: ("schools.headcount", row["school_id"]),
}
#: What scenarios put there without a service before they call one: new rows of these may go untold.
SCENERY = {
    "accounts.user", "schools.membership", "schools.room", "schools.building", "inventory.manufacturer",
    "inventory.devicemodel", "imports.importbatch", "imports.finding",
}  # fmt: skip
#: What needs no entry of its own, and why.
EXCEPTIONS = {
    "inventory.stocktakeitem": "a count says itself by whom and when; the stocktake and its corrections are told of",
    "inventory.scan": "what came of a scan; the act that it names tells of the device",
    "inventory.holding": "derived from the states of devices, which are told of",
    "imports.importrow": "the preview of a batch, made anew from its file whenever it is read",
}


def rows() -> Rows:
    """All records, by kind and key."""
    models = (model for app in APPS for model in apps.get_app_config(app).get_models())
    return {
        (model._meta.label_lower, row["pk"]): row
        for model in models
        for row in model._default_manager.values("pk", *(field.attname for field in model._meta.concrete_fields))
    }


def untold(before: Rows, after: Rows, told: set[tuple[str, int]]) -> set[str]:
    """Kinds of the rows that differ and that no entry names."""
    differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {
        kind
        for kind, pk in differing
        if kind not in EXCEPTIONS
        and not (kind in SCENERY and (kind, pk) not in before)
        and told.isdisjoint(_tellers(kind, after.get((kind, pk)) or before[kind, pk]))
    }


def _tellers(kind: str, row: Row) -> set[tuple[str, int]]:
    return {(kind, row["pk"])} | ({TOLD_BY[kind](row)} if kind in TOLD_BY else set())


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_row_that_was_written_is_named_by_an_entry(name: str, by: Actor) -> None:
    before, last = rows(), Act.objects.latest("pk").pk if Act.objects.exists() else 0
    SCENARIOS[name](by)
    told = set(Entry.objects.filter(act__pk__gt=last).values_list("kind", "object_id"))
    assert untold(before, rows(), told) == set()


def test_row_without_an_entry_is_found(school: School) -> None:
    before = rows()
    School.objects.update(name="Heimlich")
    assert untold(before, rows(), set()) == {"schools.school"}
    assert untold(before, rows(), {("schools.school", school.pk)}) == set()
