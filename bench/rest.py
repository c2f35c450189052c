"""A REST page of 1,000 devices: milliseconds, and how much the interface adds to the query and its rows."""

from bench.scratch import best_in_turns, prepare

prepare()

from typing import Any  # noqa: E402 - the models need django.setup()

from django.conf import settings  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from accounts.models import User  # noqa: E402
from inventory.models import Device  # noqa: E402
from schools.enums import Role  # noqa: E402
from schools.models import Membership  # noqa: E402

ROWS = 1000
PATHS = (
    f"devices/?page_size={ROWS}",
    f"devices/?page_size={ROWS}&ordering=-since",
    f"devices/?page_size={ROWS}&fields=id,serial,status",
    f"devices/?page_size={ROWS}&as_of=2023-03-31",
)
LIMIT_MS = 150


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = APIClient()
    user, is_new = User.objects.get_or_create(username="bench")
    if is_new:
        Membership.objects.create(user=user, role=Role.MANAGER)
    client.force_authenticate(user)
    print(f"{'page':<50} {'ms':>7} {'x query':>8} {'kB':>7}")
    for path in PATHS:
        _measure(client, user, f"/api/v1/{path}")
    print(f"limit for the first: {LIMIT_MS} ms")


def _measure(client: Any, user: User, address: str) -> None:
    answer = client.get(address)
    assert len(answer.json()["results"]) == ROWS, answer.content[:200]
    took, query = best_in_turns(7, lambda: client.get(address), lambda: _rows(user))
    print(f"{address[8:]:<50} {took * 1000:>7.0f} {took / query:>8.1f} {len(answer.content) / 1000:>7.0f}")


def _rows(user: User) -> list[Device]:
    return list(Device.objects.visible_to(user).with_names().order_by("pk")[:ROWS])


if __name__ == "__main__":
    main()
