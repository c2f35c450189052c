"""Which acts and entries a person may see.

Roles and records are known further up (``schools.access``): who may see what is said by ``see_by``, once, when the
application starts. Until then nobody sees anything.
"""

from collections.abc import Callable
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

#: Of a user the condition on entries; ``None``: no entry at all.
Scope = Callable[[Any], Q | None]
_scopes: list[Scope] = []


def see_by(scope: Scope) -> None:
    """Let ``scope`` say which entries somebody sees."""
    _scopes[:] = [scope]


def _scope_of(user: Any) -> Q | None:
    return _scopes[0](user) if _scopes else None


class EntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        allowed = _scope_of(user)
        return self.none() if allowed is None else self.filter(allowed)


class ActQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Acts with an entry that the person sees; without any entry only for those who see them all."""
        allowed = _scope_of(user)
        if allowed is None:
            return self.none()
        if not allowed:
            return self
        entries = self.model._meta.get_field("entries").related_model._default_manager
        return self.filter(Exists(entries.filter(allowed, act=OuterRef("pk"))))


class PersonalDetailQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Details of entries that the person sees."""
        entries = self.model._meta.get_field("entry").related_model._default_manager
        return self.filter(entry__in=entries.visible_to(user).order_by().values("pk"))
