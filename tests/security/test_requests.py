"""Forged requests, forged hosts, redirects to elsewhere, odd paths."""

import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from tests.house.tree import ROOT
from tests.house.url_table import GET, POST, SEND
from tests.house.world import World

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example/", "/\\evil.example/", "\\\\evil.example",
    "http:///evil.example", "javascript:alert(1)", "https:evil.example", "\t//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("name", POST)
def test_form_without_its_token_is_refused(name: str, world: World) -> None:
    client = world.client("administrator")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(reverse(name, kwargs=world.things[GET[name][0]]), {}).status_code == 403


@pytest.mark.parametrize(("method", "name"), SEND)
def test_session_needs_the_token_for_the_interface_too(method: str, name: str, world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = world.client("administrator").cookies
    url = reverse(name, kwargs=world.things[GET[name][0]])
    assert strict.generic(method, url, "{}", content_type="application/json").status_code == 403


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(target: str, client: Client, world: World) -> None:
    for answer in (
        client.post("/account/theme/", {"theme": "dark", "next": target}),
        client.post("/i18n/setlang/", {"language": "en", "next": target}),
        client.post("/i18n/setlang/", {"language": "en"}, headers={"Referer": target}),
        world.client("reader").get("/login/", {"next": target}),
    ):
        assert answer.status_code == 302
        location = answer.headers["Location"]
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "a b", ""])
def test_unknown_host_is_refused(host: str) -> None:
    assert Client().get("/login/", headers={"Host": host or "."}).status_code == 400


def test_other_host_headers_are_not_believed(client: Client) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example", "X-Original-URL": "/admin/"}
    answer = client.get("/login/", headers=forged)
    assert answer.status_code == 200
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config/settings.py", "/static/%2e%2e/config/settings.py", "/static/..%2fconfig/settings.py",
        "/static/%2e%2e%2f%2e%2e%2fetc/passwd", "/static//etc/passwd", "/static/%00", "/static/..%5cmanage.py",
        "/files/imports/", "/data/db.sqlite3", "/.env", "/.git/config",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_static_files(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/schools/%00/", "/schools/%2e%2e/", "/schools/..%2f/", f"/schools/{'9' * 5000}/",
        "/devices/999999999999999999999/", "/devices/?q=%00", "/devices/?page=99999999999999999999",
        "/devices/?school=%00", "/devices/?since_from=9999-99-99", "/devices/?as_of=0001-01-01",
        "/devices/?as_of=9999-12-31", f"/devices/?q={'a' * 6000}", "/schools/?ordering=password",
        "/devices/?ordering=-model__manufacturer__password", "/reports/lists/%2e%2e/",
        "/imports/99999999999999999999/", "/users/99999999999999999999/", "/api/v1/devices/?school=%00",
        "/api/v1/schools/%00/", "/api/v1/devices/999999999999999999999/", "/api/v1/devices/?as_of=9999-12-31",
        "/api/v1/devices/?q=%ED%A0%80",
    ],
)  # fmt: skip
def test_odd_addresses_are_answered_in_words(path: str, world: World) -> None:
    answer = world.client("administrator").get(path)
    assert answer.status_code in (200, 400, 404)
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize("https", ["", "1"])
def test_cookies_are_for_our_own_server_alone(https: str) -> None:
    """Asked in a process of its own: the settings read their environment once."""
    names = (
        "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE SECURE_SSL_REDIRECT"
    )
    code = f"from django.conf import settings; print([getattr(settings, name) for name in {names.split()}])"
    environment = {"HTTPS": https, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTEST_VERSION": "1", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == str([bool(https), bool(https), True, "Lax", bool(https)]), done.stderr[-300:]
