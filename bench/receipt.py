"""Goods receipt: booking a delivery of 1,000 devices with history and audit, one scan, and taking it back."""

from bench.scratch import prepare

prepare()

from collections.abc import Callable  # noqa: E402 - the models need django.setup()
from time import perf_counter  # noqa: E402
from typing import TypeVar  # noqa: E402

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from audit.actor import Actor  # noqa: E402
from audit.enums import Channel  # noqa: E402
from inventory.models import DeviceModel  # noqa: E402
from inventory.services import book_delivery, create_order, unbook_delivery  # noqa: E402
from inventory.services.orders import NewLine  # noqa: E402
from inventory.services.receipt import Code, check_codes  # noqa: E402

NUMBER = 1_000
T = TypeVar("T")


def main() -> None:
    by, today = Actor(None, Channel.COMMAND), timezone.localdate()
    with transaction.atomic():
        model = DeviceModel.objects.filter(category__workflow="portable").earliest("pk")
        lines = [NewLine(model, NUMBER)]
        order = create_order(number="BENCH", supplier="Bench", ordered_on=today, lines=lines, by=by)
        line = order.lines.with_delivered().get()
        codes = [Code(line, f"BENCH{n:05}") for n in range(NUMBER)]
        _measured("judged one scan", lambda: check_codes(order, codes[:1]))
        _measured(f"judged {NUMBER} scans", lambda: check_codes(order, codes))
        delivery = _measured(
            f"booked {NUMBER} devices",
            lambda: book_delivery(order, note_number="BENCH", delivered_on=today, serials=codes, by=by),
        )
        _measured(f"took {NUMBER} devices back", lambda: unbook_delivery(delivery, by=by))
        transaction.set_rollback(True)


def _measured(what: str, act: Callable[[], T]) -> T:
    with CaptureQueriesContext(connection) as queries:
        started = perf_counter()
        result = act()
        took = perf_counter() - started
    print(f"{what} in {took * 1000:.0f} ms with {len(queries)} counted statements")
    return result


if __name__ == "__main__":
    main()
