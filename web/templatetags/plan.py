"""What templates of the wider programme need."""

from collections.abc import Iterable

from django import template

from rollout.enums import EntryState
from rollout.models import ProgressEntry
from rollout.plan_reading import EntryGroup
from rollout.plan_reading import entry_groups as groups_of
from web.tones import GOOD, NEUTRAL, WAY

register = template.Library()

_TONES = {EntryState.DONE: GOOD, EntryState.UNDER_WAY: WAY, EntryState.PLANNED: NEUTRAL}


@register.filter
def entry_groups(entries: Iterable[ProgressEntry]) -> list[EntryGroup]:
    """Published entries by state."""
    return groups_of(entry for entry in entries if entry.published_at)


@register.filter
def drafts(entries: Iterable[ProgressEntry]) -> int:
    """How many are not published yet."""
    return sum(entry.published_at is None for entry in entries)


@register.inclusion_tag("web/_status_badge.html")
def entry_state(state: str) -> dict[str, str]:
    found = EntryState(state)
    return {"text": str(found.label), "tone": _TONES[found]}
