"""Dated facts and audit entries as a page tells them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Field, Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.models import Act, Entry
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


def next_after(facts: Iterable[Any], day: date) -> Any:
    """The first of ``facts`` (believed, by day) that begins after ``day``; ``None`` where there is none."""
    return next((fact for fact in facts if fact.valid_from > day), None)


def until_text(later: Any, told: str) -> str:
    """Said of an entry that ``later`` succeeds. ``told``: what that one states."""
    until = date_format(later.valid_from, "SHORT_DATE_FORMAT")
    return _("It applies until %(until)s; after that: %(next)s.") % {"until": until, "next": told}


def deeds_of(
    entries: Iterable[Entry], model: type[Model], names: Mapping[str, Mapping[int, str]], hidden: Iterable[str] = ()
) -> list[Deed]:
    """Audit entries, readable. ``names``: per foreign key the names of rows; ``hidden``: fields not shown.

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


def _change(model: type[Model], name: str, pair: Any, names: Mapping[str, Mapping[int, str]]) -> Change:
    if name == "valid_from":
        return Change(_("from"), "", _readable(None, pair[1], {}))
    if name == "withdrawn":
        return Change(_("withdrawn"), "", "")
    field = _field(model, name)
    old, new = (_readable(field, value, names.get(name, {})) for value in pair)
    return Change(str(field.verbose_name) if field else name, old, new)


def field_text(model: type[Model], name: str, value: Any) -> str:
    """A value of an audit entry in words; of another record only that there is one."""
    return _readable(_field(model, name), value, {})


def _field(model: type[Model], name: str) -> Any:
    return next((f for f in model._meta.get_fields() if f.name == name and isinstance(f, Field)), None)


def _readable(field: Any, value: Any, names: Mapping[int, str]) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, int) and field is not None and field.is_relation:
        return names.get(value, "…")
    return _day(value)


def _day(value: Any) -> str:
    """A day in the JSON of an entry is ISO text; anything else is shown as it is."""
    try:
        return date_format(date.fromisoformat(str(value)), "SHORT_DATE_FORMAT")
    except ValueError:
        return str(value)
