"""Template tags of the pages of construction works: how late they are, how far, how large a file is."""

from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.enums import Concern, ProjectStatus
from web.tones import BAD, NEUTRAL, WARN, slip_tone

register = template.Library()

_CONCERN_TONES = {Concern.BLOCKED: BAD, Concern.OVERDUE: BAD, Concern.NO_FORECAST: NEUTRAL, Concern.WAITING: WARN}


@register.filter
def slip_text(days: int | None) -> str:
    """Of days later (negative: earlier) than planned."""
    if days is None:
        return ""
    if days == 0:
        return _("as planned")
    if days < 0:
        return ngettext("%(days)d day earlier", "%(days)d days earlier", -days) % {"days": -days}
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}


@register.inclusion_tag("web/_status_badge.html")
def slip_badge(days: int) -> dict[str, Any]:
    return {"text": slip_text(days), "tone": slip_tone(days)}


@register.inclusion_tag("web/_status_badge.html")
def moved_badge(days: int) -> dict[str, Any]:
    """Of days later (negative: earlier) than it was said before."""
    if days < 0:
        return {"text": slip_text(days), "tone": slip_tone(days)}
    text = ngettext("%(days)d day later", "%(days)d days later", days) % {"days": days}
    return {"text": text, "tone": slip_tone(days)}


@register.inclusion_tag("web/_status_badge.html")
def concern_badge(concern: str) -> dict[str, Any]:
    return {"text": Concern(concern).label, "tone": _CONCERN_TONES[Concern(concern)]}


@register.filter
def phase_label(phase: str) -> str:
    return str(ProjectStatus(phase).label)


@register.filter
def share(done: int, total: int) -> int | None:
    """Percent, rounded down; ``None`` of nothing."""
    return done * 100 // total if total else None


@register.filter
def file_size(size: int) -> str:
    return filesizeformat(size)
