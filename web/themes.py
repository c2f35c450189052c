"""Light or dark as somebody chose it: a cookie, put on the page by the server, so that no script has to."""

from django.http import HttpRequest

COOKIE = "theme"
THEMES = ("light", "dark")


def theme_of(request: HttpRequest) -> str:
    """``light``, ``dark``, or empty: as the system says."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in THEMES else ""
