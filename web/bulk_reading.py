"""What a change of many devices does to them, in numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from common.bulk import ids
from common.diff import Diff, Outcome
from inventory.models import Device, DeviceModel
from reports.trail import field_of, in_words, label_of
from schools.models import Room, School

#: So many lines, and so many devices of each refusal, are shown.
MOST_LINES, MOST_NAMED = 40, 5
#: Told with each change, but the same for all.
_NOT_SHOWN = ("valid_from",)


class Line(NamedTuple):
    label: str
    old: str
    new: str
    number: int


class Refusal(NamedTuple):
    """``names``: of the first devices."""

    reason: str
    number: int
    names: list[str]

    @property
    def has_more(self) -> bool:
        return self.number > len(self.names)


class Preview(NamedTuple):
    """``more``: lines that are not shown; ``unchanged``: devices that are like that already."""

    changed: int
    unchanged: int
    refused: int
    lines: list[Line]
    more: int
    refusals: list[Refusal]


def preview_of(user: Any, diff: Diff) -> Preview:
    """The same changes counted together, the most frequent first; records by the names that ``user`` may know."""
    counted = Counter(
        (name, *pair)
        for row in diff.rows
        if row.outcome is Outcome.CHANGED
        for name, pair in row.changes.items()
        if name not in _NOT_SHOWN
    )
    names = _names(user, counted)
    lines = [
        Line(label_of(Device, name), *_texts(name, pair, names), number) for (name, *pair), number in _sorted(counted)
    ]
    return Preview(
        diff.changed,
        diff.count(Outcome.UNCHANGED),
        diff.count(Outcome.REJECTED),
        lines[:MOST_LINES],
        max(len(lines) - MOST_LINES, 0),
        _refusals(diff),
    )


def _sorted(counted: Counter[Any]) -> list[tuple[Any, int]]:
    order = {name: place for place, name in enumerate(dict.fromkeys(name for name, *_pair in counted))}
    return sorted(counted.items(), key=lambda item: (order[item[0][0]], -item[1]))


def _names(user: Any, counted: Iterable[Any]) -> Mapping[Any, Mapping[Any, str]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for name, *pair in counted:
        wanted[name].update(key for key in pair if isinstance(key, int) and not isinstance(key, bool))
    kinds = {"school": School, "room": Room, "model": DeviceModel}
    found = {}
    for name, kind in kinds.items():
        if keys := wanted.get(name):
            visible: Any = kind.objects.visible_to(user)  # type: ignore[attr-defined]
            rows = visible.filter(pk__in=ids(keys))
            rows = rows.select_related("manufacturer") if kind is DeviceModel else rows
            found[kind] = {row.pk: row.name if kind is School else str(row) for row in rows}
    return found


def _texts(name: str, pair: Iterable[Any], names: Any) -> tuple[str, str]:
    old, new = (in_words(field_of(Device, name), value, names) or "–" for value in pair)
    return old, new


def _refusals(diff: Diff) -> list[Refusal]:
    named: dict[str, list[str]] = defaultdict(list)
    for row in diff.rows:
        if row.outcome is Outcome.REJECTED:
            named[" ".join(problem.message for problem in row.problems)].append(row.label)
    found = [Refusal(reason, len(labels), labels[:MOST_NAMED]) for reason, labels in named.items()]
    return sorted(found, key=lambda refusal: -refusal.number)
