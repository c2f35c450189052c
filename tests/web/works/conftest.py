"""People who look after works, in English."""

import pytest

from rollout.enums import ProjectStatus as P
from tests.factories import make_project


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def it(signed_in, it_staff):
    return signed_in(it_staff)


@pytest.fixture
def project(school):
    return make_project(school, status=P.UNDER_CONSTRUCTION)
