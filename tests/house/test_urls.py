"""Every address × every role: who gets what. A new address without a line here fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from imports.models import ImportBatch, ImportProfile
from inventory.models import DeviceState
from inventory.services import book_delivery
from inventory.services.deliveries import Code
from rollout.models import ProjectState
from schools.enums import Role
from schools.models import School
from tests.factories import DAY, make_device, make_order, make_project, make_room, make_user

pytestmark = pytest.mark.django_db

#: The order of the codes in a line of the table.
CAST = ("anonymous", "outsider", "foreign_admin", "school_admin", "reader", "it_staff", "manager")
EVERYBODY = (200,) * 7
SIGNED_IN = (302, 200, 200, 200, 200, 200, 200)
OWN = (302, 404, 404, 200, 200, 200, 200)
#: Own record, but only people of the authority may change it.
OWN_CHANGE = (302, 404, 404, 403, 403, 200, 200)
#: Records of the authority alone.
ORDER = (302, 404, 404, 404, 200, 200, 200)
IMPORT = (302, 404, 404, 404, 404, 200, 200)
EXPORT = (302, 403, 200, 200, 200, 200, 200)
BOOK = (302, 403, 403, 403, 403, 200, 200)
BULK = (302, 403, 403, 403, 403, 302, 302)
POST_ONLY = (302, 405, 405, 405, 405, 405, 405)
API_LIST = (401, 200, 200, 200, 200, 200, 200)
API_OWN = (401, 404, 404, 200, 200, 200, 200)

#: Address → which of the things it is about, and the code for each of the cast.
GET: dict[str, tuple[str, tuple[int, ...]]] = {
    "login": ("", (200, 302, 302, 302, 302, 302, 302)),
    "logout": ("", (405,) * 7),
    "set_language": ("", (302,) * 7),
    "web:accessibility": ("", EVERYBODY),
    "web:theme_change": ("", (405,) * 7),
    # somebody with one school is sent to it
    "web:dashboard": ("", (302, 200, 302, 302, 200, 200, 200)),
    "web:school_list": ("", SIGNED_IN),
    "web:school_detail": ("school", OWN),
    "web:school_requirement": ("requirement", OWN_CHANGE),
    "web:device_list": ("", SIGNED_IN),
    "web:device_export": ("", EXPORT),
    "web:list_export": ("list", EXPORT),
    "web:device_bulk_change": ("", BULK),
    "web:device_detail": ("device", OWN),
    "web:device_change": ("device", OWN_CHANGE),
    "web:state_correct": ("state", OWN_CHANGE),
    "web:state_withdraw": ("state", OWN_CHANGE),
    "web:project_list": ("", SIGNED_IN),
    "web:project_bulk_change": ("", BULK),
    "web:project_detail": ("project", OWN),
    "web:project_change": ("project", OWN_CHANGE),
    "web:project_state_correct": ("project_state", OWN_CHANGE),
    "web:project_state_withdraw": ("project_state", OWN_CHANGE),
    "web:order_list": ("", SIGNED_IN),
    "web:order_create": ("", BOOK),
    "web:order_detail": ("order", ORDER),
    "web:delivery_create": ("order", (302, 404, 404, 404, 403, 200, 200)),
    "web:delivery_detail": ("delivery", OWN),
    "web:delivery_compare": ("delivery", (302, 404, 404, 403, 403, 200, 200)),
    "web:import_list": ("", BOOK),
    "web:import_template": ("kind", BOOK),
    "web:import_detail": ("batch", IMPORT),
    "web:import_progress": ("batch", IMPORT),
    "web:import_file": ("batch", IMPORT),
    "web:import_conflicts": ("batch", POST_ONLY),
    "web:import_findings": ("batch", IMPORT),
    "web:import_findings_act": ("batch", POST_ONLY),
    "web:import_findings_workbook": ("batch", IMPORT),
    "web:import_decide": ("batch", POST_ONLY),
    "web:import_reconsider": ("batch", POST_ONLY),
    "web:import_reread": ("batch", POST_ONLY),
    "web:import_rows": ("batch", IMPORT),
    "web:import_correct": ("batch", POST_ONLY),
    "web:import_answer": ("batch", POST_ONLY),
    "web:import_skip": ("batch", POST_ONLY),
    "web:import_marked": ("batch", (302, 404, 404, 404, 404, 404, 404)),
    "web:import_replace": ("batch", POST_ONLY),
    "web:import_take": ("batch", POST_ONLY),
    "web:import_cancel": ("batch", POST_ONLY),
    "web:import_undo": ("batch", (302, 404, 404, 404, 404, 302, 302)),
    "web:import_redo": ("batch", POST_ONLY),
    "web:import_discard": ("batch", POST_ONLY),
    "web:import_columns": ("batch", POST_ONLY),
    "web:import_profile": ("batch", POST_ONLY),
    "web:import_profile_save": ("batch", POST_ONLY),
    "web:profile_list": ("", BOOK),
    "web:profile_change": ("profile", IMPORT),
    "web:profile_delete": ("profile", POST_ONLY),
    "web:report_list": ("", EXPORT),
    "web:report_progress": ("", EXPORT),
    "api-schema": ("", API_LIST),
    "api-docs": ("", SIGNED_IN),
    "api-not-there": ("", (404,) * 7),
    "api-school-list": ("", API_LIST),
    "api-school-detail": ("school", API_OWN),
    "api-site-list": ("", API_LIST),
    "api-site-detail": ("site", API_OWN),
    "api-room-list": ("", API_LIST),
    "api-room-detail": ("room", API_OWN),
    "api-headcount-list": ("", API_LIST),
    "api-category-list": ("", API_LIST),
    "api-category-detail": ("category", API_LIST),
    "api-device-model-list": ("", API_LIST),
    "api-device-model-detail": ("model", API_LIST),
    "api-device-list": ("", API_LIST),
    "api-device-detail": ("device", API_OWN),
    "api-device-states": ("device", API_OWN),
    "api-device-transition": ("", (401, 405, 405, 405, 405, 405, 405)),
    "api-project-list": ("", API_LIST),
    "api-project-detail": ("project", API_OWN),
    "api-project-states": ("project", API_OWN),
    "api-completion": ("", API_LIST),
    "api-figures": ("", API_LIST),
}
#: What happens to somebody who posts an empty form; 200 and 400: a form with errors, 302 and 303: done or refused.
POST: dict[str, tuple[str, tuple[tuple[int, ...], ...]]] = {
    "web:import_conflicts": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_findings_act": ("batch", ((302,), (404,), (404,), (404,), (404,), (200, 422), (200, 422))),
    "web:delivery_compare": ("delivery", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "web:import_decide": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_reconsider": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_reread": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_take": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_cancel": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_undo": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_redo": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_discard": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 303), (302, 303))),
    "web:import_columns": ("batch", ((302,), (404,), (404,), (404,), (404,), (302, 422), (302, 422))),
    "web:import_profile": ("batch", ((302,), (404,), (404,), (404,), (404,), (302,), (302,))),
    "web:import_profile_save": ("batch", ((302,), (404,), (404,), (404,), (404,), (422,), (422,))),
    "web:profile_change": ("profile", ((302,), (404,), (404,), (404,), (404,), (200,), (200,))),
    "web:profile_delete": ("profile", ((302,), (404,), (404,), (404,), (404,), (302,), (302, 404))),
    "web:import_list": ("", ((302,), (403,), (403,), (403,), (403,), (200, 422), (200, 422))),
    "web:school_requirement": ("requirement", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "web:order_create": ("", ((302,), (403,), (403,), (403,), (403,), (200,), (200,))),
    "web:delivery_create": ("order", ((302,), (404,), (404,), (404,), (403,), (200,), (200,))),
    "web:device_change": ("device", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "web:state_correct": ("state", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "web:state_withdraw": ("state", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "web:project_change": ("project", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "web:project_state_correct": ("project_state", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "web:project_state_withdraw": ("project_state", ((302,), (404,), (404,), (403,), (403,), (200, 422), (200, 422))),
    "api-device-transition": ("", ((401,), (403,), (403,), (403,), (403,), (400, 415), (400, 415))),
}


def names(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


@pytest.fixture
def things(school: School, it_staff: User) -> dict[str, dict[str, Any]]:
    """Arguments per kind of address; all records belong to the cast's own school."""
    device = make_device(school=school)
    project = make_project(school)
    order = make_order()
    line = order.lines.select_related("model__category").get()
    delivery = book_delivery(
        order, note_number="L", delivered_on=DAY, serials=[Code(line, "N1")], by=Actor(it_staff), school=school
    )
    batch = ImportBatch.objects.create(
        name="x.csv", sha256="0" * 64, size=1, created_by=it_staff, created_at=timezone.now(), status="failed"
    )
    batch.file.save("x.csv", ContentFile(b"a;b"))
    profile = ImportProfile.objects.create(name="P", kind="devices", fingerprint="0" * 64, created_at=timezone.now())
    return {
        "device": {"pk": device.pk},
        "state": {"pk": device.pk, "state_pk": DeviceState.objects.get(device=device).pk},
        "project": {"pk": project.pk},
        "project_state": {"pk": project.pk, "state_pk": ProjectState.objects.get(project=project).pk},
        "order": {"pk": order.pk},
        "delivery": {"pk": delivery.pk},
        "batch": {"pk": batch.pk},
        "profile": {"pk": profile.pk},
        "kind": {"kind": "devices"},
        "list": {"name": "schools"},
        "school": {"number": school.number},
        "requirement": {"number": school.number, "key": "media_concept"},
        "site": {"pk": school.sites.get().pk},
        "room": {"pk": make_room(school).pk},
        "category": {"key": device.model.category.key},
        "model": {"pk": device.model_id},
    }


