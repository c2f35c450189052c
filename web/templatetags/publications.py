"""Days and shares of a frozen report: they come from JSON."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.formats import date_format

from reports.models import Publication

register = template.Library()


@register.filter
def iso_day(text: str | None) -> str:
    """``2024-05-31`` as the reader's language writes it."""
    return date_format(date.fromisoformat(text[:10]), "SHORT_DATE_FORMAT") if text else "–"


@register.simple_tag
def records_then_and_now(publication: Publication, key: str) -> str:
    """The page that names what was booked late for a figure of a published report."""
    day, known_at = publication.as_of.isoformat(), publication.known_at
    asked: dict[str, Any] = {"as_of": day, "with": day, "with_known_at": known_at.isoformat() if known_at else ""}
    if publication.since:
        asked["since"] = publication.since.isoformat()
    return f"{reverse('web:figure_compare', args=[key])}?{urlencode(asked)}"
