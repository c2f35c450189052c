"""The as-of date of a page: ``?as_of=YYYY-MM-DD``, today where nothing is said."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from common.dated import EARLIEST


def read_as_of(request: HttpRequest, furthest: date | None = None) -> date:
    """Day asked for. What is no day, lies ahead or long ago gives today and a message on the page.

    ``furthest``: the last day of a page that can look ahead.
    """
    today = timezone.localdate()
    text = request.GET.get("as_of", "").strip()
    if not text:
        return today
    day = _parse(text)
    if day is None:
        messages.warning(request, _("“%(text)s” is not a date. Shown is today.") % {"text": text[:40]})
    elif furthest and day > furthest:
        messages.warning(request, _("The as-of date lies too far in the future. Shown is today."))
    elif day > today and not furthest:
        messages.warning(request, _("The as-of date lies in the future. Shown is today."))
    elif day < EARLIEST:
        messages.warning(request, _("There are no records from that time. Shown is today."))
    else:
        return day
    return today


def day_context(day: date) -> dict[str, Any]:
    """What ``web/_as_of.html`` and links between dated pages need."""
    today = timezone.localdate()
    return {
        "day": day,
        "today": today,
        "is_today": day == today,
        "as_of_query": "" if day == today else "?" + urlencode({"as_of": day.isoformat()}),
    }


def _parse(text: str) -> date | None:
    """ISO as the browser sends it, and ``31.12.2024`` as people type it."""
    parts = text.split(".")
    if len(parts) == 3 and all(parts):
        text = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
