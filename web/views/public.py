"""What everybody may read without signing in: how far the programme and the connection of the schools have come.

The same for everybody: no session is looked at and no cookie set, so that any cache may keep an answer. Off until
``PUBLIC_PROGRESS`` switches it on.
"""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from hashlib import sha256
from io import StringIO

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from reports.connections import TRADES, Connection, lines_of, places
from reports.public import connection_data, newest_entries, progress_data, public_figures
from rollout.plan_reading import programmes
from web.site_map import site_map

#: So long anybody may show an answer again without asking, in seconds.
FRESH = 300
_LANGUAGES = {code for code, _name in settings.LANGUAGES}
View = Callable[[HttpRequest], HttpResponse]


def _public(view: View) -> Callable[..., HttpResponseBase]:
    """For everybody, in the language asked for, with what caches need to know."""

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        if not settings.PUBLIC_PROGRESS:
            raise Http404
        language = _language(request)
        with translation.override(language):
            response = view(request)
        response.headers["Content-Language"] = language
        response.headers["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
        patch_vary_headers(response, ["Accept-Language"])
        patch_cache_control(response, public=True, max_age=FRESH)
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response

    return answer


def _open(view: View) -> View:
    """Data that pages of others may load, too."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        response = view(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer


@_public
def public_progress(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = places(today)
    context = {
        "authority": settings.AUTHORITY_NAME,
        "today": today,
        "plans": programmes(),
        "figures": public_figures(),
        "places": [(place, [(trade.label, place.of_trade(trade)) for trade in TRADES]) for place in found],
        "trades": [trade.label for trade in TRADES],
        "map": site_map(found),
        "states": [(state, sum(place.state == state for place in found)) for state in Connection],
        "languages": sorted(_LANGUAGES),
        "language": translation.get_language(),
    }
    return HttpResponse(render_to_string("public/progress.html", context))


@_public
@_open
def public_data(request: HttpRequest) -> HttpResponse:
    text = json.dumps(progress_data(timezone.localdate()), ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@_public
@_open
def public_connections(request: HttpRequest) -> HttpResponse:
    """RFC 4180, UTF-8, with the same names and words as the JSON."""
    rows = [connection_data(line) for line in lines_of(places(timezone.localdate()))]
    file = StringIO()
    names = ["school_number", "school", "site", "building", "trade", "status", "date"]
    writer = csv.DictWriter(file, names)
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = 'attachment; filename="connections.csv"'
    return response


@_public
@_open
def public_feed(request: HttpRequest) -> HttpResponse:
    """Published entries, the latest first."""
    page = request.build_absolute_uri(reverse("web:public_progress"))
    author = settings.AUTHORITY_NAME or "Klassensatz"
    feed = _Feed(
        title=_("Progress: %(authority)s") % {"authority": author},
        link=page,
        description="",
        language=translation.get_language(),
        feed_url=request.build_absolute_uri(),
        feed_guid=page,
        author_name=author,
    )
    for entry in newest_entries():
        projects = [one for one in entry.initiatives.all() if one.published_at]
        titles = [one.title for one in projects]
        feed.add_item(
            title=f"{', '.join(titles)}: {entry.get_state_display()}",
            link=f"{page}#project-{projects[0].pk}",
            description=f"{entry.text} ({entry.period})",
            pubdate=entry.published_at,
            updateddate=entry.changed_at,
            unique_id=f"{page}#entry-{entry.pk}",
            categories=titles,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


class _Feed(Atom1Feed):
    """The newest change dates the feed; one without entries is as old as our first day."""

    def latest_post_date(self) -> datetime:
        days: list[datetime] = [item["updateddate"] for item in self.items]
        return max(days) if days else datetime(2000, 1, 1, tzinfo=UTC)


def _language(request: HttpRequest) -> str:
    """``?language=``, else what the browser prefers. The cookie of signed-in people would divide the caches."""
    wanted = request.GET.get("language", "")
    if wanted in _LANGUAGES:
        return wanted
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if code.partition("-")[0] in _LANGUAGES:
            return code.partition("-")[0]
    return str(settings.LANGUAGE_CODE)


def _plain(text: str) -> str:
    """A text that a spreadsheet would take for a formula is kept from it."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
