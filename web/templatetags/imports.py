"""Template tags of the import pages."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.enums import BatchStatus
from imports.models import ImportBatch
from web.tones import BAD, GONE_TONE, GOOD, NEUTRAL, WARN, WAY

register = template.Library()

_TONES: dict[str, str] = {
    BatchStatus.UPLOADED: WAY,
    BatchStatus.PREVIEWED: WARN,
    BatchStatus.TAKING: WAY,
    BatchStatus.TAKEN: GOOD,
    BatchStatus.FAILED: BAD,
    BatchStatus.DISCARDED: GONE_TONE,
    BatchStatus.UNDOING: WAY,
    BatchStatus.UNDONE: GONE_TONE,
}
_UNKNOWN: dict[str, Promise | str] = {
    "model": gettext_lazy("Device models that are not in the catalogue"),
    "school": gettext_lazy("Schools that are not known"),
    "room": gettext_lazy("Rooms that are not known"),
    "category": gettext_lazy("Categories that are not known"),
}


@register.inclusion_tag("web/_status_badge.html")
def batch_status(status: str) -> dict[str, Any]:
    return {"text": BatchStatus(status).label, "tone": _TONES.get(status, NEUTRAL)}


@register.simple_tag
def unknown_kind(kind: str) -> str | Promise:
    """Heading above the unknown values of one kind."""
    return _UNKNOWN.get(kind, kind)


@register.simple_tag
def given_answers(batch: ImportBatch) -> list[dict[str, Any]]:
    """``{kind, text, meaning}`` of what was said about unknown values so far."""
    return [
        {"kind": kind, "text": text, "meaning": _meaning(decision)}
        for kind, given in batch.decisions.items()
        for text, decision in given.items()
    ]


def _meaning(decision: Mapping[str, Any]) -> str:
    if decision["action"] == "map":
        return _("means %(record)s") % {"record": decision.get("label", "")}
    return _("is created") if decision["action"] == "create" else _("its rows are left out")
