"""What we decide where allauth asks: who may come in, what people read, what the audit trail keeps."""

import logging
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from common.sealing import sealed, unsealed
from schools.sign_ins import DirectoryRole, change_password, directory_roles, set_directory_roles
from web.sign_in import trail
from web.sign_in.mails import send_mail

logger = logging.getLogger(__name__)

#: One answer to an unknown name, a wrong password and a name that is locked.
NOT_LET_IN = _("User name or password is wrong, or there were too many attempts. After that, wait five minutes.")
NO_ROLE = _("The directory knows you, but none of your groups has a role here. Ask those who look after the groups.")
ADDRESS_TAKEN = _(
    "There is an account with your e-mail address already. Sign in with its password once, then connect it with the "
    "directory under “Security”."
)
#: What secrets of authenticator apps are sealed for; another word makes all of them unreadable.
SEAL = "second factor"
#: What allauth's messages say here; the others stay unsaid.
MESSAGES: dict[str, Promise] = {
    "account/messages/password_changed.txt": _("The password was changed."),
    "account/messages/password_set.txt": _("The password was set."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app was removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey was removed."),
    "socialaccount/messages/account_connected.txt": _("Your account is connected with the directory now."),
    "socialaccount/messages/account_connected_other.txt": _("That account of the directory belongs to somebody else."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_LET_IN,
        "email_password_mismatch": NOT_LET_IN,
        "too_many_login_attempts": NOT_LET_IN,
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("That is not your current password."),
        "incorrect_code": _("The code is wrong or was used already. Wait for the next one."),
        "rate_limited": _("Too many attempts. Please wait a few minutes."),
        "invalid_password_reset": _("The link is not valid any more."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """By invitation only (``web.views.invitations``)."""
        return False

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "web.sign_in.stages.SecondFactorStage"}
        return [ours.get(path, path) for path in super().get_login_stages()]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._note_failure(request, credentials, "locked")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._note_failure(request, credentials, "password")

    def _note_failure(self, request: HttpRequest, credentials: dict[str, Any], what: str) -> None:
        """The same work whether there is such a person or not; limited, so that nobody fills the trail from outside."""
        name = str(credentials.get("username", ""))
        person = trail.person_called(name)
        # Both limits are asked in any case: an answer that takes longer would tell whose name it was.
        is_new = ratelimit.consume(request, action="failure_noted", key=f"{what} {name.lower()}")
        if ratelimit.consume(request, action="failures_noted", key="all") and is_new:
            trail.note_failure(request, person, what)

    def set_password(self, user: Any, password: str) -> None:
        """Changed, set for the first time or after a reset: always by the person, and in the trail with it."""
        change_password(user, password, by=Actor(user, Channel.PAGE))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if text := message or MESSAGES.get(message_template or ""):
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the worker. Addresses that nobody here has get the same work and no mail."""
        is_known = template_prefix != "account/email/unknown_account"
        mail = self.render_mail("account/email/password_reset_key", email, {"password_reset_url": "", **context})
        send_mail.enqueue(str(mail.subject), str(mail.body), [email] if is_known else [])


class MfaAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        return sealed(SEAL, text)

    def decrypt(self, encrypted_text: str) -> str:
        return unsealed(SEAL, encrypted_text)


class DirectoryAdapter(DefaultSocialAccountAdapter):
    """People of the directory: what their groups say is what they are here, at each sign-in anew."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") == "connect":
            return
        roles = roles_in(sociallogin)
        if sociallogin.is_existing:
            user = cast(User, sociallogin.user)
            if not set_directory_roles(user, roles, by=_by(user)):
                refuse(request, NO_ROLE, user)
        elif not roles:
            refuse(request, NO_ROLE, None)
        elif any(filter_users_by_email(address.email) for address in sociallogin.email_addresses):
            refuse(request, ADDRESS_TAKEN, None)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """The person reads that it did not work; why stands in the log, for those who set it up."""
        logger.warning("Sign-in by %s failed: %s %s", provider, error, exception or "")

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Somebody new, with their roles or not at all."""
        with transaction.atomic():
            user: Any = super().save_user(request, sociallogin, form)
            if set_directory_roles(user, roles_in(sociallogin), by=_by(user)):
                return user
            transaction.set_rollback(True)
        return refuse(request, NO_ROLE, None)


def roles_in(sociallogin: SocialLogin) -> frozenset[DirectoryRole]:
    """By the groups in the identity token or, where it names none, in the answer about the person."""
    told = sociallogin.account.extra_data
    claim = settings.OIDC_GROUPS_CLAIM
    groups = told.get("id_token", {}).get(claim) or told.get("userinfo", {}).get(claim) or []
    groups = [groups] if isinstance(groups, str) else groups
    return directory_roles([str(group) for group in groups], settings.DIRECTORY_GROUP_ROLES)


def refuse(request: HttpRequest, why: Promise, user: User | None) -> None:
    """Answer with a page that says why. Always raises ``ImmediateHttpResponse``."""
    if ratelimit.consume(request, action="failures_noted", key="all"):
        trail.note_failure(request, user, "directory")
    raise ImmediateHttpResponse(render(request, "socialaccount/not_let_in.html", {"why": why}, status=403))


def _by(user: User) -> Actor:
    return Actor(user, Channel.PAGE, "OpenID Connect")
