"""Two days, or what was known at two instants, side by side. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from rollout.enums import PHASES, ProjectStatus
from rollout.progress.days import WorksOnDay


class Move(NamedTuple):
    """A phase whose expected or actual day is another one; ``days``: later, negative: earlier."""

    phase: str
    before: date | None
    after: date | None
    reason: str

    @property
    def days(self) -> int | None:
        return (self.after - self.before).days if self.before and self.after else None


class Compared(NamedTuple):
    """One project then and now; ``before`` is ``None`` for one that was not there."""

    before: WorksOnDay | None
    after: WorksOnDay
    moves: Sequence[Move]

    @property
    def slipped(self) -> int | None:
        """By so many days the acceptance is later, or the last phase that moved; ``None`` where nothing did."""
        known = {move.phase: move.days for move in self.moves if move.days is not None}
        return known.get(ProjectStatus.ACCEPTED, next(reversed(known.values()), None))


def compare(before: Iterable[WorksOnDay], after: Iterable[WorksOnDay]) -> list[Compared]:
    """What is another one: new projects, other states, moved phases. In the order of ``after``."""
    known = {works.project.pk: works for works in before}
    compared = []
    for now in after:
        then = known.get(now.project.pk)
        moves = _moves(then, now) if then else []
        if then is None or moves or then.status != now.status:
            compared.append(Compared(then, now, moves))
    return compared


def _moves(before: WorksOnDay, after: WorksOnDay) -> list[Move]:
    moves = []
    for phase in PHASES:
        old, new = before.milestones.get(phase), after.milestones.get(phase)
        days = (old.expected_on if old else None, new.expected_on if new else None)
        if days[0] != days[1]:
            moves.append(Move(phase.value, *days, new.reason if new else ""))
    return moves
