"""Webhooks and their deliveries: for those who connect other programs."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Q

from schools.access import Right, has_right_everywhere


class ConnectedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self if has_right_everywhere(user, Right.CONNECT) else self.none()


class WebhookQuerySet(ConnectedQuerySet):
    def with_counts(self) -> Self:
        """Each with ``waiting`` and ``failed``: how many deliveries are in that state."""
        counts = {state: Count("deliveries", filter=Q(deliveries__state=state)) for state in ("waiting", "failed")}
        return self.annotate(**counts)
