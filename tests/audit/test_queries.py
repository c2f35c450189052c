"""Up to which instant everything written can be read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.queries import settled_at
from tests.factories import an_act

pytestmark = pytest.mark.django_db


def test_settled_is_what_the_latest_act_wrote():
    an_act()
    latest = an_act()
    assert settled_at() == latest.at


def test_settled_is_now_where_nothing_was_written():
    assert timezone.now() - settled_at() < timedelta(minutes=1)