@pytest.fixture
def cast(school_admin: User, reader: User, it_staff: User, manager: User, outsider: User, other_school: School) -> Any:
    foreign = make_user("fritz.fern", role=Role.SCHOOL_ADMIN, school=other_school)
    return dict(zip(CAST, (None, outsider, foreign, school_admin, reader, it_staff, manager), strict=True))


def test_every_address_stands_in_the_table() -> None:
    found = {name for name in names(get_resolver().url_patterns) if not name.startswith("admin:")}
    assert found == set(GET)


@pytest.mark.parametrize("name", GET)
def test_who_gets_what(name: str, things: dict[str, dict[str, Any]], cast: dict[str, User | None]) -> None:
    thing, expected = GET[name]
    url = reverse(name, kwargs=things.get(thing, {}))
    assert tuple(_code(_client(person).get(url)) for person in cast.values()) == expected


@pytest.mark.parametrize("name", POST)
def test_who_may_post(name: str, things: dict[str, dict[str, Any]], cast: dict[str, User | None]) -> None:
    thing, allowed = POST[name]
    url = reverse(name, kwargs=things.get(thing, {}))
    codes = {key: _code(_client(person).post(url)) for key, person in cast.items()}
    assert [codes[key] in allowed[index] for index, key in enumerate(CAST)] == [True] * 7, codes


def _code(response: Any) -> int:
    if response.streaming:
        # The response's own close() would also end the connection, and with it the test's transaction.
        for close in response._resource_closers:
            close()
    return int(response.status_code)


def _client(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client
