"""Signing in and out and second factors in the audit trail.

allauth and Django tell of them by signals of their own. They are no model signals: each is one deed of one person.
"""

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.userkit import filter_users_by_email, filter_users_by_username
from allauth.mfa import signals as mfa
from allauth.socialaccount import signals as social
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from schools.sign_ins import record_sign_in


def listen() -> None:
    """Once, when the application starts."""
    account.user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_reset.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authentication_failed.connect(_factor_failed)
    social.social_account_added.connect(_directory_connected)


def person_called(name: str) -> User | None:
    """By address or user name, as the sign-in page takes it."""
    return next(iter(filter_users_by_email(name)), None) or filter_users_by_username(name).first()


def note_failure(request: HttpRequest, user: User | None, what: str) -> None:
    """``what`` was wrong: ``password``, ``locked``, ``second factor`` or ``directory``."""
    record_sign_in(user, "sign_in.failed", by=Actor(None, Channel.PAGE, what), seen=_seen(request))


def _signed_in(request: HttpRequest, user: User, **_rest: Any) -> None:
    steps = [str(step.get("type") or step["method"]) for step in get_authentication_records(request, user)]
    record_sign_in(user, "sign_in", by=Actor(user, Channel.PAGE, " + ".join(steps)), seen=_seen(request))


def _signed_out(request: HttpRequest, user: User | None, **_rest: Any) -> None:
    if user:
        record_sign_in(user, "sign_out", by=_by(user))


def _factor_added(request: HttpRequest, user: User, authenticator: Any, **_rest: Any) -> None:
    record_sign_in(user, "mfa.add", by=_by(user), second_factor=[None, authenticator.type])


def _factor_removed(request: HttpRequest, user: User, authenticator: Any, **_rest: Any) -> None:
    record_sign_in(user, "mfa.remove", by=_by(user), second_factor=[authenticator.type, None])


def _factor_failed(request: HttpRequest, user: User, **_rest: Any) -> None:
    """Five wrong codes lock the person (allauth): this cannot become many."""
    note_failure(request, user, "second factor")


def _directory_connected(request: HttpRequest, sociallogin: Any, **_rest: Any) -> None:
    record_sign_in(sociallogin.user, "sign_in.connect", by=_by(sociallogin.user))


def _seen(request: HttpRequest) -> dict[str, str]:
    return {
        "address": get_adapter().get_client_ip(request),
        "program": request.headers.get("User-Agent", "")[:200],
    }


def _by(user: User) -> Actor:
    return Actor(user, Channel.PAGE)
