"""Template tags of figures: their addresses, and differences with a sign."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from reports.comparison import difference
from reports.figures.base import FigureValue, shown

register = template.Library()


@register.simple_tag
def signed(old: FigureValue, new: FigureValue) -> str:
    """``+12``, ``−3,5``, ``±0``; where there is no number to it: what it is now, or nothing."""
    change = difference(old.value, new.value)
    if change is None:
        return "" if old.value == new.value else f"→ {new.text}"
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{shown(change).lstrip('-')}"


@register.filter
def figure_text(value: Any) -> str:
    """A value of a record as figures are written."""
    return value if isinstance(value, str) else shown(value)


@register.simple_tag(takes_context=True)
def figure_url(context: dict[str, Any], key: str) -> str:
    """The page of a figure, for the day, the instant and the schools of this page."""
    query = {name: context["request"].GET.get(name) for name in ("as_of", "known_at", "since", "type")}
    given = {name: value for name, value in query.items() if value}
    return reverse("web:figure_detail", args=[key]) + (f"?{urlencode(given)}" if given else "")
