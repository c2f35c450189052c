"""Dated facts and audit entries as a page tells them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.models import Act, Entry
from reports.trail import Names, field_of, in_words
from reports.verbs import verb_text


@dataclass(frozen=True, slots=True)
class Episode:
    """One fact as told to people: ``state`` is its latest row, ``act`` recorded it first.

    ``ended_by`` and ``ended_at``: who took it back; both ``None`` while it is believed.
    """

    state: Any
    act: Act
    ended_by: Act | None = None
    ended_at: datetime | None = None

    @property
    def is_believed(self) -> bool:
        return self.ended_at is None


class Change(NamedTuple):
    label: str
    old: str
    new: str


class Deed(NamedTuple):
    """One audit entry, readable."""

    act: Act
    verb: str
    changes: list[Change]


def episodes_of(rows: Iterable[Any], values: Sequence[str], acts: Iterable[Act]) -> list[Episode]:
    """All facts of one timeline, newest first.

    A row that was superseded only because its end became known is no correction: it is told as one
    fact with the row that took its place at the same instant and says the same since the same day.
    ``values``: the fields that a fact states. ``acts``: where to look for who superseded a row.
    """
    rows = sorted(rows, key=lambda row: (row.valid_from, str(_stated(row, values)), row.recorded_at))
    by_instant = {act.at: act for act in acts} | {row.act.at: row.act for row in rows}
    told = []
    for _same, group in groupby(rows, key=lambda row: (row.valid_from, _stated(row, values))):
        first, *others = group
        last = first
        for row in others:
            if row.recorded_at != last.superseded_at:
                told.append(_episode(first, last, by_instant))
                first = row
            last = row
        told.append(_episode(first, last, by_instant))
    return sorted(told, key=lambda one: (one.state.valid_from, one.is_believed, one.state.recorded_at), reverse=True)


def _stated(row: Any, values: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in values)


def _episode(first: Any, last: Any, acts: Mapping[datetime, Act]) -> Episode:
    return Episode(last, first.act, acts.get(last.superseded_at), last.superseded_at)


def history_context(
    facts: Sequence[Any], values: Sequence[str], entries: Iterable[Entry], *, is_whole: bool
) -> dict[str, Any]:
    """What pages show of a timeline. ``facts``: all its rows; ``is_whole``: with what is believed no longer."""
    told = episodes_of(facts, values, [entry.act for entry in entries])
    return {
        "episodes": told if is_whole else [one for one in told if one.is_believed],
        "superseded": sum(not one.is_believed for one in told),
        "can_withdraw": sum(fact.superseded_at is None for fact in facts) > 1,
    }


def neighbours(believed: Iterable[Any], fact: Any) -> tuple[Any, Any]:
    """The rows before and after ``fact`` among those believed now (by day); ``None`` where there is none."""
    believed = list(believed)
    before = [other for other in believed if other.valid_from < fact.valid_from]
    return before[-1] if before else None, next_after(believed, fact.valid_from)


def next_after(facts: Iterable[Any], day: date) -> Any:
    """The first of ``facts`` (believed, by day) that begins after ``day``; ``None`` where there is none."""
    return next((fact for fact in facts if fact.valid_from > day), None)


def until_text(later: Any, told: str) -> str:
    """Said of an entry that ``later`` succeeds. ``told``: what that one states."""
    until = date_format(later.valid_from, "SHORT_DATE_FORMAT")
    return _("It applies until %(until)s; after that: %(next)s.") % {"until": until, "next": told}


def deeds_of(entries: Iterable[Entry], model: type[Model], names: Names, hidden: Iterable[str] = ()) -> list[Deed]:
    """Audit entries, readable. ``names``: of the records that they refer to; ``hidden``: fields not shown.

    A device that leaves a school has the same entry twice, for the sake of either school: it is told once.
    """
    hidden = set(hidden)
    told = {(entry.act_id, str(entry.changes)): entry for entry in entries}
    return [
        Deed(
            entry.act,
            verb_text(entry.act.verb, entry.act.channel),
            [_change(model, field, pair, names) for field, pair in entry.changes.items() if field not in hidden],
        )
        for entry in told.values()
    ]


def _change(model: type[Model], name: str, pair: Any, names: Names) -> Change:
    if name == "valid_from":
        return Change(_("from"), "", _readable(None, pair[1], names))
    if name == "withdrawn":
        return Change(_("withdrawn"), "", "")
    field = field_of(model, name)
    old, new = (_readable(field, value, names) for value in pair)
    return Change(str(field.verbose_name) if field else name, old, new)


def field_text(model: type[Model], name: str, value: Any) -> str:
    """A value of an audit entry in words; of another record only that there is one."""
    return _readable(field_of(model, name), value, {})


def _readable(field: Any, value: Any, names: Names) -> str:
    return in_words(field, value, names) or "–"
