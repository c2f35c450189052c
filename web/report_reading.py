"""What pages of reports have in common: what was known when, and files to take away."""

from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from web.forms.reports import KnownAtForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_known_at(request: HttpRequest) -> datetime | None:
    """``?known_at=``. What cannot be used is said on the page and means now."""
    form = KnownAtForm(request.GET)
    if form.is_valid():
        instant: datetime | None = form.cleaned_data["known_at"]
        return instant
    messages.warning(request, " ".join(map(str, form.errors["known_at"])))
    return None


def known_context(known_at: datetime | None) -> dict[str, Any]:
    return {"known_at": known_at, "known_form": KnownAtForm(initial={"known_at": known_at})}


def workbook_response(file: BytesIO, name: str) -> FileResponse:
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def money_tabs(here: str, as_of: str = "") -> list[dict[str, Any]]:
    """The reports about money for ``web/_tabs.html``. ``as_of``: the day that goes along, ``""``: today."""
    query = "?" + urlencode({"as_of": as_of}) if as_of else ""
    pages = (
        ("web:cut_off", _("Cut-off day"), query),
        ("web:costs_to_complete", _("Costs to complete"), query),
        ("web:order_proposal", _("Order proposal"), ""),
        ("web:distribution", _("Distribution"), ""),
        ("web:refresh_plan", _("Refresh planning"), ""),
    )
    return [{"label": label, "url": reverse(name) + part, "is_current": name == here} for name, label, part in pages]
