"""Signing in by token. Issuing and revoking tokens: ``schools.tokens``, where access is decided."""

from datetime import datetime, timedelta

from accounts.models import ApiToken, User, token_digest

#: A token that is used all the time is written down as used once in this time, not at every request.
USE_NOTED_EVERY = timedelta(minutes=1)


def token_holder(plain: str, now: datetime) -> User | None:
    """The active person whose valid token this is, or ``None`` whatever the reason; notes the use."""
    token = ApiToken.objects.select_related("user").filter(digest=token_digest(plain)).first()
    if token is None or not token.is_valid(now):
        return None
    if token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user
