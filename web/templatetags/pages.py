"""Template tags of all pages: navigation, badges, form fields, sorting, numbers."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    SelectMultiple,
    Textarea,
)
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.functional import Promise

from accounts.models import User
from inventory.enums import DefectStatus, DeviceStatus
from rollout.enums import Outcome, ProjectStatus
from schools.access import Right, has_right
from schools.filters import PersonState
from web.navigation import navigation_for
from web.themes import theme_of
from web.tones import DEFECT_TONES, DEVICE_TONES, GONE_TONE, GOOD, OUTCOME_TONES, PROJECT_TONES, WARN

register = template.Library()

#: What stands in the description of a browser → what people call it. The first that fits: most claim to be another.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


# --- page -------------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def main_navigation(context: dict[str, Any]) -> list[dict[str, Any]]:
    request = context.get("request")
    return navigation_for(request.user, request.path) if request is not None else []


@register.simple_tag(takes_context=True)
def chosen_theme(context: dict[str, Any]) -> str:
    """``light``, ``dark`` or empty for what the system says."""
    request = context.get("request")
    return theme_of(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], right: str) -> bool:
    """``{% may "book" as may_book %}``: whether the person signed in has the right."""
    return has_right(context["request"].user, Right(right))


# --- badges -----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("web/_status_badge.html")
def status_badge(text: str | Promise, tone: str = "neutral") -> dict[str, Any]:
    return {"text": text, "tone": tone}


@register.inclusion_tag("web/_status_badge.html")
def device_status(status: str) -> dict[str, Any]:
    return {"text": DeviceStatus(status).label, "tone": DEVICE_TONES[status]}


@register.inclusion_tag("web/_status_badge.html")
def defect_status(status: str) -> dict[str, Any]:
    return {"text": DefectStatus(status).label, "tone": DEFECT_TONES[status]}


@register.inclusion_tag("web/_status_badge.html")
def project_status(status: str) -> dict[str, Any]:
    return {"text": ProjectStatus(status).label, "tone": PROJECT_TONES[status]}


@register.inclusion_tag("web/_status_badge.html")
def outcome_badge(outcome: str) -> dict[str, Any]:
    return {"text": Outcome(outcome).label, "tone": OUTCOME_TONES[outcome]}


@register.filter
def outcome_tone(outcome: str) -> str:
    return OUTCOME_TONES[outcome]


@register.inclusion_tag("web/_status_badge.html")
def person_state(person: User) -> dict[str, Any]:
    if person.erased_at:
        return {"text": PersonState.ERASED.label, "tone": GONE_TONE}
    if not person.is_active:
        return {"text": PersonState.INACTIVE.label, "tone": WARN}
    return {"text": PersonState.ACTIVE.label, "tone": GOOD}


# --- forms ------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("web/_field.html")
def field(bound: BoundField, compact: bool = False, label: str = "") -> dict[str, Any]:
    """A form field with label, hint and errors; ``compact`` for filter rows."""
    kind, boxes, chosen = _kind(bound), "", 0
    if compact and isinstance(bound.field.widget, SelectMultiple | CheckboxSelectMultiple):
        # A list box is of no use in a row of filters: the same choices as boxes that unfold.
        kind, chosen = "pick", len(bound.value() or [])
        boxes = bound.as_widget(CheckboxSelectMultiple(choices=bound.field.widget.choices))
    return {
        "field": bound,
        "kind": kind,
        "compact": compact,
        "label": label or bound.label,
        "boxes": boxes,
        "chosen": chosen,
        "is_optional": not (compact or bound.field.required or _has_default(bound)),
    }


def _has_default(bound: BoundField) -> bool:
    """Whether it is a list whose first choice is an answer, not dashes for none."""
    choices = getattr(bound.field, "choices", ()) if isinstance(bound.field.widget, Select) else ()
    first = next(iter(choices), ("", ""))
    return bool(str(first[1]).strip("-"))


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return "choices"
    for kind, widget_class in (("check", CheckboxInput), ("file", FileInput), ("text", Textarea), ("select", Select)):
        if isinstance(widget, widget_class):
            return kind
    return "input"


# --- lists ------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("web/_sort_header.html", takes_context=True)
def sort_header(
    context: dict[str, Any], key: str, label: str, kind: str = "", target: str = "", parameter: str = "ordering"
) -> dict[str, Any]:
    """``<th>`` that sorts by ``?ordering=key`` and on the second click by ``-key``. ``kind="num"``: right-aligned."""
    query: QueryDict = context["request"].GET.copy()
    now = query.get(parameter, "")
    query[parameter] = f"-{key}" if now == key else key
    query.pop("page", None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {"label": label, "kind": kind, "target": target, "direction": direction, "query": f"?{query.urlencode()}"}


@register.filter
def elided(page: Page[Any]) -> list[int | str]:
    """Page numbers with gaps: 1 2 … 7 8 9 … 30."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.filter
def browser(agent: str) -> str:
    """``Firefox · Windows`` from what a browser says about itself; the text itself where it is none we know."""
    names = [next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, names)) or agent or "?"


# --- numbers ----------------------------------------------------------------------------------------------------------


@register.filter
def number(value: Any, places: int = 0) -> str:
    """``12345`` → ``12.345`` (German), rounded to ``places``; ``None`` → ``–``."""
    if value is None or value == "":
        return "–"
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def quantity(value: Any) -> str:
    """A number with only the decimals it has: ``500.00`` → ``500``, ``29.5`` → ``29,5``."""
    if value is None:
        return "–"
    plain = Decimal(str(value)).normalize()
    return number(plain, max(0, -int(plain.as_tuple().exponent)))


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """Percent rounded down, so that 100 % always means all of it; ``None`` → ``–``."""
    if value is None:
        return "–"
    step = Decimal(1).scaleb(-places)
    return f"{number(Decimal(str(value)).quantize(step, ROUND_FLOOR), places)} %"
