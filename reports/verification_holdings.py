"""What is derived from facts equals them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from common.bulk import ids
from inventory.models import Holding
from inventory.services.holdings import expected_rows


def holdings_unlike_their_states() -> Iterable[str]:
    """Days on which a school (``None``: the central store) has, or has not, the devices that were counted for it."""
    for places, rows in expected_rows():
        stored = Holding.objects.filter(Q(school__in=ids(places)) if places else Q(school=None)).order_by()
        counted: dict[Any, Any] = {
            (place, day): counts for place, day, counts in stored.values_list("school", "day", "counts")
        }
        expected: dict[Any, Any] = {(place, day): counts for place, day, counts in rows}
        for key in sorted(counted.keys() | expected.keys(), key=str):
            if counted.get(key) != expected.get(key):
                yield f"{Holding._meta.verbose_name} {key[0]}: {key[1]}"
