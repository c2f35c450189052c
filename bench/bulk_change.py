"""One change of 10,000 devices with history and audit, against the bare rows that it writes."""

from bench.scratch import prepare

prepare()

from datetime import timedelta  # noqa: E402 - the models need django.setup()
from time import perf_counter  # noqa: E402

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from audit.actor import Actor  # noqa: E402
from audit.enums import Channel  # noqa: E402
from audit.models import Act, Entry  # noqa: E402
from common.bulk import insert_rows  # noqa: E402
from inventory.models import Device  # noqa: E402
from inventory.services import change_devices  # noqa: E402

NUMBER = 10_000


def main() -> None:
    portable = Device.objects.present().filter(model__category__workflow="portable")
    chosen = list(portable.order_by("pk")[:NUMBER])
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        started = perf_counter()
        diff = change_devices(
            chosen, by=Actor(None, Channel.COMMAND), on=timezone.localdate() - timedelta(days=1), status="returned"
        )
        took = perf_counter() - started
        bare = _bare_entries(diff.changed)
        transaction.set_rollback(True)
    print(f"{diff.changed} devices changed in {took:.2f} s with {len(queries)} counted statements")
    print(f"ratio to inserting the same audit entries alone: {took / bare:.1f}")


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
