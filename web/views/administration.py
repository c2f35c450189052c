"""The way into the administration: each sees the parts they have a right to."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schools.access import has_right
from web.navigation import ADMINISTERS
from web.people_reading import role_table as table_of_roles


@login_required
def administration(request: HttpRequest) -> HttpResponse:
    _require_some(request)
    return render(request, "administration/administration.html")


@login_required
def role_table(request: HttpRequest) -> HttpResponse:
    """Who may do what, as ``schools/access.py`` says it."""
    _require_some(request)
    return render(request, "administration/role_table.html", table_of_roles())


def _require_some(request: HttpRequest) -> None:
    if not any(has_right(request.user, right) for right in ADMINISTERS):
        raise PermissionDenied
