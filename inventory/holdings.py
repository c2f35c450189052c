"""How many devices were where on a day, from one row per school and day with a change.

The rows say what is believed now. What was known at an instant differs for the devices of which more was told since:
those are counted from the states themselves.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, TextField

from audit.models import Act
from common.bulk import ids
from common.dated import join_period, overlap
from inventory.enums import COUNTS
from inventory.models import DeviceState, DeviceTest, Holding
from schools.models import School

#: ``(model, status, use, is_managed, is_tested)``: tested devices are counted once more.
_Kind = tuple[int, str, str, bool | None, bool]
Standing = Counter[_Kind]
#: So many devices of a kind more or fewer at a place (key of a school, ``None``: central store) from a day on.
Changes = Counter[tuple[int | None, date, _Kind]]
_KIND = ("device__model", "status", "use", "is_managed")


def holdings_on(
    day: date, schools: Collection[int] | None = None, *, with_store: bool = True
) -> Iterator[tuple[int | None, list[Any]]]:
    """What is at each place at the end of ``day``, as ``Holding.counts``: two queries.

    Places that never had a device are left out. ``schools``: only these. The place ``None`` is the central store.
    """
    rows = School.objects.order_by() if schools is None else School.objects.filter(pk__in=ids(schools)).order_by()
    until = Holding.objects.filter(day__lte=day).order_by("-day").values("counts")
    # As text, read in one go: decoding thousands of small texts one by one takes twice as long.
    latest = Subquery(until.filter(school=OuterRef("pk"))[:1], output_field=TextField())
    found = [row for row in rows.annotate(held=latest).values_list("pk", "held") if row[1]]
    decoded = json.loads(f"[{','.join(text for _school, text in found)}]")
    yield from ((school, counts) for (school, _text), counts in zip(found, decoded, strict=True) if counts)
    if with_store:
        yield from ((None, row["counts"]) for row in until.filter(school=None)[:1])


def told_since(known_at: datetime) -> set[int]:
    """Keys of the devices of which something was recorded or superseded after an instant: two queries at most."""
    acts = list(Act.objects.filter(at__gt=known_at).order_by().values_list("pk", flat=True))
    if not acts:
        return set()
    told = [
        model.objects.filter(after).order_by().values_list("device", flat=True)
        for model in (DeviceState, DeviceTest)
        for after in (Q(act__in=ids(acts)), Q(superseded_at__gt=known_at))
    ]
    return set(told[0].union(*told[1:]))


def changes_of(states: QuerySet[Any], tests: QuerySet[Any]) -> Changes:
    """What ``states`` and ``tests`` (believed ones) begin and end, day by day. Counted by the database: two queries.

    Where there are tests, a third one reads the periods in which their devices are in service.
    """
    changes: Changes = Counter()
    periods = states.order_by().values_list("school", "valid_from", "valid_until", *_KIND).annotate(number=Count("pk"))
    for school, begin, end, *kind, number in periods:
        _count(changes, school, (*kind, False), begin, end, number)
    tested: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for device, begin, end in tests.order_by("device", "valid_from").values_list("device", "valid_from", "valid_until"):
        join_period(tested[device], begin, end)
    if tested:
        served = states.filter(status__in=COUNTS, device__in=ids(tested)).order_by()
        for device, school, *period, model, status, use, managed in served.values_list(
            "device", "school", "valid_from", "valid_until", *_KIND
        ):
            for other in tested[device]:
                both = overlap((period[0], period[1]), other)
                if both:
                    _count(changes, school, (model, status, use, managed, True), *both, 1)
    return changes


def _count(changes: Changes, place: int | None, kind: Any, begin: date, end: date | None, number: int) -> None:
    changes[place, begin, kind] += number
    if end:
        changes[place, end, kind] -= number


def by_place(changes: Changes) -> dict[int | None, dict[date, Standing]]:
    """The changes that do not cancel out, per place and day."""
    places: dict[int | None, dict[date, Standing]] = defaultdict(lambda: defaultdict(Counter))
    for (place, day, kind), number in changes.items():
        if number:
            places[place][day][kind] = number
    return places


def unpacked(counts: Iterable[Any]) -> Standing:
    standing: Standing = Counter()
    for *kind, number, tested in counts:
        standing[*kind, False] = number
        standing[*kind, True] = tested
    return standing


def packed(standing: Standing) -> list[list[Any]]:
    """As ``Holding.counts`` keeps it, always in the same order."""
    kinds = [kind for kind, number in standing.items() if number and not kind[-1]]
    return [
        [*kind[:-1], standing[kind], standing[*kind[:-1], True]]
        for kind in sorted(kinds, key=lambda kind: (*kind[:3], str(kind[3])))
    ]


def rows_from(changes: Mapping[date, Standing]) -> Iterator[tuple[date, list[list[Any]]]]:
    """The rows of one place whose whole history is in ``changes``: each day on which the counts become others."""
    standing: Standing = Counter()
    before: list[list[Any]] = []
    for day in sorted(changes):
        standing.update(changes[day])
        counts = packed(standing)
        if counts != before:
            yield day, counts
        before = counts
