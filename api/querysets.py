"""Whose requests, webhooks and deliveries somebody may see."""

from typing import Any, Self

from django.db import models

from schools.access import Right, has_right


class OwnQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(user=user) if getattr(user, "is_authenticated", False) and user.is_active else self.none()


class WebhookQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self if has_right(user, Right.CONNECT) else self.none()


class WebhookDeliveryQuerySet(WebhookQuerySet):
    pass
