import pytest
from django.db import connection
from django.test import Client


def _pragma(name):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_sqlite_keeps_foreign_keys_and_waits_for_the_writer():
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")

    assert (_pragma("foreign_keys"), _pragma("synchronous"), _pragma("busy_timeout")) == (1, 1, 20_000)
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False


@pytest.mark.django_db
def test_pages_may_load_from_our_own_server_only(client: Client):
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))

    assert directives == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
