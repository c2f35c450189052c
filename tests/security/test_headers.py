"""What every answer says to the browser, whichever kind of answer it is."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from config.headers import permissions
from tests.house.url_table import GET
from tests.house.world import World

pytestmark = pytest.mark.django_db

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": permissions(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
#: Sources without a danger: our own server, nobody, and KERN's icons in its style sheet.
HARMLESS = {"'self'", "'none'", "data:"}
#: Pages on which a phone reads codes by its camera, with WebAssembly of our own where the browser cannot.
CAMERA = {"web:scan", "web:stocktake_detail", "web:return_detail"}
#: What people sent in is shown and does nothing.
SENT_IN = {"web:device_defect_photo": "default-src 'none'; sandbox"}
#: What says nothing about anybody.
PUBLIC = {"web:scan_worker"}


def wrong_headers(answer, features: tuple[str, ...] = ()) -> dict[str, str | None]:
    """Headers that are not as they should be; the policy may not allow inline, eval or a foreign host."""
    expected = EXPECTED | {"Permissions-Policy": permissions(features)}
    found = {name: answer.headers.get(name) for name, value in expected.items() if answer.headers.get(name) != value}
    policy = answer.headers.get("Content-Security-Policy", "")
    directives = {part.split()[0]: set(part.split()[1:]) for part in policy.split(";") if part.strip()}
    strict = directives.get("default-src") == {"'self'"} and directives.get("frame-ancestors") == {"'none'"}
    strict = strict and directives.get("object-src") == {"'none'"} and directives.get("base-uri") == {"'none'"}
    scripts = {"'self'", "'wasm-unsafe-eval'"} if "camera" in features else {"'self'"}
    if not strict or set().union(*directives.values()) - HARMLESS - scripts or directives["script-src"] != scripts:
        found["Content-Security-Policy"] = policy
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        found["Cache-Control"] = answer.headers.get("Cache-Control")
    return found


@pytest.mark.parametrize("person", ["anonymous", "administrator"])
def test_every_address_answers_with_all_headers(person: str, world: World) -> None:
    wrong = {}
    for name, (thing, _row) in GET.items():
        answer = world.client(person).get(reverse(name, kwargs=world.things[thing]))
        if answer.streaming:
            for close in answer._resource_closers:
                close()
        is_page = name in CAMERA and answer.status_code == 200
        found = wrong_headers(answer, ("camera",) if is_page else ())
        if name in SENT_IN and answer.status_code == 200:
            assert found.pop("Content-Security-Policy") == SENT_IN[name]
        if name in PUBLIC:
            assert found.pop("Cache-Control") == "no-cache"
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nirgends/", 404),
        ("/login", 301),
        ("/api/v1/nirgends/", 404),
        ("/schools/%00/", 404),
        ("/static/nirgends", 404),
    ],
)
def test_errors_and_redirects_have_all_headers(path: str, status: int, client: Client) -> None:
    answer = client.get(path)
    assert (answer.status_code, wrong_headers(answer)) == (status, {})


def test_refused_host_and_missing_csrf_token_have_all_headers() -> None:
    answer = Client().get("/", headers={"Host": "evil.example"})
    assert (answer.status_code, wrong_headers(answer)) == (400, {})
    answer = Client(enforce_csrf_checks=True).post("/account/theme/", {})
    assert (answer.status_code, wrong_headers(answer)) == (403, {})


def test_failure_has_all_headers_and_says_nothing_about_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("administrator")
    client.raise_request_exception = False

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("geheimnis in der meldung")

    monkeypatch.setattr("web.views.schools.school_list_context", fail)
    answer = client.get("/schools/")
    assert (answer.status_code, wrong_headers(answer)) == (500, {})
    text = answer.content.decode()
    assert [
        word for word in ("geheimnis", "RuntimeError", "Traceback", ".py", settings.SECRET_KEY) if word in text
    ] == []


def test_failure_of_the_interface_is_a_problem_without_detail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("administrator")
    client.raise_request_exception = False

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("geheimnis in der meldung")

    monkeypatch.setattr("api.views.schools.SchoolViewSet.get_queryset", fail)
    answer = client.get("/api/v1/schools/")
    assert answer.status_code == 500
    assert [word for word in ("geheimnis", "RuntimeError", "Traceback") if word in answer.content.decode()] == []


def test_static_files_may_be_kept(client: Client) -> None:
    answer = client.get("/static/css/base.css")
    if answer.status_code == 404:
        answer = client.get("/static/js/page.js")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()
