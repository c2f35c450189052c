"""What one version of the standard asks otherwise than another, line by line. Pure."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

from rollout.models import Requirement
from rollout.services.standards import PARAMETERS as ASKED

#: What is told of a line that both versions have, in this order.
PARAMETERS = ("name", *ASKED)


class LineChangeKind(Enum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class ParameterChange(NamedTuple):
    """``name``: a field of ``Requirement``; of ``categories`` the values are their names, sorted."""

    name: str
    old: Any
    new: Any


class LineChange(NamedTuple):
    """``line``: the newer of the two where both versions have it."""

    kind: LineChangeKind
    line: Requirement
    parameters: tuple[ParameterChange, ...] = ()


def line_changes(old: Iterable[Requirement], new: Iterable[Requirement]) -> list[LineChange]:
    """``old`` and ``new``: the lines of either version, with their categories. In the order of the newer one."""
    before, after = ({_place(line): line for line in lines} for lines in (old, new))
    changes = [LineChange(LineChangeKind.REMOVED, line) for place, line in before.items() if place not in after]
    for place, line in after.items():
        former = before.get(place)
        if former is None:
            changes.append(LineChange(LineChangeKind.ADDED, line))
        elif parameters := _parameters(former, line):
            changes.append(LineChange(LineChangeKind.CHANGED, line, parameters))
    return sorted(changes, key=lambda change: (change.line.position, *_sortable(change.line)))


def _place(line: Requirement) -> tuple[str, str, int | None]:
    return line.key, line.school_type, line.school_id


def _sortable(line: Requirement) -> tuple[str, str, int]:
    return line.key, line.school_type, line.school_id or 0


def _parameters(old: Requirement, new: Requirement) -> tuple[ParameterChange, ...]:
    pairs = ((name, _value(old, name), _value(new, name)) for name in PARAMETERS)
    return tuple(ParameterChange(*pair) for pair in pairs if pair[1] != pair[2])


def _value(line: Requirement, name: str) -> Any:
    if name == "categories":
        return sorted(str(category) for category in line.categories.all())
    return getattr(line, name)
