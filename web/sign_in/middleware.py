"""Whose role asks for a second factor gets no further without one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.sign_ins import lacks_second_factor

#: Pages that somebody needs on the way to a second factor, and those that are open to everybody.
OPEN = frozenset(
    {
        "account_logout",
        "account_change_password",
        "account_set_password",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_index",
        "mfa_list_webauthn",
        "set_language",
        "theme_change",
        "accessibility",
        "account_session_end",
        # the same for everybody, whoever reads it: they must not even look at the session
        "public_progress",
        "public_data",
        "public_connections",
        "public_feed",
    }
)


class SecondFactorMiddleware:
    """Pages only: the interface for machines refuses by ``api.permissions.HasSecondFactor``, tokens are not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.route.startswith("api/") or match.url_name in OPEN:
            return None
        return redirect("mfa_index") if lacks_second_factor(request.user) else None
