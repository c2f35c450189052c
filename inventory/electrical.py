"""Electrical tests that are due (DGUV Vorschrift 3)."""

from collections.abc import Callable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from inventory.enums import HANGING
from inventory.models import DeviceTest


def _same(field: str) -> str:
    return field


def due_tests_q(day: date, path: Callable[[str], str] = _same) -> Q:
    """Condition "its next electrical test is due up to ``day``": hanging or in service, and no test holds beyond it.

    What was never tested is due as well. ``path``: where the rows keep a field of the device.
    """
    valid = DeviceTest.objects.known().filter(device=OuterRef(path("pk")), valid_until__gt=day)
    to_be_tested = {f"{path('model')}__category__test_interval_months__isnull": False, "status__in": HANGING}
    return Q(**to_be_tested) & ~Q(Exists(valid))
