"""Two reports compared at city size: all figures, the records of one, and what each figure costs to explain."""

from bench.scratch import best_of, prepare

prepare()

from datetime import date  # noqa: E402 - the models need django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from inventory.models import Device  # noqa: E402
from schools.enums import Role  # noqa: E402
from schools.models import Membership  # noqa: E402

DAY, BEFORE = date(2023, 1, 31).isoformat(), date(2022, 6, 30).isoformat()
TABLES = (
    "/reports/figures/devices_in_service/",
    "/reports/figures/put_into_service/",
    "/reports/figures/put_into_service_cost/",
    "/reports/figures/works_paid/",
    "/reports/compare/",
    "/reports/compare/devices_in_service/",
    "/reports/compare/put_into_service_cost/",
)


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(_manager())
    known = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    print(f"{Device.objects.count():,} devices")
    print(f"{'page':<50} {'ms':>7} {'queries':>8}")
    for path in TABLES:
        query = f"?as_of={DAY}&with={BEFORE}&with_known_at={known}"
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path + query).status_code == 200
        number = len(queries)
        took = best_of(3, lambda path=path, query=query: client.get(path + query))
        print(f"{path:<50} {took * 1000:>7.0f} {number:>8}")


def _manager() -> User:
    user, is_new = User.objects.get_or_create(username="bench")
    if is_new:
        Membership.objects.create(user=user, role=Role.MANAGER)
    return user


if __name__ == "__main__":
    main()
