"""Whose requests somebody may see."""

from typing import Any, Self

from django.db import models


class OwnQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(user=user) if getattr(user, "is_authenticated", False) and user.is_active else self.none()
