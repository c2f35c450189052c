"""Template tags of the import pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports.conflicts import CONFLICT
from imports.enums import BatchStatus, KindName
from imports.kinds import KINDS
from imports.models import ImportBatch, ImportProfile
from imports.options import VALUE
from imports.profiles import PERSONS, decisions_of
from web.forms.import_columns import ColumnsForm, ProfileChoiceForm, ProfileForm
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
    "order": gettext_lazy("Orders that are not known"),
    "programme": gettext_lazy("Programmes that are not known"),
    "financing": gettext_lazy("Financings that are not known"),
    "date_order": gettext_lazy("Dates in which day or month may come first"),
}


@register.inclusion_tag("web/_status_badge.html")
def batch_status(status: str, wanted: str | None = "", good: Any = True, bad: Any = None) -> dict[str, Any]:
    """``wanted``: what somebody must say before it can be taken; ``good``, ``bad``: whether there are such rows."""
    if status == BatchStatus.PREVIEWED and wanted:
        return {"text": _("columns are to be chosen"), "tone": WARN}
    if status == BatchStatus.PREVIEWED and bad and not good:
        return {"text": _("nothing can be taken"), "tone": BAD}
    return {"text": BatchStatus(status).label, "tone": _TONES.get(status, NEUTRAL)}


@register.simple_tag
def template_kinds() -> list[dict[str, str]]:
    """``{name, label}`` of the kinds for which there is a template, as they build on each other."""
    return [{"name": name, "label": str(KINDS[name].name.label)} for name in KindName.values if name in KINDS]


@register.simple_tag
def unknown_kind(kind: str, batch: ImportBatch) -> str | Promise:
    """Heading above the unknown values of one kind."""
    if kind.startswith(VALUE):
        labels = {VALUE + column.key: column.heading() for column in KINDS[batch.kind].columns}
        return _("Words in the column “%(column)s” that are not known") % {"column": labels.get(kind, kind)}
    return _UNKNOWN.get(kind, kind)


@register.simple_tag
def given_answers(batch: ImportBatch) -> list[dict[str, Any]]:
    """``{kind, text, meaning, is_usual}`` of what was said about unknown values, for this file or in its profile."""
    return [
        {"kind": kind, "text": text, "meaning": _meaning(one), "is_usual": text not in batch.decisions.get(kind, ())}
        for kind, given in decisions_of(batch).items()
        if kind not in (CONFLICT, PERSONS)  # those stand in tables of their own, with their answers
        for text, one in given.items()
        if one
    ]


@register.simple_tag
def columns_form(batch: ImportBatch) -> ColumnsForm:
    return ColumnsForm(batch)


@register.simple_tag(takes_context=True)
def profile_choice(context: dict[str, Any], batch: ImportBatch) -> ProfileChoiceForm:
    return ProfileChoiceForm(batch, context["request"].user)


@register.simple_tag
def profile_form(batch: ImportBatch) -> ProfileForm:
    """Name and sender under which to keep how the file is read."""
    return ProfileForm(instance=batch.profile, initial={} if batch.profile else {"sender": batch.sender})


@register.simple_tag
def profile_columns(profile: ImportProfile) -> list[dict[str, str]]:
    """``{label, heading}`` of the columns that a profile reads, as its headings are compared."""
    columns = KINDS[profile.kind].columns if profile.kind in KINDS else ()
    headings = {key: heading for heading, key in profile.mapping.items()}
    return [{"label": c.heading(), "heading": headings[c.key]} for c in columns if c.key in headings]


def _meaning(decision: Mapping[str, Any]) -> str:
    if decision["action"] == "map":
        return _("means %(record)s") % {"record": decision.get("label", "")}
    return _("is created") if decision["action"] == "create" else _("its rows are left out")


@register.filter
def instant(text: str) -> str:
    """An instant as JSON keeps it, in local time."""
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")


@register.simple_tag
def findings_of(batch: ImportBatch) -> int:
    """How many there are, done ones included."""
    return int(batch.findings.count())
