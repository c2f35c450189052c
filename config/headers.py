"""Headers that every answer carries besides those of Django and django-csp."""

from collections.abc import Callable, Collection

from django.http.request import HttpRequest  # noqa: TID251 - middleware is HTTP
from django.http.response import HttpResponseBase  # noqa: TID251

#: What no page here needs of a browser, and nobody else's page within ours may ask for.
FEATURES = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    # Nearly every page and answer says something about people or schools: nothing of it stays on a shared computer.
    # Static files and whatever says otherwise keep their own.
    "Cache-Control": "no-store",
}


def permissions(allowed: Collection[str] = ()) -> str:
    """The header: nothing but what a page says it needs (``response.allowed_features``), and that for itself alone."""
    return ", ".join(f"{feature}={'(self)' if feature in allowed else '()'}" for feature in FEATURES)


class HeadersMiddleware:
    """The outermost: errors and redirects of all the others get them, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", permissions(getattr(response, "allowed_features", ())))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
