"""Server time and query count of each page, as a person of the authority sees it."""

from bench.scratch import best_of, prepare

prepare()

from datetime import date  # noqa: E402 - the models need django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from inventory.models import Device  # noqa: E402
from rollout.models import ConstructionProject  # noqa: E402
from schools.enums import Role  # noqa: E402
from schools.models import Membership, School  # noqa: E402

PAST = date(2023, 3, 31).isoformat()


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(_reader())
    print(f"{'page':<50} {'ms':>7} {'queries':>8} {'kB':>7}")
    for path in _pages():
        response = client.get(path)
        if response.status_code != 200:
            print(f"{path:<50} status {response.status_code}")
            continue
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        number = len(queries)  # the next request empties the log
        took = best_of(5, lambda path=path: client.get(path))
        print(f"{path:<50} {took * 1000:>7.0f} {number:>8} {len(response.content) / 1000:>7.0f}")


def _pages() -> list[str]:
    school, device = School.objects.order_by("pk")[3], Device.objects.latest("pk")
    project = ConstructionProject.objects.latest("pk")
    return [
        "/",
        f"/?as_of={PAST}",
        "/schools/",
        f"/schools/{school.number}/",
        f"/schools/{school.number}/?as_of={PAST}",
        "/devices/",
        f"/devices/?q=a1&status=in_service&school={school.number}",
        f"/devices/?as_of={PAST}",
        f"/devices/{device.pk}/",
        f"/labels/?scope=all&school={school.number}",
        "/deliveries/",
        "/projects/",
        f"/projects/?as_of={PAST}",
        f"/projects/{project.pk}/",
        "/projects/timeline/",
        "/projects/critical/",
        "/projects/compare/",
        "/imports/",
        "/reports/",
        "/api/v1/schools/",
        "/api/v1/devices/?page_size=1000",
        f"/api/v1/devices/?as_of={PAST}&page_size=100",
        "/api/v1/projects/",
        f"/api/v1/completion/?as_of={PAST}",
    ]


def _reader() -> User:
    user, is_new = User.objects.get_or_create(username="bench")
    if is_new:
        Membership.objects.create(user=user, role=Role.MANAGER)
    return user


if __name__ == "__main__":
    main()
