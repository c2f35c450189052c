"""One scan, answered by the server: milliseconds and queries per mode, and a batch that waited for its connection."""

from bench.scratch import prepare

prepare()

from collections.abc import Callable, Sequence  # noqa: E402 - the models need django.setup()
from functools import partial  # noqa: E402
from statistics import median  # noqa: E402
from time import perf_counter  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.actor import Actor  # noqa: E402
from inventory.enums import ScanMode  # noqa: E402
from inventory.models import Device  # noqa: E402
from inventory.services import NewCount, NewScan, Setting, count_devices, open_stocktake, record_scans  # noqa: E402
from schools.models import School  # noqa: E402

SCANS = 40
BATCH = 500
LIMIT_MS = 50


def main() -> None:
    by = Actor(User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("bench.scans"))
    devices = Device.objects.existing().filter(status="in_service").exclude(serial="").order_by("pk")
    codes = list(devices.values_list("serial", flat=True)[: max(SCANS, BATCH)])
    school = School.objects.order_by("-pk")[0]
    print(f"{Device.objects.existing().count()} devices; limit of one scan: {LIMIT_MS} ms")
    with transaction.atomic():
        for mode in (ScanMode.FIND, ScanMode.MOVE, ScanMode.REPAIR):
            act = partial(record_scans, setting=Setting(mode, school=school), by=by)
            _measure(mode.value, [[_scan(code)] for code in codes[:SCANS]], act)
        batch = [[_scan(code) for code in codes[:BATCH]]]
        back = Setting(ScanMode.RETURN, school=school)
        _measure(f"return, {BATCH} at once", batch, partial(record_scans, setting=back, by=by))
        stocktake = open_stocktake(by=by, school=school)
        counts = [[NewCount(uuid4(), code, timezone.now())] for code in codes[:SCANS]]
        _measure("count in a stocktake", counts, partial(count_devices, stocktake, by=by))
        transaction.set_rollback(True)


def _scan(code: str) -> NewScan:
    return NewScan(uuid4(), code, timezone.now())


def _measure(name: str, batches: Sequence[Any], act: Callable[[Any], Any]) -> None:
    taken = []
    for batch in batches:
        with CaptureQueriesContext(connection) as queries:
            started = perf_counter()
            act(batch)
            taken.append(1000 * (perf_counter() - started))
    print(f"{name:<24} {median(taken):7.1f} ms {len(queries):4} queries")


if __name__ == "__main__":
    main()
