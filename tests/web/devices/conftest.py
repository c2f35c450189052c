"""People and a device for the pages of devices."""

import pytest

from tests.factories import make_device


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def it(signed_in, it_staff):
    return signed_in(it_staff)


@pytest.fixture
def device(school):
    return make_device(school=school, is_managed=True)
