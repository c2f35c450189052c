"""Issuing and revoking the tokens by which machines sign in."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, User, new_token, token_digest
from audit.actor import Actor
from audit.services import Record, log_records, open_act


def create_token(user: User, name: str, *, by: Actor, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token with the rights of ``user``, and its text: only now can it be read.

    Raises ``ValidationError`` for a missing name, an inactive user or an instant that has passed.
    """
    plain, name = new_token(), name.strip()
    with transaction.atomic():
        act = open_act(by, "token.create", subject=f"{user}: {name}")
        if not user.is_active:
            raise ValidationError(_("This user may not sign in."), "inactive_user")
        if expires_at and expires_at <= act.at:
            raise ValidationError({"expires_at": ValidationError(_("This moment has passed."), "past")})
        token = ApiToken(user=user, name=name, digest=token_digest(plain), created_at=act.at, expires_at=expires_at)
        token.full_clean()
        token.save()
        changes: dict[str, list[Any]] = {"name": [None, token.name], "expires_at": [None, expires_at]}
        log_records(act, ApiToken, [Record(token.pk, str(token), None, changes)])
    return token, plain


def revoke_token(token: ApiToken, *, by: Actor) -> None:
    """Delete the token: from now on nobody signs in with it."""
    with transaction.atomic():
        act = open_act(by, "token.revoke", subject=str(token))
        log_records(act, ApiToken, [Record(token.pk, str(token), None, {"name": [token.name, None]})])
        token.delete()
