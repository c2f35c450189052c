"""Who imports."""

import pytest
from django.test import Client


@pytest.fixture
def page(signed_in, it_staff) -> Client:
    client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
