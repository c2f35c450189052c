"""Several rows about one record with different days: its history, planned step by step."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from common.dated import Revision, Span

_T = TypeVar("_T")
#: Keys of planned spans: negative, so that they never meet those of the database.
_PLANNED = -1


def played(timeline: Sequence[Span], revision: Revision) -> list[Span]:
    """The timeline as it will be once ``revision`` is written."""
    kept = [span for span in timeline if span.pk not in revision.supersede]
    low = min((span.pk for span in timeline), default=0)
    start = min(low, 0) + _PLANNED
    kept += [Span(start - n, *new) for n, new in enumerate(revision.insert)]
    return sorted(kept, key=lambda span: span.valid_from)


def in_rounds(changes: Mapping[Any, Sequence[_T]]) -> Iterable[list[_T]]:
    """First the first change of each owner, then the second of each …: one bulk call per round."""
    rest = [list(of_owner) for of_owner in changes.values()]
    position = 0
    while current := [of_owner[position] for of_owner in rest if len(of_owner) > position]:
        yield current
        position += 1
