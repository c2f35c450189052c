"""Failures outside the views: a page for people, a problem for machines."""

from django.http import HttpRequest, HttpResponse  # noqa: TID251 - handlers of the root are HTTP
from django.views import defaults

from api.errors import fault


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return fault(400) if _is_for_machines(request) else defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return fault(500) if _is_for_machines(request) else defaults.server_error(request)


def _is_for_machines(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
