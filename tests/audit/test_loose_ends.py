"""Two who write at once: neither waits for the other, and both end up in the chain."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from audit import guard
from audit.models import Link, LooseEnd
from audit.verification import altered_contents, broken_chain
from tests.audit.test_chain import write

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]


def meanwhile(work: Callable[[], object]) -> None:
    """Do ``work`` on a connection of its own while the caller's transaction is open."""
    done = Event()

    def run() -> None:
        try:
            work()
        finally:
            connection.close()
            done.set()

    Thread(target=run).start()
    assert done.wait(10), "who writes meanwhile waits for the chain"


def proved() -> tuple[list[str], list[str]]:
    return altered_contents(), broken_chain()


def test_second_writer_does_not_wait_and_is_tied_by_the_next() -> None:
    with transaction.atomic():
        write("lang", "A")
        meanwhile(lambda: write("kurz", "B"))
    assert (LooseEnd.objects.count(), proved()) == (3, ([], []))
    write("danach", "C")
    tying = Link.objects.exclude(ties=[]).get()
    assert tying.ties == list(Link.objects.filter(is_loose=True).order_by("pk").values_list("pk", flat=True))
    assert (LooseEnd.objects.count(), proved()) == (0, ([], []))


def test_loose_link_of_a_transaction_that_failed_leaves_nothing() -> None:
    with transaction.atomic():
        write("lang", "A")

        def failing() -> None:
            with transaction.atomic():
                write("kurz", "B")
                transaction.set_rollback(True)

        meanwhile(failing)
    write("danach", "C")
    assert (Link.objects.filter(is_loose=True).count(), proved()) == (0, ([], []))


def test_loose_link_that_vanished_is_found() -> None:
    with transaction.atomic():
        write("lang", "A")
        meanwhile(lambda: write("kurz", "B"))
    write("danach", "C")
    with guard.lifted():
        Link.objects.filter(is_loose=True, number=0).delete()
    contents, chain = proved()
    assert (len(contents), len(chain)) == (1, 1)
