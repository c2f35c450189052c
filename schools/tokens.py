"""Tokens by which machines sign in: issuing, revoking, and whose they are."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.actor import Actor
from audit.services import Record, log_records, open_act
from schools.access import Limit
from schools.enums import TokenScope
from schools.models import ApiToken, School

#: A token that is used all the time is written down as used once in this time, not at every request.
USE_NOTED_EVERY = timedelta(minutes=1)


def create_token(
    user: User,
    name: str,
    *,
    by: Actor,
    expires_at: datetime | None = None,
    scope: str = TokenScope.WRITE,
    school: School | None = None,
) -> tuple[ApiToken, str]:
    """A new token with the rights of ``user`` at most, and its text: only now can it be read.

    Raises ``ValidationError`` for a missing name, an inactive user or an instant that has passed.
    """
    plain = secrets.token_urlsafe(32)
    with transaction.atomic():
        act = open_act(by, "token.create", subject=name.strip())
        if not user.is_active:
            raise ValidationError(_("This user may not sign in."), "inactive_user")
        if expires_at and expires_at <= act.at:
            raise ValidationError({"expires_at": ValidationError(_("This moment has passed."), "past")})
        token = ApiToken(
            user=user, name=name.strip(), digest=token_digest(plain), scope=scope, school=school, created_at=act.at
        )
        token.expires_at = expires_at
        token.full_clean()
        token.save()
        log_records(act, ApiToken, [Record(token.pk, token.name, school.pk if school else None, _content(token))])
    return token, plain


def revoke_token(token: ApiToken, *, by: Actor) -> None:
    """Delete the token: from now on nobody signs in with it."""
    with transaction.atomic():
        act = open_act(by, "token.revoke", subject=token.name)
        gone: dict[str, list[Any]] = {"user": [token.user_id, None], "name": [token.name, None]}
        log_records(act, ApiToken, [Record(token.pk, token.name, token.school_id, gone)])
        token.delete()


def token_holder(plain: str, now: datetime) -> tuple[User, ApiToken] | None:
    """The active person whose valid token this is, limited to what the token allows; notes the use.

    ``None`` whatever the reason.
    """
    token = ApiToken.objects.select_related("user").filter(digest=token_digest(plain)).first()
    if token is None or not token.is_valid(now):
        return None
    if token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    user: Any = token.user
    user.limit = Limit(token.scope == TokenScope.READ, token.school_id)
    return user, token


def token_digest(token: str) -> str:
    """SHA-256: a random token of 256 bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _content(token: ApiToken) -> dict[str, list[Any]]:
    return {
        "user": [None, token.user_id],
        "name": [None, token.name],
        "scope": [None, token.scope],
        "school": [None, token.school_id],
        "expires_at": [None, token.expires_at],
    }
