"""Which papers about the end of devices a person may see, and which of them still hold."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from inventory.enums import RETIREMENT, DeviceStatus, RetirementStep
from schools.access import Right, has_right, sees_everything
from schools.querysets import ScopedQuerySet


class RetirementQuerySet(models.QuerySet[Any]):
    """A paper names devices of many schools: it is the authority's."""

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.none()

    def with_numbers(self) -> Self:
        """``devices_count`` and ``files_count``, latest first."""
        devices = Count("items", filter=Q(items__device__revoked_by__isnull=True), distinct=True)
        counted = self.annotate(devices_count=devices, files_count=Count("files", distinct=True))
        return counted.select_related("act__user").order_by("-on", "-pk")


class RetirementItemQuerySet(ScopedQuerySet):
    """A school sees what became of the devices that were there last."""

    school_path = "device__school"

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(device__revoked_by__isnull=True)

    def standing(self) -> Self:
        """Those that still say something: not taken back, and not overtaken by the further life of the device.

        A reason and a disposal stand while the device has such a state; an erasure until the device went into service
        again.
        """
        states = self.model._meta.get_field("device").related_model._meta.get_field("states").related_model
        known = states._default_manager.known().filter(device=OuterRef("device"))
        there = known.filter(status__in=RETIREMENT).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("retirement__on"))
        )
        again = known.filter(status=DeviceStatus.IN_SERVICE, valid_from__gt=OuterRef("retirement__on"))
        is_erasure = Q(retirement__step=RetirementStep.ERASED)
        stands = (is_erasure & ~Exists(again)) | (~is_erasure & Exists(there))
        return self.filter(stands, withdrawn_by__isnull=True)


class RetirementFileQuerySet(models.QuerySet[Any]):
    """Sales have prices: for people of the authority who may see money."""

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) and has_right(user, Right.MONEY) else self.none()
