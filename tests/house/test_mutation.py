"""Take the scope away from one model, and somebody reads what is not theirs: each ``visible_to`` is needed."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from accounts.models import User
from schools import access
from schools.access import Right
from schools.enums import Role
from tests.house.furnished import furnish
from tests.house.tree import PACKAGES
from tests.house.url_table import GET
from tests.house.walk import marks_at
from tests.house.world import World

pytestmark = pytest.mark.django_db

#: Reference data: whoever signs in may read it.
OPEN = {
    "inventory.category", "inventory.manufacturer", "inventory.devicemodel", "inventory.labelsheet",
    "rollout.standard",
    "rollout.templatestep", "rollout.tradeorder",
}  # fmt: skip
#: Of the authority, and what somebody did or asked for: a school sees what has to do with itself, or is there for all.
IN_PART = {
    "api.answeredrequest", "audit.act", "audit.personaldetail", "inventory.order", "inventory.orderline",
    "rollout.initiative", "rollout.masterplan", "rollout.objective", "rollout.progressentry",
    "rollout.publicfigure", "reports.customfigure", "reports.savedview",
}  # fmt: skip
#: Model → the way to its school, where it has one. Of all others a school sees nothing, whatever its rights.
SCHOOL = {
    "audit.entry": "school",
    "imports.finding": "device__school",
    "inventory.defectphoto": "defect__school",
    "inventory.delivery": "school",
    "inventory.device": "school",
    "inventory.devicedefect": "school",
    "inventory.deviceswap": "school",
    "inventory.devicestate": "school",
    "inventory.devicetest": "device__school",
    "inventory.deviceprotocol": "device__school",
    "inventory.handout": "school",
    "inventory.installationstep": "device__school",
    "inventory.plannedhandover": "school",
    "inventory.stocktake": "school",
    "inventory.stocktakeitem": "stocktake__school",
    "inventory.retirementitem": "device__school",
    "inventory.returncampaign": "school",
    "inventory.returnitem": "campaign__school",
    "inventory.returnscan": "campaign__school",
    "rollout.attainment": "school",
    "rollout.evidencefile": "school",
    "rollout.constructionproject": "site__uses__school",
    "rollout.milestone": "project__site__uses__school",
    "rollout.milestonestate": "milestone__project__site__uses__school",
    "rollout.projectfile": "project__site__uses__school",
    "rollout.projectroom": "room__school",
    "rollout.projectroomstate": "covered__room__school",
    "rollout.projectstate": "project__site__uses__school",
    "rollout.requirement": "school",
    "rollout.waiver": "school",
    "rollout.worksdefect": "project__site__uses__school",
    "schools.apitoken": "user__memberships__school",
    "schools.building": "site__uses__school",
    "schools.headcount": "school",
    "schools.invitation": "school",
    "schools.membership": "school",
    "schools.room": "school",
    "schools.school": "pk",
    "schools.schoolalias": "school",
    "schools.site": "uses__school",
    "schools.siteuse": "school",
}
#: Model → an address at which its lost scope is read, where it stands before everything else. The others are read
#: through one of these, or by nobody without a right of the authority.
SEEN_AT = {
    "audit.entry": "web:audit_export",
    "imports.importbatch": "web:import_list",
    "inventory.delivery": "web:order_list",
    "inventory.device": "web:device_list",
    "inventory.defectphoto": "web:device_defect_photo",
    "inventory.devicedefect": "web:device_defect",
    "inventory.deviceprotocol": "web:protocol",
    "inventory.devicestate": "web:device_list?as_of=2024-04-01",
    "inventory.order": "web:order_detail",
    "inventory.returncampaign": "web:return_detail",
    "rollout.constructionproject": "web:project_list",
    "rollout.projectstate": "web:project_list?as_of=2024-04-01",
    "rollout.requirement": "web:standard_detail",
    "schools.membership": "web:role_change",
    "schools.room": "api-room-list",
    "schools.school": "web:school_list",
    "schools.siteuse": "api-site-list",
}

#: What a school reads of the authority: where a delivery to it came from, and with the right to money what it costs.
KNOWN = {("aut", "order_number"), ("aut", "order_supplier"), ("aut", "price")}


@pytest.fixture(scope="module")
def furnished(world: World) -> World:
    return furnish(world)


@pytest.fixture
def almighty(furnished: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """School admins have every right in their school: only the scope stands between them and the others."""
    monkeypatch.setitem(access.RIGHTS, Role.SCHOOL_ADMIN, frozenset(Right))
    return furnished


def scoped() -> list[str]:
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
    return sorted(model._meta.label_lower for model in ours if hasattr(model._default_manager.all(), "visible_to"))


def out_of_scope(label: str, world: World) -> int:
    """How many rows somebody sees who must not: strangers any, a school admin those of the other school."""
    rows = apps.get_model(label)._default_manager
    found = rows.visible_to(AnonymousUser()).count()
    if label not in OPEN and label != "rollout.requirement":
        found += rows.visible_to(_again(world, "outsider")).count()
    seen = rows.visible_to(_again(world, "school_admin"))
    if path := SCHOOL.get(label):
        found += seen.filter(**{path: world.other.pk}).exclude(**{path: world.own.pk}).count()
    elif label not in OPEN | IN_PART:
        found += seen.count()
    return found


def _again(world: World, person: str) -> User:
    """As the next request would read them: the roles of a user are read once."""
    user = world.cast[person]
    assert user
    return User.objects.get(pk=user.pk)


def leaks(label: str, world: World) -> Iterator[tuple[tuple[str, str], str]]:
    """Markers of others that a school admin reads at the address of that model."""
    name, _mark, query = SEEN_AT[label].partition("?")
    url = reverse(name, kwargs=world.others[GET[name][0]]) + (f"?{query}" if query else "")
    found = marks_at(world, "school_admin", [url])
    return (leak for leak in found if leak[0][0] != "own" and leak[0] not in KNOWN)


def without_scope(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = type(apps.get_model(label)._default_manager.all())
    monkeypatch.setattr(rows, "visible_to", lambda self, user: self)


@pytest.mark.parametrize("label", scoped())
def test_scope_of_a_model_holds_and_is_needed(label: str, almighty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert out_of_scope(label, almighty) == 0
    without_scope(label, monkeypatch)
    assert out_of_scope(label, almighty) > 0


@pytest.mark.parametrize("label", SEEN_AT)
def test_page_shows_that_a_scope_is_missing(label: str, almighty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(leaks(label, almighty)) == []
    without_scope(label, monkeypatch)
    assert next(leaks(label, almighty), None) is not None
