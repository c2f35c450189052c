"""Keeping the counted holdings in step with the facts they are derived from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from common.bulk import delete_rows, ids, in_chunks, insert_rows
from inventory.enums import COUNTS
from inventory.holdings import Changes, Standing, by_place, changes_of, holdings_on, packed, rows_from, unpacked
from inventory.models import DeviceState, DeviceTest, Holding
from schools.models import School

#: Key of PostgreSQL's advisory lock: the holdings of the central store, which has no row of its own to lock.
_STORE = 0x1_4B0_18
#: So many schools are counted anew at a time: no more than some 100,000 states in memory.
CHUNK = 500


@dataclass(slots=True)
class _Pending:
    """The devices that a transaction has written so far, and what was said of them before."""

    before: Changes = field(default_factory=Counter)
    devices: set[int] = field(default_factory=set)

    def add(self, devices: Iterable[int]) -> None:
        fresh = set(devices) - self.devices
        self.before.update(_changes(fresh))
        self.devices |= fresh

    def difference(self) -> Changes:
        changes = _changes(self.devices)
        changes.subtract(self.before)
        return changes


_outer: ContextVar[_Pending | None] = ContextVar("outer", default=None)


@contextmanager
def recounted(devices: Iterable[int] = ()) -> Iterator[None]:
    """Around every write of states, tests or models of ``devices``, in its transaction and under their locks.

    What the devices were and are is counted by the database; the difference goes into the rows of their schools,
    which stay locked until the end of the transaction. Within another one it adds its devices to those of the outer,
    so that an act of several steps counts each device once and locks the schools once, in one order.
    """
    outer = _outer.get()
    if outer:
        outer.add(devices)
        yield
        return
    pending = _Pending()
    token = _outer.set(pending)
    try:
        pending.add(devices)
        yield
        _record(by_place(pending.difference()))
    finally:
        _outer.reset(token)


def count_anew() -> int:
    """Count the holdings from the facts alone, all of them; returns the number of rows. For repairs."""
    number = 0
    with transaction.atomic():
        _lock(School.objects.values_list("pk", flat=True), with_store=True)
        Holding.objects.all().delete()
        for _schools, rows in expected_rows():
            number += len(rows)
            insert_rows(Holding, ("school", "day", "counts"), rows)
    return number


def expected_rows() -> Iterator[tuple[list[int], list[tuple[int | None, date, list[Any]]]]]:
    """What the facts say that the holdings are, some hundred schools at a time; without a school: the central store."""
    believed = DeviceState.objects.known()
    for schools in in_chunks(School.objects.order_by("pk").values_list("pk", flat=True), CHUNK):
        yield schools, _expected(believed.filter(school__in=ids(schools)))
    yield [], _expected(believed.filter(school=None))


def _expected(states: Any) -> list[tuple[int | None, date, list[Any]]]:
    tests = DeviceTest.objects.known().filter(device__in=states.filter(status__in=COUNTS).values("device"))
    places = by_place(changes_of(states, tests))
    return [(place, *row) for place, changes in places.items() for row in rows_from(changes)]


def _changes(devices: Collection[int]) -> Changes:
    if not devices:
        return Counter()
    theirs = ids(devices)
    return changes_of(
        DeviceState.objects.known().filter(device__in=theirs), DeviceTest.objects.known().filter(device__in=theirs)
    )


class _Row(NamedTuple):
    pk: int
    counts: list[Any]


def _record(places: Mapping[int | None, Mapping[date, Standing]]) -> None:
    """Add the changes to what the rows say, from the first changed day on."""
    if not places:
        return
    schools = sorted(place for place in places if place is not None)
    _lock(schools, with_store=None in places)
    first = min(min(changes) for changes in places.values())
    before = dict(holdings_on(first - timedelta(days=1), schools, with_store=None in places))
    since = Holding.objects.filter(day__gte=first).order_by()
    known: dict[int | None, dict[date, _Row]] = defaultdict(dict)
    for rows in [since.filter(school__in=ids(schools))] + [since.filter(school=None)] * (None in places):
        for place, day, *row in rows.values_list("school", "day", "pk", "counts"):
            known[place][day] = _Row(*row)
    revised = [
        (place, *change)
        for place, changes in places.items()
        for change in _revised(before.get(place, []), known[place], changes)
    ]
    delete_rows(Holding, [pk for _place, pk, *_new in revised if pk])
    new = [(place, day, counts) for place, _pk, day, counts in revised if counts is not None]
    insert_rows(Holding, ("school", "day", "counts"), new)


def _revised(
    before: list[Any], known: Mapping[date, _Row], changes: Mapping[date, Standing]
) -> Iterator[tuple[int | None, date, list[Any] | None]]:
    """What becomes of the rows of one place: the key of a row that goes, the day and the counts of one that comes."""
    moved: Standing = Counter()
    was = now = before
    for day in sorted({*known, *changes}):
        pk, was = known.get(day, (None, was))
        moved.update(changes.get(day, {}))
        last, now = now, _plus(was, moved)
        if now == last:
            if pk:
                yield pk, day, None
        elif not pk or now != was:
            yield pk, day, now


def _plus(counts: list[Any], moved: Standing) -> list[Any]:
    if not any(moved.values()):
        return counts
    standing = unpacked(counts)
    standing.update(moved)
    return packed(standing)


def _lock(schools: Any, *, with_store: bool) -> None:
    """In one order for all. SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql":
        return
    if with_store:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_STORE])
    rows = School.objects.filter(pk__in=ids(schools)).select_for_update(of=("self",), no_key=True)
    list(rows.order_by("pk").values_list("pk"))
