"""``Authorization: Token …`` or ``Bearer …``; people who are signed in on the pages may use their session instead."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.models import User
from schools.models import ApiToken
from schools.tokens import token_holder


class TokenAuthentication(authentication.TokenAuthentication):
    """Unknown, expired, revoked, or of somebody who left: the answer is the same."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        given = authentication.get_authorization_header(request).split(maxsplit=1)
        self.keyword = "Bearer" if given and given[0].lower() == b"bearer" else "Token"
        found: tuple[User, ApiToken] | None = super().authenticate(request)
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Token"

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        found = token_holder(key, timezone.now())
        if found is None:
            raise exceptions.AuthenticationFailed(_("The token is not valid."))
        return found
