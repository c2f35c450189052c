"""What the audit trail adds to one change of 10,000 devices, and how fast it is proved."""

from bench.scratch import best_in_turns, best_of, check_references, clear, prepare, stopwatch

prepare()

from datetime import timedelta  # noqa: E402 - the models need django.setup()
from statistics import median  # noqa: E402
from time import perf_counter  # noqa: E402

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from audit.actor import Actor  # noqa: E402
from audit.enums import Channel  # noqa: E402
from audit.models import Entry  # noqa: E402
from audit.services import Record, log_records, open_act  # noqa: E402
from audit.verification import altered_contents, broken_chain  # noqa: E402
from common.bulk import insert_rows  # noqa: E402
from inventory.models import Device  # noqa: E402
from inventory.services import change_devices, states  # noqa: E402

NUMBER = 10_000
TIMES = 9
NAMES = ("act", "kind", "object_id", "label", "school", "changes")


def main() -> None:
    portable = Device.objects.present().filter(model__category__workflow="portable")
    chosen = list(portable.order_by("pk")[:NUMBER])
    rounds = [_change(chosen) for _ in range(TIMES)]
    took, added = (median(values) for values in zip(*rounds, strict=True))
    print(f"{len(chosen)} devices changed in {took:.2f} s; the audit trail adds {added:.0%}")
    written, inserted = best_in_turns(TIMES, _write, _insert)
    print(f"{NUMBER} entries chained: {written / inserted:.2f} of inserting the same rows alone")
    number = Entry.objects.count()
    took = best_of(1, lambda: (altered_contents(), broken_chain()))
    print(f"{number} entries proved in {took:.1f} s, {number / took / 1000:.0f},000 per second")


def _change(devices: list[Device]) -> tuple[float, float]:
    """Change all of them and take it back: seconds, and how much the trail adds to what it would take without.

    The service calls the trail twice, to open the act and to write the entries. What changed is told for its sake
    only, and told while it is written: that counts as a part of it.
    """
    clear()
    with transaction.atomic(), stopwatch(states, "open_act", "log_records") as trail:
        started = perf_counter()
        day = timezone.localdate() - timedelta(days=1)
        change_devices(devices, by=Actor(None, Channel.COMMAND), on=day, status="returned")
        check_references()
        took = perf_counter() - started
        transaction.set_rollback(True)
    return took, sum(trail) / (took - sum(trail))


def _records() -> list[Record]:
    return [
        Record(n, f"LF{n:06}", None, {"status": ["in_service", "returned"], "valid_from": ["2020-08-01", "2026-01-01"]})
        for n in range(NUMBER)
    ]


def _write() -> None:
    with transaction.atomic():
        log_records(open_act(Actor(None, Channel.COMMAND), "bench"), Device, _records())
        transaction.set_rollback(True)


def _insert() -> None:
    with transaction.atomic():
        act = open_act(Actor(None, Channel.COMMAND), "bench")
        rows = [(act.pk, "inventory.device", r.object_id, r.label, None, r.changes) for r in _records()]
        insert_rows(Entry, NAMES, rows)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
