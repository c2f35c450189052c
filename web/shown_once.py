"""A secret that the next page shows once: a new token, the link of an invitation, the key of a webhook.

It travels over the redirect after the form in a signed cookie of one minute for that page alone. So reloading the page
makes no second one, and the server itself never keeps what it stores only as a digest.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

_COOKIE = "shown_once"
_SECONDS = 60


def redirect_with_secret(secret: str, to: str, *args: object) -> HttpResponse:
    answer = redirect(to, *args)
    answer.set_signed_cookie(
        _COOKIE,
        secret,
        salt=answer.url,
        max_age=_SECONDS,
        path=answer.url,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


def secret_to_show(request: HttpRequest) -> str:
    """What the form before this page made; ``""``: nothing, or it has been shown."""
    return request.get_signed_cookie(_COOKIE, default="", salt=request.path, max_age=_SECONDS) or ""


def shown(answer: HttpResponse, request: HttpRequest) -> HttpResponse:
    """The answer, which makes the browser forget the secret."""
    if _COOKIE in request.COOKIES:
        answer.delete_cookie(_COOKIE, path=request.path, samesite="Strict")
    return answer
