"""Several rows about one record with different days: its history, planned step by step."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

_T = TypeVar("_T")


def in_rounds(changes: Mapping[Any, Sequence[_T]]) -> Iterable[list[_T]]:
    """First the first change of each owner, then the second of each …: one bulk call per round."""
    rest = [list(of_owner) for of_owner in changes.values()]
    position = 0
    while current := [of_owner[position] for of_owner in rest if len(of_owner) > position]:
        yield current
        position += 1
