"""Failures outside the views: a page for people, a problem for machines."""

import logging
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse  # noqa: TID251 - handlers of the root are HTTP
from django.views import defaults

from api.errors import fault

logger = logging.getLogger(__name__)


class UnstorableMiddleware:
    """What no database can hold was not typed by anybody: 404 and 400, not a failure.

    PostgreSQL knows no text with the character NUL; SQLite does, and would find nothing. The interface for machines
    names the field instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_for_machines(request):
            if "\x00" in request.path_info:
                raise Http404
            if "%00" in request.META["QUERY_STRING"]:
                raise SuspiciousOperation("NUL")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DataError):
            return None
        logger.warning("Refused by the database", exc_info=exception)
        return bad_request(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return fault(400) if _is_for_machines(request) else defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return fault(500) if _is_for_machines(request) else defaults.server_error(request)


def _is_for_machines(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
