"""Our own device lists that come back: of each row only what was edited since it went out is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from audit.models import Entry
from common.bulk import ids
from common.dated import Span, group_spans, span_on
from common.parsing import clean_text, normalise_heading
from common.round_trip import Version
from imports.catalogue import Catalogue
from imports.conflicts import Merge, Origin, Since, Three, changes_since, is_live, undone
from imports.kinds.devices.identity import Known, Owner, Register
from imports.matching import Schools
from imports.preview import Plan
from imports.reader import Cells
from imports.texts import as_read
from inventory.enums import DeviceStatus, Use
from inventory.models import Device, DeviceState, DeviceTest
from inventory.services.states import Placed
from inventory.workflow import status_in
from schools.models import Room, School

_DETAILS = ("serial", "asset_tag", "mdm_id", "purchased_on", "price", "financing", "note", "model")
_PLACED = ("status", "school", "room", "use", "is_managed")
_TOGETHER = (("school", "school_number"), ("room", "building"), ("model", "manufacturer"))
_NOTHING: frozenset[str] = frozenset()
_RECORDED = ("recorded_at", "superseded_at")


class _Told(NamedTuple):
    """What the list says about a device: details, and its state of the day of the list."""

    details: Mapping[str, Any]
    since: date | None
    placed: Placed | None

    def value(self, key: str) -> Any:
        if key in _PLACED:
            return getattr(self.placed, key) if self.placed else None
        return self.since if key == "since" else self.details[key]


@dataclass(slots=True)
class DeviceMerge:
    """Rows of our own lists against the inventory. ``schools``, ``models``: per row, as resolved.

    ``financings``: names by key.
    """

    plan: Plan
    cells: Cells
    origins: Mapping[int, Origin]
    models: list[int | None]
    schools: list[School | None]
    catalogue: Catalogue
    all_schools: Schools
    timelines: Mapping[int, list[Span]]
    tested: Mapping[int, set[date]]
    financings: Mapping[int, str]
    rooms: dict[int, str] = field(default_factory=dict)
    since: dict[int, list[Since]] = field(default_factory=dict)
    believed: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)
    known_tests: set[tuple[int, date]] = field(default_factory=set)
    days: dict[Version, date] = field(default_factory=dict)

    def merge(self, owners: Iterable[Owner]) -> None:
        """Leave in the cells only what somebody edited; what they say else is passed over."""
        ours = [(i, owner) for owner in owners if owner.known for i in owner.rows if i in self.origins]
        if not ours:
            return
        self.cells["since"] = [*self.cells["since"]]  # columns that the file lacks are all one list
        self._load([owner.known for _i, owner in ours if owner.known], [self.origins[i] for i, _owner in ours])
        for i, owner in ours:
            if owner.known:
                self._read(i, owner.known)
        for owner in {id(owner): owner for _i, owner in ours}.values():
            for key in ("serial", "asset_tag", "mdm_id"):
                said = (self.cells[key][i] for i in owner.rows)
                setattr(owner, key, next(filter(None, said), ""))

    def _load(self, known: Sequence[Known], origins: Sequence[Origin]) -> None:
        """In a constant number of queries; past states only of the devices that changed since."""
        self.since = changes_since(Device, origins)
        names = ("device", "pk", "valid_from", "valid_until", *Placed._fields)
        if self.since:
            changed = {"device__in": ids(self.since)}
            for owner, *row in DeviceState.objects.filter(**changed).values_list(names[0], *_RECORDED, *names[1:]):
                self.believed.setdefault(owner, []).append(tuple(row))
            self.known_tests = set(DeviceTest.objects.filter(**changed).values_list("device", "valid_from"))
        spans = [span.values for k in known for span in self.timelines.get(k.pk, ())]
        spans += [row[-len(Placed._fields) :] for rows in self.believed.values() for row in rows]
        wanted = {room for values in spans if (room := Placed(*values).room) is not None}
        rooms = Room.objects.filter(pk__in=ids(wanted)).values_list("pk", "building__name", "name")
        self.rooms = {pk: _room_text(building, name) or "" for pk, building, name in rooms}

    def _read(self, i: int, known: Known) -> None:
        version = self.origins[i].version
        since = [one for one in self.since.get(known.pk, ()) if one.at > version.known_at]
        now = self._now(known, version)
        if not since and self._is_plainly_untouched(i, known, now):
            self.plan.edited[i] = _NOTHING
            self._blank(i, _NOTHING)
            return
        then = self._then(now, known.pk, version, since) if since else now
        merge = Merge(self.plan, i, since)
        for key in _DETAILS:
            merge.look(key, self._three(i, key, then, now, known), shown=self._shown(key))
        for key in _PLACED:
            column = self._column(i, key)
            merge.look(column, self._three(i, key, then, now, known), field=key, shown=self._shown(key))
        merge.look("since", self._three(i, "since", then, now, known), field="valid_from")
        if self.cells["tested_on"][i] is not None and not self._is_known_test(i, known):
            merge.edited.add("tested_on")
        self._date(i, merge.edited, then, version)
        self._check(i, merge.edited, then)
        self._blank(i, merge.end(*_TOGETHER))

    def _now(self, known: Known, version: Version) -> _Told:
        """As of the day for which the list was made; a list of the present is held against the present."""
        if version not in self.days:
            self.days[version] = max(version.day, self.plan.context.today) if is_live(version) else version.day
        span = span_on(self.timelines.get(known.pk, ()), self.days[version])
        details = {name: getattr(known, name) for name in _DETAILS}
        return _Told(details, span.valid_from if span else None, Placed(*span.values) if span else None)

    def _is_plainly_untouched(self, i: int, known: Known, now: _Told) -> bool:
        """Nearly all rows of a list: nothing happened since, and what is filled in reads as it is known."""
        if self.plan.is_clearing or not self.plan.is_open(i) or now.placed is None:
            return False
        cells, placed = self.cells, now.placed
        pairs = [(cells[name][i], getattr(known, name)) for name in _DETAILS[:-1]]
        pairs += [(cells[name][i], getattr(placed, name)) for name in ("status", "use", "is_managed")]
        pairs += [(cells["since"][i], now.since), (self._yours(i, "model", known), known.model)]
        pairs += [(self._yours(i, "school", known), placed.school), (cells["category"][i], self._category(known.model))]
        pairs += [(self._yours(i, "room", known), self.rooms.get(placed.room or 0))]
        is_same = all(yours is None or yours == ours for yours, ours in pairs)
        return is_same and (cells["tested_on"][i] is None or self._is_known_test(i, known))

    def _category(self, model: int) -> str:
        return str(self.catalogue.entries[self.catalogue.at(model) or 0].category)

    def _then(self, now: _Told, device: int, version: Version, since: Sequence[Since]) -> _Told:
        """As it was known when the list was made."""
        believed = (
            (device, *row)
            for recorded, superseded, *row in self.believed.get(device, ())
            if recorded <= version.known_at and (superseded is None or superseded > version.known_at)
        )
        span = span_on(sorted(group_spans(believed).get(device, ()), key=lambda span: span.valid_from), version.day)
        details = undone(Device, now.details, since)
        return _Told(details, span.valid_from if span else None, Placed(*span.values) if span else None)

    def _three(self, i: int, key: str, then: _Told, now: _Told, known: Known) -> Three:
        old, new = (self._comparable(key, told.value(key)) for told in (then, now))
        return Three(old, new, self._yours(i, key, known))

    def _comparable(self, key: str, value: Any) -> Any:
        if key == "room":
            return self.rooms.get(value)
        return clean_text(value) if isinstance(value, str) else value

    def _yours(self, i: int, key: str, known: Known) -> Any:
        if key == "model":
            position = self.models[i]
            return None if position is None else self.catalogue.entries[position].pk or f"new {position}"
        if key == "school":
            school = self.schools[i]
            return school.pk if school else None
        if key == "room":
            return _room_text(self.cells["building"][i], self.cells["room"][i])
        value = self.cells[key][i]
        return status_in(known.workflow, value) if key == "status" and value else value

    def _column(self, i: int, key: str) -> str:
        """The column in which a person would have edited ``key``."""
        return "school_number" if key == "school" and self.cells["school"][i] is None else key

    def _is_known_test(self, i: int, known: Known) -> bool:
        day = self.cells["tested_on"][i]
        return day in self.tested.get(known.pk, ()) or (known.pk, day) in self.known_tests

    def _date(self, i: int, edited: set[str], then: _Told, version: Version) -> None:
        """From when on the edited state holds: from the day that was edited with it, else from the day of the list."""
        placed = edited & {*_PLACED, "school_number"}
        if "since" not in edited:
            self.cells["since"][i] = None if is_live(version) or not placed else version.day
        elif not placed:
            day = self.cells["since"][i]
            if day is not None and then.since and day > then.since:
                message = _(
                    "To correct the first day of a state to a later one, correct the entry on the device's page."
                )
                self.plan.reject(i, "since", "later_day", message)
            edited.update(_PLACED)  # the same state, but from an earlier day on

    def _check(self, i: int, edited: set[str], then: _Told) -> None:
        cells = self.cells
        if all(key in edited and cells[key][i] and then.details[key] for key in ("serial", "asset_tag")):
            message = _("Both numbers were replaced. For another device please add a row below the list.")
            self.plan.reject(i, "serial", "other_record", message)
        position = self.catalogue.at(then.details["model"])
        text = cells["category"][i]
        if text and position is not None and "model" not in edited:
            category = self.catalogue.entries[position].category
            names = map(normalise_heading, (category.key, category.name, category.name_en))
            if normalise_heading(text) not in names:
                message = _("The category belongs to the model: please change it there, or name another model.")
                self.plan.reject(i, "category", "of_model", message)

    def _blank(self, i: int, edited: frozenset[str]) -> None:
        """What nobody edited is not said."""
        for key in self.plan.table.index:
            if key not in edited and (key != "since" or not edited):
                self.cells[key][i] = None
        if not edited & {"school", "school_number"}:
            self.schools[i] = None
        if "model" not in edited:
            self.models[i] = None

    def _shown(self, key: str) -> Any:
        choices: Mapping[str, Any] = {"status": DeviceStatus, "use": Use}
        if key == "model":
            return lambda pk: self._model_text(pk)
        if key == "financing":
            return lambda pk: self.financings.get(pk or 0)
        if key == "school":
            return lambda pk: str(self.all_schools.by_pk[pk]) if pk in self.all_schools.by_pk else None
        if key in choices:
            return lambda value: as_read(choices[key](value)) if value else None
        return as_read

    def _model_text(self, pk: Any) -> str | None:
        if isinstance(pk, str):
            return str(self.catalogue.entries[int(pk.removeprefix("new "))])
        position = self.catalogue.at(pk) if pk else None
        return None if position is None else str(self.catalogue.entries[position])


def prefer_edited(cells: Cells, register: Register, schools: Schools) -> None:
    """Of a school's number and name in a row of ours, go by the one that was edited."""
    told: dict[tuple[Any, Any], tuple[School | None, School | None]] = {}
    former: set[str] | None = None
    for i, origin in register.origins.items():
        known, pair = register.by_pk.get(origin.record), (cells["school_number"][i], cells["school"][i])
        if known is None or None in pair:
            continue
        if pair not in told:
            told[pair] = schools.by_number.get(str(pair[0])), schools.find(str(pair[1]))
        by_number, by_name = told[pair]
        if by_number is by_name or by_number is None:
            continue
        if by_name is None and by_number.pk == known.school:
            former = _former_names() if former is None else former
            if normalise_heading(pair[1]) not in former:
                cells["school_number"][i] = None
        elif by_number.pk == known.school:
            cells["school_number"][i] = None
        elif by_name and by_name.pk == known.school:
            cells["school"][i] = None


def _former_names() -> set[str]:
    """Names that schools had once: a list that was exported then still has them."""
    changes = Entry.objects.filter(kind=School._meta.label_lower, changes__has_key="name").values_list(
        "changes", flat=True
    )
    return {normalise_heading(one["name"][0]) for one in changes if one["name"][0]}


def _room_text(building: str | None, room: str | None) -> str | None:
    return " · ".join(filter(None, (clean_text(building), clean_text(room)))) if room else None
