"""One change of 10,000 devices with history, details and audit, its preview and its undo, against bare rows."""

from bench.scratch import prepare

prepare()

from collections.abc import Callable  # noqa: E402 - the models need django.setup()
from datetime import timedelta  # noqa: E402
from time import perf_counter, process_time  # noqa: E402
from typing import Any  # noqa: E402

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from audit.actor import Actor  # noqa: E402
from audit.enums import Channel  # noqa: E402
from audit.models import Act, Entry  # noqa: E402
from common.bulk import ids, insert_rows  # noqa: E402
from inventory.models import Device  # noqa: E402
from inventory.services import ManyChange, change_many, preview_many, undo_act  # noqa: E402

NUMBER = 10_000


#: What the product promises for ``NUMBER`` devices.
LIMIT_S = 3


def main() -> None:
    portable = Device.objects.present().filter(model__category__workflow="portable")
    keys = list(portable.order_by("pk").values_list("pk", flat=True)[:NUMBER])
    devices, by = Device.objects.filter(pk__in=ids(keys)), Actor(None, Channel.COMMAND)
    change = ManyChange(timezone.localdate() - timedelta(days=1), {"status": "returned"}, {"note": "Sammelaktion"})
    with transaction.atomic():
        _measure("preview", lambda: preview_many(devices, change, by=by))
        took, done = _measure("change", lambda: change_many(devices, change, by=by, leaves_out_refused=True))
        bare = _bare_entries(done.diff.changed)
        _measure("undo", lambda: undo_act(done.act, by=by))
        transaction.set_rollback(True)
    print(f"{done.diff.changed} devices; limit of the change: {LIMIT_S} s")
    print(f"ratio to inserting the same audit entries alone: {took / bare:.1f}")


def _measure(name: str, act: Callable[[], Any]) -> tuple[float, Any]:
    with CaptureQueriesContext(connection) as queries:
        started, cpu = perf_counter(), process_time()
        result = act()
        took, used = perf_counter() - started, process_time() - cpu
    print(f"{name:<8} {took:6.2f} s, {used:6.2f} s of them computing, {len(queries)} statements")
    return took, result


def _bare_entries(number: int) -> float:
    """Seconds for the audit entries of such a change alone: the unit of the ratio."""
    act = Act.objects.latest("pk")
    changes = '{"status": ["in_service", "in_repair"], "valid_from": [null, "2026-01-01"]}'
    rows = [(act.pk, "inventory.device", n, f"LF{n:06}", None, changes) for n in range(number)]
    started = perf_counter()
    insert_rows(Entry, ("act", "kind", "object_id", "label", "school", "changes"), rows)
    return perf_counter() - started


if __name__ == "__main__":
    main()
