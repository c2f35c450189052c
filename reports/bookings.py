"""By which act a fact came to be believed on a day, or ceased to be: "booked late by whom, and when"."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from audit.models import Act, AuditedFact, Entry
from common.bulk import ids, in_chunks
from inventory.models import Delivery, DeviceState, OrderLine
from rollout.models import ProjectState
from schools.models import Headcount

_AT_ONCE = 5000
#: What a fact has to say for a figure: rows that say the same tell of the same fact.
_STATED: dict[type, tuple[str, ...]] = {
    DeviceState: ("status", "school"),
    ProjectState: ("status",),
    Headcount: ("pupils",),
}
#: What is no dated fact and has a day: where that is.
_PAPERS: dict[type, str] = {OrderLine: "order__ordered_on", Delivery: "delivered_on"}


class Booking(NamedTuple):
    """``valid_from``: since when the fact is true; ``act``: what recorded it, or took it back, at ``at``."""

    valid_from: date
    at: datetime
    act: Act | None


class _Version(NamedTuple):
    """A row of a timeline."""

    owner: int
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    stated: tuple[Any, ...]

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or self.valid_until > day)


def bookings(found: QuerySet[Any], identity: str, day: date, *, are_new: bool) -> dict[Any, Booking]:
    """``{identity: booking}`` for facts that are believed now and were not before (``are_new``), or the reverse.

    A row that was written anew only because its end became known tells of the same fact: the first of them was the
    booking, the end of the last of them the withdrawal. Empty for records that are no dated facts.
    """
    if found.model in _PAPERS:
        return _of_papers(found) if are_new else {}
    if not issubclass(found.model, AuditedFact):
        return {}
    names = _STATED.get(found.model, ())
    rows = [_version(values) for values in _values(found.order_by(), identity, names)]
    others = _timelines(found.model, identity, names, {row.owner for row in rows}) if names else {}
    ends = {row.owner: _end(row, others.get(row.owner, ()), day, are_new) for row in rows}
    acts = _acts_at({at for _day, at in ends.values() if at})
    return {owner: Booking(since, at, acts.get(at)) for owner, (since, at) in ends.items() if at}


def _end(row: _Version, versions: Collection[_Version], day: date, are_new: bool) -> tuple[date, datetime | None]:
    """Since when the fact is true, and when it was first recorded, or when it was taken back."""
    point = day if row.covers(day) else row.valid_from
    while following := _next(row, versions, point, are_new):
        row = following
    return row.valid_from, row.recorded_at if are_new else row.superseded_at


def _next(row: _Version, versions: Iterable[_Version], point: date, is_back: bool) -> _Version | None:
    """The version that ``row`` took the place of (``is_back``), or the one that took its place."""
    for one in versions:
        meets = one.superseded_at == row.recorded_at if is_back else one.recorded_at == row.superseded_at
        if meets and one.stated == row.stated and one.covers(point):
            return one
    return None


def _timelines(model: Any, identity: str, names: tuple[str, ...], owners: set[Any]) -> dict[Any, list[_Version]]:
    found: dict[Any, list[_Version]] = defaultdict(list)
    for keys in in_chunks(sorted(owners), _AT_ONCE):
        for values in _values(model._default_manager.filter(**{f"{identity}__in": keys}).order_by(), identity, names):
            found[values[0]].append(_version(values))
    return found


def _values(rows: Any, identity: str, names: tuple[str, ...]) -> Any:
    return rows.values_list(identity, "valid_from", "valid_until", "recorded_at", "superseded_at", *names)


def _version(values: tuple[Any, ...]) -> _Version:
    owner, since, until, recorded, superseded, *stated = values
    return _Version(owner, since, until, recorded, superseded, tuple(stated))


def _acts_at(instants: Collection[datetime]) -> dict[datetime, Act]:
    """Acts by their instant, which is that of all that they record and take back."""
    found: dict[datetime, Act] = {}
    for some in in_chunks(sorted(instants), _AT_ONCE):
        found |= {act.at: act for act in Act.objects.filter(at__in=some).select_related("user")}
    return found


def _of_papers(found: QuerySet[Any]) -> dict[Any, Booking]:
    """A paper is no dated fact: what recorded it stands in its first entry in the trail."""
    days = dict(found.order_by().values_list("pk", _PAPERS[found.model]))
    about = Entry.objects.filter(kind=found.model._meta.label_lower, object_id__in=ids(days))
    acts = {entry.object_id: entry.act for entry in about.select_related("act__user").order_by("-pk")}
    return {pk: Booking(on, acts[pk].at, acts[pk]) for pk, on in days.items() if pk in acts}
