"""Which recorded part each row of a document is, and what the document says then. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from costs.models import CostPart
from costs.services import NewPart, part_as_new


class Draft(NamedTuple):
    """What row ``row`` says of a part, by field of ``NewPart``; what it does not say stays as it is known."""

    row: int
    said: Mapping[str, Any]

    def on(self, part: NewPart | None, skip: Collection[str] = ()) -> NewPart:
        """``skip``: fields in which a recorded part stays as it is."""
        return part._replace(**_without(self.said, skip)) if part else NewPart(**self.said)


#: New part, the draft that says so (``None``: nothing is said of it), the part as it was recorded.
Paired = list[tuple[NewPart, Draft | None, NewPart | None]]


def pair(
    drafts: Sequence[Draft], before: Sequence[NewPart], own: Mapping[int, CostPart], skip: Collection[str] = ()
) -> Paired:
    """The parts of a document afterwards.

    Rows of our own list (``own``: recorded part by row) are about their part and leave the others as they are; any
    other rows are all that there is of the document, or with such rows what is added to it.
    """
    rest = list(before)
    partner: dict[int, NewPart] = {}
    kept: list[NewPart] = []
    by_row = {draft.row: n for n, draft in enumerate(drafts)}
    for row, part in own.items():
        if known := _taken(rest, part_as_new(part).__eq__):
            if row in by_row:
                partner[by_row[row]] = known
            else:
                kept.append(known)
    for passed in (skip, {"amount", *skip}):
        for n, draft in enumerate(drafts):
            if n not in partner and (known := _taken(rest, partial(_says, _without(draft.said, passed)))):
                partner[n] = known
    left = [n for n in range(len(drafts)) if n not in partner]
    if len(left) == len(rest) == 1 and not own:
        partner[left[0]] = rest.pop()
    if own:
        kept += rest
    paired: Paired = [(draft.on(partner.get(n), skip), draft, partner.get(n)) for n, draft in enumerate(drafts)]
    return paired + [(part, None, part) for part in kept]


def _taken(rest: list[NewPart], fits: Callable[[NewPart], Any]) -> NewPart | None:
    for at, part in enumerate(rest):
        if fits(part) is True:
            return rest.pop(at)
    return None


def _says(said: Mapping[str, Any], part: NewPart) -> bool:
    """Whether the part is as is said of it."""
    return all(getattr(part, name) == value for name, value in said.items())


def _without(said: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in names}
