"""The wider programme as it is read: whole programmes, and the entries of a project under headings."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.translation import ngettext

from rollout.enums import EntryState
from rollout.models import Initiative, MasterPlan, Objective, ProgressEntry


class EntryGroup(NamedTuple):
    """Entries of one state, the latest first."""

    state: str
    heading: str
    entries: list[ProgressEntry]


def entry_groups(entries: Iterable[ProgressEntry]) -> list[EntryGroup]:
    """By state, without empty groups: what is done comes first."""
    by_state: dict[str, list[ProgressEntry]] = {state: [] for state in EntryState.values}
    for entry in entries:
        by_state[entry.state].append(entry)
    return [EntryGroup(state, heading(state, len(found)), found) for state, found in by_state.items() if found]


def heading(state: str, number: int) -> str:
    """What stands above ``number`` entries of a state."""
    if state == EntryState.DONE:
        return ngettext("This point has been implemented", "These points have been implemented", number)
    if state == EntryState.UNDER_WAY:
        return ngettext("This point is under way", "These points are under way", number)
    return ngettext("This point is planned", "These points are planned", number)


def programmes(user: Any = None) -> QuerySet[MasterPlan]:
    """Programmes with objectives, projects and entries that ``user`` sees; ``None``: what is published, for everybody.

    Four queries. Every project has its entries in ``shown_entries``, drafts among them for whoever may publish.
    """

    def seen(model: Any) -> Any:
        return model.objects.published() if user is None else model.objects.visible_to(user)

    entries = Prefetch("entries", seen(ProgressEntry), to_attr="shown_entries")
    projects = Prefetch("initiatives", seen(Initiative).prefetch_related(entries), to_attr="shown_initiatives")
    objectives = Prefetch("objectives", seen(Objective).prefetch_related(projects), to_attr="shown_objectives")
    found: QuerySet[MasterPlan] = seen(MasterPlan).prefetch_related(objectives)
    return found
