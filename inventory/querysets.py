"""Which devices, orders and deliveries a person may see, and named filters."""

from typing import Any, Self

from django.db import models

from common.dated import DatedQuerySet
from inventory.enums import COUNTS, GONE
from schools.access import sees_everything, visible_school_ids
from schools.querysets import ScopedQuerySet


class OpenQuerySet(models.QuerySet[Any]):
    """Reference data that everybody who signs in may read."""

    def visible_to(self, user: Any) -> Self:
        return self if getattr(user, "is_authenticated", False) and user.is_active else self.none()


class DeviceQuerySet(ScopedQuerySet):
    """A school sees the devices that are at the school today."""

    def in_service(self) -> Self:
        return self.filter(status__in=COUNTS)

    def present(self) -> Self:
        """Everything that is not gone."""
        return self.exclude(status__in=GONE)

    def with_names(self) -> Self:
        """All that a list shows, in one query."""
        return self.select_related("model__manufacturer", "model__category", "school", "room")


class DeviceStateQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    """A school sees the states of the devices it has, and those from its own time with others."""


class DeviceTestQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    school_path = "device__school"


class OrderQuerySet(ScopedQuerySet):
    """Orders are the authority's business; a school sees deliveries to itself."""

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.none()


class DeliveryQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.filter(school__in=visible_school_ids(user))
