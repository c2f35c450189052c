"""The page "Security": password, second factors, passkeys, sessions of one's own account."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from schools.sign_ins import lacks_second_factor, record_sign_in
from web.actors import actor_of


@login_required
def security(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    factors: list[Authenticator] = list(user.authenticator_set.order_by("created_at", "pk"))
    return render(
        request,
        "account/security.html",
        {
            "is_missing": lacks_second_factor(user),
            "app": _of(factors, Authenticator.Type.TOTP),
            "codes": _of(factors, Authenticator.Type.RECOVERY_CODES),
            "passkeys": [factor for factor in factors if factor.type == Authenticator.Type.WEBAUTHN],
            "sessions": _sessions(user),
            "providers": get_adapter().list_providers(request),
            "connected": {account.provider for account in user.socialaccount_set.all()},
        },
    )


@require_POST
@login_required
def session_end(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions (``session``: its key), or all others."""
    sessions = [session for session in _sessions(request.user) if not session.is_current()]
    if wanted := request.POST.get("session"):
        sessions = [session for session in sessions if str(session.pk) == wanted]
    for session in sessions:
        session.end()
    if sessions:
        ended = [None, str(len(sessions))]
        record_sign_in(cast(User, request.user), "session.end", by=actor_of(request), sessions=ended)
        messages.success(request, _("The sessions were ended."))
    return redirect("mfa_index")


def _of(factors: list[Authenticator], kind: str) -> Authenticator | None:
    return next((factor for factor in factors if factor.type == kind), None)


def _sessions(user: Any) -> list[UserSession]:
    """Those that still live, the latest first."""
    return [session for session in user.usersession_set.order_by("-last_seen_at") if not session.purge()]
