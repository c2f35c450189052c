"""The cast: one named user per role, and an outsider."""

import gc
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

from accounts.models import User
from audit import guard
from audit.actor import Actor
from audit.enums import Channel
from reports import guard as reports_guard
from schools.enums import Role
from schools.models import School
from tests.factories import make_school, make_user


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database-only", action="store_true", help="leave out tests that touch no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second run, on the other database, need not repeat what no database has a part in."""
    if not config.getoption("--database-only"):
        return
    without = [item for item in items if not _touches_database(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if _touches_database(item)]


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"})


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays to the end: the search for cyclic garbage passes it over."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    """Whoever leaves a file open hears of it himself, not whichever test comes along at the next search for garbage."""
    gc.disable()  # the usual rate takes a quarter of the whole suite
    yield
    gc.enable()
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real transactions empties every table: afterwards the reference data stand there again.

    Meanwhile the guards of the audit trail and of published reports are down.
    """
    marker = item.get_closest_marker("django_db")
    is_set_up = getattr(item, "funcargs", None)  # of a test that was skipped nothing is to be cleared away
    if not (marker and marker.kwargs.get("transaction") and is_set_up):
        yield
        return
    with item.config.stash[blocking_manager_key].unblock():
        guard.remove()
        reports_guard.remove()
    yield
    if nextitem:  # else the database is gone
        with item.config.stash[blocking_manager_key].unblock():
            guard.install()
            reports_guard.install()
            import_module("inventory.migrations.0002_categories").add_categories(apps, None)
            import_module("inventory.migrations.0018_what_holds_data").mark(apps, None)
            import_module("inventory.migrations.0014_usual_label_sheets").add_sheets(apps, None)
            import_module("rollout.migrations.0003_default_standard").add_standard(apps, None)
            import_module("rollout.migrations.0009_trades").add_trades(apps, None)
            import_module("funding.migrations.0002_own_money").add_own_money(apps, None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A request of the browser may still be under way after the last test: PostgreSQL would not drop the database."""
    yield
    if connection.vendor == "postgresql":
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    """The language of one test never reaches the next."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True, scope="session")
def _transaction_outlives_request() -> Iterator[None]:
    """The end of a request inside a test's transaction would end the connection, and with it the test.

    Django's own client lifts the signal for the moment of its own answer only: an answer that another client or the
    collection of garbage closes comes outside that moment.
    """
    ends = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def unless_in_transaction(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            ends(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", unless_in_transaction)
        yield


@pytest.fixture
def school(db: None) -> School:
    return make_school("Lindenschule", number="100100")


@pytest.fixture
def other_school(db: None) -> School:
    return make_school("Kastanienschule", number="100200")


@pytest.fixture
def it_staff(db: None) -> User:
    return make_user("ina.it", role=Role.IT_STAFF)


@pytest.fixture
def manager(db: None) -> User:
    return make_user("mara.leitung", role=Role.MANAGER)


@pytest.fixture
def reader(db: None) -> User:
    return make_user("rolf.leser", role=Role.READER)


@pytest.fixture
def school_admin(school: School) -> User:
    return make_user("selma.schule", role=Role.SCHOOL_ADMIN, school=school)


@pytest.fixture
def outsider(db: None) -> User:
    """Signs in, but has no role anywhere."""
    return make_user("otto.fremd")


@pytest.fixture
def by(it_staff: User) -> Actor:
    return Actor(it_staff, Channel.PAGE)


@pytest.fixture
def signed_in(client: Client):
    """``signed_in(user)`` gives the client of that user."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in
