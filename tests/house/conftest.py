"""The world of the guards over all addresses, made once per module."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.house.world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made in one transaction that is rolled back; what a test writes is rolled back after it (``django_db``)."""
    atomic = transaction.atomic()
    # As django.test.TestCase marks its own: services may ask for the outermost transaction.
    atomic._from_testcase = True
    with django_db_blocker.unblock():
        atomic.__enter__()
        try:
            yield World()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
