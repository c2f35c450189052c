"""The cast: one named user per role, and an outsider."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.enums import Role
from schools.models import School
from tests.factories import make_school, make_user


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    """The language of one test never reaches the next."""
    with translation.override(settings.LANGUAGE_CODE):
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
