"""The search: milliseconds and queries per kind of question, for a person of the authority and one of a school."""

from bench.scratch import prepare

prepare()

from statistics import median  # noqa: E402 - the models need django.setup()
from time import perf_counter  # noqa: E402
from typing import Any  # noqa: E402

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from inventory.models import Device  # noqa: E402
from reports.search import find  # noqa: E402
from schools.enums import Role  # noqa: E402
from schools.models import Membership, School  # noqa: E402

TIMES = 9
LIMIT_MS = 100


def main() -> None:
    devices = Device.objects.existing().exclude(serial="")
    serial = devices.order_by("pk")[devices.count() // 2].serial
    print(f"{devices.count()} devices; limit of one question: {LIMIT_MS} ms")
    asked = {
        "serial number": serial,
        "misread serial number": serial.replace("0", "O").replace("1", "I"),
        "its beginning": serial[:-2],
        "what many begin with": serial[:2],
        "what none begins with": "QX",
        "part of a school's name": "linden",
        "nothing": "nirgends",
    }
    with transaction.atomic():
        people = {"authority": _person(Role.READER, None), "school": _person(Role.SCHOOL_ADMIN, School.objects.first())}
        for name, user in people.items():
            for kind, text in asked.items():
                _measure(f"{name}: {kind}", text, user)
        transaction.set_rollback(True)


def _person(role: str, school: School | None) -> User:
    user = User.objects.create_user(f"bench.search.{role}")
    Membership.objects.create(user=user, role=role, school=school)
    return user


def _measure(name: str, text: str, user: Any) -> None:
    find(text, user)  # whose rights are read once
    taken = []
    for _time in range(TIMES):
        with CaptureQueriesContext(connection) as queries:
            started = perf_counter()
            find(text, user)
            taken.append(1000 * (perf_counter() - started))
    print(f"{name:<36} {median(taken):7.1f} ms {len(queries):4} queries")


if __name__ == "__main__":
    main()
