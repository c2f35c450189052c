"""What pages with a scan field have in common: the camera, the queue in the browser, and when scans were made."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

_View = Callable[..., HttpResponseBase]


def scans_codes(view: _View) -> _View:
    """A page that may use the camera; where the browser reads no codes itself, by WebAssembly of our own server."""

    @wraps(view)
    def with_camera(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        response = view(request, *args, **options)
        response.allowed_features = ("camera",)  # type: ignore[attr-defined]
        return response

    return csp_update({"script-src": [WASM_UNSAFE_EVAL]})(with_camera)


def is_queued(request: HttpRequest) -> bool:
    """Whether the queue in the browser sends it: it wants the answers alone."""
    return request.headers.get("Scan-Queue") == "1"


def bounds_of(day: Any) -> tuple[datetime, datetime]:
    """The instants at which a day begins and ends here."""
    first = timezone.make_aware(datetime.combine(day, time.min))
    return first, timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
