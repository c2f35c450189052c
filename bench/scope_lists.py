"""One size of ``bench.scope``: fills the database, and measures its lists."""

import os

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from contextlib import ExitStack  # noqa: E402 - the models need django.setup()
from datetime import date  # noqa: E402
from time import perf_counter, process_time  # noqa: E402
from typing import Any  # noqa: E402
from unittest.mock import patch  # noqa: E402

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.actor import Actor  # noqa: E402
from audit.enums import Channel  # noqa: E402
from audit.services import open_act  # noqa: E402
from inventory.models import Category, Device  # noqa: E402
from inventory.services import NewDevice, create_devices, create_models  # noqa: E402
from inventory.services.reference import NewModel  # noqa: E402
from inventory.services.states import Placed  # noqa: E402
from schools.enums import Role  # noqa: E402
from schools.models import Membership, School  # noqa: E402
from schools.services import Address, create_schools  # noqa: E402

PATHS = ("/devices/", "/schools/", "/api/v1/devices/", "/api/v1/schools/")
TIMES = 15


def measure(size: int, devices: int, most: float) -> int:
    """Exit code 1 where the scope adds more than ``most`` (a share), or more than one query."""
    call_command("migrate", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    if not School.objects.exists():
        _fill(size, devices)
    school = School.objects.order_by("pk")[size // 2]
    client = Client()
    client.force_login(_admin(school))
    too_much = False
    for path in PATHS:
        client.get(path)
        queries, bare_queries = _queries(client, path, None), _queries(client, path, school)
        scoped = bare = float("inf")
        for _ in range(TIMES):
            scoped = min(scoped, _seconds(client, path, None))
            bare = min(bare, _seconds(client, path, school))
        added = scoped / bare - 1
        too_much |= added > most or queries > bare_queries + 1
        print(
            f"{size:>5} schools {path:<20} {bare * 1000:>6.1f} ms bare, {scoped * 1000:>6.1f} ms scoped, "
            f"{added:>+6.1%} (at most {most:.0%}), {queries - bare_queries:+d} queries"
        )
    return int(too_much)


def _queries(client: Client, path: str, school: School | None) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path) if school is None else _bare(client, path, school)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(queries)


def _seconds(client: Client, path: str, school: School | None) -> float:
    """Time of this process (SQLite works within it): what else the machine does hardly counts."""
    clock = process_time if connection.vendor == "sqlite" else perf_counter
    began = clock()
    client.get(path) if school is None else _bare(client, path, school)
    return clock() - began


def _bare(client: Client, path: str, school: School) -> Any:
    """The same list where the scope is one key, known before."""
    with ExitStack() as stack:
        for model, key in ((School, "pk"), (Device, "school")):
            rows = type(model.objects.all())
            stack.enter_context(
                patch.object(rows, "visible_to", lambda self, _user, key=key: self.filter(**{key: school.pk}))
            )
        return client.get(path)


def _fill(size: int, devices: int) -> None:
    with transaction.atomic():
        act = open_act(Actor(None, Channel.SETUP), "bench")
        new = [
            (
                School(number=f"{100000 + n}", name=f"Schule {n}", school_type="02"),
                Address(f"Weg {n}", "46001", "Lindenfurt"),
            )
            for n in range(size)
        ]
        schools = create_schools(new, act)
        (model,) = create_models([NewModel("Nordlicht", "Modell", Category.objects.get(key="tablet"))], act)
        rows = [
            NewDevice(
                model=model,
                on=date(2023, 8, 1),
                placed=Placed("in_service", schools[n % size].pk, None, "pupils", None),
                serial=f"NL{n:07}",
                asset_tag=f"LF-{n:06}",
            )
            for n in range(devices)
        ]
        create_devices(rows, act)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _admin(school: School) -> User:
    user, is_new = User.objects.get_or_create(username="bench-school")
    if is_new:
        Membership.objects.create(user=user, role=Role.SCHOOL_ADMIN, school=school)
    return user
