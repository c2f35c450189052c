"""Signing in and out, light or dark, and what the law wants said about accessibility."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from web.themes import COOKIE, THEMES

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def theme_change(request: HttpRequest) -> HttpResponse:
    """Remember the theme for a year; anything but light or dark forgets it."""
    target = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    response = redirect(target if is_ours else "/")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(COOKIE, theme, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "account/accessibility.html", {"contact": settings.ACCESSIBILITY_CONTACT})
