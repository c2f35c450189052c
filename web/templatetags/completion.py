"""Numbers of schools by state, for the table of requirements."""

from collections import Counter
from collections.abc import Iterable

from django import template

from rollout.completion import RequirementSum
from rollout.enums import Outcome

register = template.Library()
#: States that need no column where no school is in them.
_RARE = (Outcome.NOT_DUE, Outcome.COVERED)


@register.filter
def states_of(requirements: Iterable[RequirementSum]) -> list[Outcome]:
    """The columns, in the order of the states."""
    occurring = {state for one in requirements for state, number in one.states.items() if number}
    return [state for state in Outcome if state not in _RARE or state in occurring]


@register.filter
def number_of(states: Counter[str], state: Outcome) -> int:
    return states[state]
