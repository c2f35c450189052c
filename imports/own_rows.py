"""Rows of our own lists, of whatever kind: each is about the record it was written for, and says only what was edited.

A kind gives what its list said of the record and what it would say now; everything else is the same for all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from audit.models import Entry
from common.bulk import ids
from common.cell_types import ChoiceOf
from common.columns import Column
from common.dated import Span, group_spans
from common.parsing import clean_text, normalise_heading
from common.round_trip import ID
from imports.conflicts import Merge, Since, Three, changes_since, origins_of, undone
from imports.preview import Plan
from imports.reader import Cells
from imports.texts import as_read
from schools.models import School

_M = TypeVar("_M", bound=models.Model)
#: Values by column key, as ``<domain>/lists.py`` tells them.
Told = Mapping[str, Any]


class OwnRows(Generic[_M]):
    """Rows of the file that were exported for a record which is still there. ``records``: per row."""

    def __init__(self, plan: Plan, cells: Cells, columns: Iterable[Column], model: type[models.Model]) -> None:
        """``model``: under which the audit trail knows what was changed."""
        self.plan = plan
        self.cells = cells
        self.model = model
        self.origins = origins_of(cells)
        self.records: dict[int, _M] = {}
        self.since: dict[int, list[Since]] = changes_since(model, self.origins.values())
        self._choices = {c.key: c.parse.choices for c in columns if isinstance(c.parse, ChoiceOf)}

    @property
    def keys(self) -> set[int]:
        """Of the records that the rows name."""
        return {origin.record for origin in self.origins.values()}

    def find(self, records: Mapping[int, _M], label: Any = str) -> None:
        """Which record each row is about; those of others are refused."""
        for i, origin in self.origins.items():
            record = records.get(origin.record)
            if record is None:
                message = _("The record for which this row was exported does not exist any more.")
                self.plan.reject(i, ID.key, "no_record", message)
            else:
                self.records[i] = record
                self.plan.matched(i, "id", origin.record, label(record))

    def since_of(self, i: int) -> list[Since]:
        """What happened to the record of row ``i`` after it was written, newest first."""
        origin = self.origins[i]
        return [one for one in self.since.get(origin.record, ()) if one.at > origin.version.known_at]

    def before(self, i: int, *names: str) -> _M:
        """The record of row ``i`` with the fields ``names`` as they were when the row was written."""
        record, since = self.records[i], self.since_of(i)
        if not since:
            return record
        old = copy(record)
        fields: list[Any] = [record._meta.get_field(name) for name in names]
        values = undone(type(record), {field.name: getattr(record, field.attname) for field in fields}, since)
        for field in fields:
            setattr(old, field.attname, values[field.name])
        return old

    def merge(
        self,
        i: int,
        then: Told,
        now: Told,
        *,
        fixed: Mapping[str, Collection[Any]],
        units: Sequence[tuple[str, ...]] = (),
        fields: Mapping[str, str] = {},
        yours: Mapping[str, Any] = {},
        shown: Mapping[str, Any] = {},
    ) -> frozenset[str]:
        """Leave in the cells of row ``i`` only what was edited; returns the columns.

        ``fixed``: columns by which the record is known, with all that they may say. ``units``: columns that are
        one value together. ``fields``: column → its name in the audit trail where that is another. ``yours``: what
        a cell means, where that is not its converted value. ``shown``: how values of a column are read.
        """
        self.check(i, fixed)
        merge = Merge(self.plan, i, self.since_of(i))
        apart = {key for unit in units for key in unit}
        for key in now.keys() - apart - fixed.keys():
            three = Three(_comparable(then[key]), _comparable(now[key]), yours.get(key, self.cells[key][i]))
            merge.look(key, three, field=fields.get(key, key), shown=shown.get(key, self._reading(key)))
        for unit in units:
            self._look_at_unit(merge, unit, then, now, fields)
        edited = merge.end()
        for key in self.plan.table.index.keys() - edited - fixed.keys():
            self.cells[key][i] = None
        return edited

    def _look_at_unit(
        self, merge: Merge, unit: Sequence[str], then: Told, now: Told, fields: Mapping[str, str]
    ) -> None:
        old, new = ([_comparable(told[key]) for key in unit] for told in (then, now))
        said = [self._said(merge.i, key, value) for key, value in zip(unit, old, strict=True)]
        first = next((key for key, was, is_ in zip(unit, old, said, strict=True) if was != is_), None)
        if first and merge.look(first, Three(old, new, said), field=fields.get(first, first), shown=_together):
            merge.edited.update(unit)
            for key, value in zip(unit, said, strict=True):
                if key in self.plan.table.index:
                    self.cells[key][merge.i] = value

    def _said(self, i: int, key: str, exported: Any) -> Any:
        """What the cell says; a blank one says what was exported, unless blank cells are to clear."""
        table, value = self.plan.table, self.cells[key][i]
        is_blank = key not in table.index or table.rows[i][table.index[key]] is None
        return exported if is_blank and not (self.plan.is_clearing and key in table.index) else value

    def check(self, i: int, fixed: Mapping[str, Collection[Any]]) -> None:
        """Refuse a row that was made one about another record, or whose hidden columns slipped."""
        for key, allowed in fixed.items():
            value = self.cells[key][i]
            if value is not None and _key(value) not in set(map(_key, allowed)):
                message = _(
                    "This row was exported for %(record)s. What it is known by cannot be changed here; for another "
                    "record please add a row below the list."
                )
                self.plan.reject(i, key, "other_record", message % {"record": self.plan.labels[i]})

    def _reading(self, key: str) -> Any:
        choices = self._choices.get(key)
        return (lambda value: as_read(choices(value)) if value else None) if choices else as_read


def believed_then(
    own: OwnRows[Any], facts: models.QuerySet[Any], owner: str, values: Sequence[str]
) -> dict[int, list[Span]]:
    """Per row the timeline of its record as it was believed when the row was written. One query."""
    recorded: dict[int, list[tuple[Any, ...]]] = {}
    names = ("recorded_at", "superseded_at", owner, "pk", "valid_from", "valid_until", *values)
    for fact in facts.order_by("valid_from").values_list(*names):
        recorded.setdefault(fact[2], []).append(fact)
    found: dict[int, list[Span]] = {}
    for i in own.records:
        record, version = own.origins[i]
        rows = (
            tuple(row)
            for begun, ended, *row in recorded.get(record, ())
            if begun <= version.known_at and (ended is None or ended > version.known_at)
        )
        found[i] = group_spans(rows).get(record, [])
    return found


def names_of(schools: Iterable[School]) -> dict[int, set[str]]:
    """Names of schools, and those they had before: a list that was exported then still has them."""
    names = {school.pk: {school.name} for school in schools}
    entries = Entry.objects.filter(kind=School._meta.label_lower, object_id__in=ids(names), changes__has_key="name")
    for pk, changes in entries.values_list("object_id", "changes"):
        names[pk].add(changes["name"][0] or "")
    return names


def _comparable(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _key(value: Any) -> str:
    return normalise_heading(str(value))


def _together(values: Sequence[Any]) -> str | None:
    return as_read(", ".join(str(value) for value in values if value not in (None, "")))
