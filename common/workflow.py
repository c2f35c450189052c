"""A status workflow as a table that can be read: from → allowed to."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class Workflow:
    """``table`` maps each state to the states that may follow; ``start``: the possible first ones.

    ``hints``: what to say instead of the usual sentence where a step to that state is forbidden; ``%(old)s`` in it.
    """

    def __init__(
        self,
        choices: Any,
        table: Mapping[str, Iterable[str]],
        start: Iterable[str],
        hints: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.choices = choices
        self.table = {str(old): frozenset(map(str, new)) for old, new in table.items()}
        self.start = frozenset(map(str, start))
        self.hints = {str(state): hint for state, hint in hints.items()}

    @property
    def states(self) -> tuple[str, ...]:
        """All states in reading order."""
        return tuple(self.table)

    def allows(self, old: str | None, new: str) -> bool:
        """Staying is always allowed: a move between rooms keeps the status."""
        if old is None:
            return new in self.start
        return new in self.table and (old == new or new in self.table.get(old, frozenset()))

    def reaches(self, old: str | None, new: str) -> bool:
        """Whether ``new`` can come of ``old`` in any number of steps: several may fall on one day."""
        if old is None:
            return any(self.reaches(state, new) for state in self.start)
        seen, rest = {old}, [old]
        while rest:
            fresh = self.table.get(rest.pop(), frozenset()) - seen
            seen |= fresh
            rest.extend(fresh)
        return new in seen

    def label(self, state: str) -> str:
        return str(self.choices(state).label)

    def check_reaches(self, old: str | None, new: str) -> None:
        """The check between days: what happened within them is not known row by row."""
        if not self.reaches(old, new):
            self.check(old, new)

    def check_correction(self, before: str | None, old: str, new: str | None, after: str | None) -> None:
        """A corrected status must fit the entries around it; ``new`` is ``None`` for a withdrawn one.

        A correction of something else than the status says nothing about the steps.
        """
        if new is None:
            if after:
                self.check_reaches(before, after)
        elif new != old:
            self.check_reaches(before, new)
            if after:
                self.check_reaches(new, after)

    def check(self, old: str | None, new: str) -> None:
        """Raise ``ValidationError(code="forbidden_step")`` when ``new`` may not follow ``old``."""
        if self.allows(old, new):
            return
        if old is None:
            raise ValidationError(
                _("“%(new)s” cannot be the first status here."), "forbidden_step", {"new": self.label(new)}
            )
        raise self.forbidden(old, new)

    def forbidden(self, old: str, new: str) -> ValidationError:
        """What is said of a step from ``old`` to ``new``."""
        usual = _("“%(new)s” cannot follow “%(old)s”. If the earlier entry was wrong, correct it first.")
        text = self.hints.get(new, usual)
        return ValidationError(text, "forbidden_step", {"new": self.label(new), "old": self.label(old)})
