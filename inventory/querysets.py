"""Which devices, orders and deliveries a person may see, and named filters."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from common.dated import DatedQuerySet
from funding.binding import first_purchase, programmes_of_financings
from inventory.enums import COUNTS, GONE, OPEN_FINDINGS, DefectStatus
from schools.access import Right, has_right, sees_everything, visible_school_ids
from schools.querysets import ScopedQuerySet


class OpenQuerySet(models.QuerySet[Any]):
    """Reference data that everybody who signs in may read."""

    def visible_to(self, user: Any) -> Self:
        return self if getattr(user, "is_authenticated", False) and user.is_active else self.none()


class DeviceQuerySet(ScopedQuerySet):
    """A school sees the devices that are at the school today."""

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).existing()

    def existing(self) -> Self:
        """Without those whose recording was taken back."""
        return self.filter(revoked_by__isnull=True)

    def in_service(self) -> Self:
        return self.filter(status__in=COUNTS)

    def present(self) -> Self:
        """Everything that is not gone."""
        return self.exclude(status__in=GONE)

    def with_names(self) -> Self:
        """All that a list shows, in one query."""
        return self.select_related("model__manufacturer", "model__category", "school", "room")

    def with_bought_on(self) -> Self:
        """``bought_on``: the day of purchase, else of delivery, else of the first state."""
        states = self.model._meta.get_field("states").related_model._default_manager
        first = states.known().filter(device=OuterRef("pk")).order_by("valid_from").values("valid_from")[:1]
        return self.annotate(bought_on=Coalesce("purchased_on", "delivery__delivered_on", Subquery(first)))

    def bound_on(self, day: date) -> Self:
        """Whose binding period has not ended before ``day``."""
        return self.with_bought_on().filter(_bound_q(day))

    def leaving_binding(self, first: date, until: date) -> Self:
        """The last day of whose binding period lies in ``first`` … ``until``, half-open."""
        return self.bound_on(first).exclude(pk__in=self.bound_on(until).order_by().values("pk"))


def _bound_q(day: date) -> Q:
    """Condition "bound on ``day``" on devices ``with_bought_on``, with a part for each financing that asks for it."""
    always: list[int] = []
    found = Q()
    for financing, programmes in programmes_of_financings().items():
        days = [first for programme in programmes if (first := first_purchase(programme, day))]
        if date.min in days:
            always.append(financing)
        elif days:
            found |= Q(financing=financing, bought_on__gte=min(days))
    return found | Q(financing__in=always)


class DeviceStateQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    """A school sees what a device was while it was at the school."""

    def as_seen_by(self, user: Any) -> Self:
        """``seen_device`` and ``seen_note``: key and note of the device as far as ``user`` sees it today.

        Who had a device sees its states of that time, but not what has been said about it since it left:
        then the key is ``None`` and the note empty.
        """
        if sees_everything(user):
            return self.annotate(seen_device=F("device"), seen_note=F("device__note"))
        here = {"device__school__in": visible_school_ids(user)}
        return self.annotate(
            seen_device=Case(When(**here, then=F("device")), default=None, output_field=IntegerField()),
            seen_note=Case(When(**here, then=F("device__note")), default=Value(""), output_field=CharField()),
        )


class DeviceTestQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    school_path = "device__school"


class InstallationStepQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    """A school sees how the devices were installed that are at the school today."""

    school_path = "device__school"

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(device__revoked_by__isnull=True)


class DeviceProtocolQuerySet(ScopedQuerySet):
    school_path = "device__school"

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(device__revoked_by__isnull=True)


class DeviceDefectQuerySet(ScopedQuerySet):
    """A school sees what was reported there, wherever the device is now."""

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(device__revoked_by__isnull=True)

    def open(self) -> Self:
        return self.exclude(status=DefectStatus.CLOSED)

    def with_names(self) -> Self:
        """All that a list shows, in one query."""
        return self.select_related(
            "device__model__manufacturer",
            "device__model__category",
            "device__delivery",
            "device__room",
            "school",
            "taken_by__user",
        )


class DefectPhotoQuerySet(ScopedQuerySet):
    school_path = "defect__school"

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(defect__device__revoked_by__isnull=True)


class DeviceSwapQuerySet(ScopedQuerySet):
    """A school sees which of its devices was replaced by which."""

    def visible_to(self, user: Any) -> Self:
        there = {"device__revoked_by__isnull": True, "replacement__revoked_by__isnull": True}
        return super().visible_to(user).filter(**there)


class HandOutQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    """A school sees what was handed out there."""

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(device__revoked_by__isnull=True)


class ReturnCampaignQuerySet(ScopedQuerySet):
    def with_progress(self) -> Self:
        """``expected`` and ``returned`` devices."""
        back = Count("items", filter=Q(items__returned_on__isnull=False))
        return self.annotate(expected=Count("items"), returned=back).order_by("-started_on", "-pk")


class ReturnItemQuerySet(ScopedQuerySet):
    school_path = "campaign__school"

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).filter(device__revoked_by__isnull=True)

    def with_names(self) -> Self:
        """All that a list shows, in one query."""
        return self.select_related(
            "campaign__school", "device__model__manufacturer", "device__model__category", "device__room"
        )


class OrderQuerySet(ScopedQuerySet):
    """Orders are the authority's business; a school sees deliveries to itself."""

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.none()

    def with_quantities(self) -> Self:
        """``ordered`` and ``delivered`` devices; as subqueries, because two joins would multiply."""
        lines = self.model._meta.get_field("lines").related_model._default_manager.filter(order=OuterRef("pk"))
        ordered = lines.order_by().values("order").annotate(n=Sum("quantity")).values("n")
        delivered = lines.order_by().values("order").annotate(n=Count("devices")).values("n")
        return self.annotate(ordered=Coalesce(Subquery(ordered), 0), delivered=Coalesce(Subquery(delivered), 0))

    def with_backlog(self, day: date) -> Self:
        """``outstanding`` devices (none where more came than was ordered), and whether it ``is_overdue`` on ``day``."""
        rest = Greatest(F("ordered") - F("delivered"), 0)
        late = When(expected_on__lt=day, outstanding__gt=0, then=Value(True))
        overdue = Case(late, default=Value(False), output_field=BooleanField())
        return self.with_quantities().annotate(outstanding=rest).annotate(is_overdue=overdue)


class OrderLineQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.none()

    def with_delivered(self) -> Self:
        """``delivered`` devices per line, and the ``backlog`` (negative where more came than was ordered)."""
        lines = self.select_related("model__manufacturer", "model__category", "financing").annotate(
            delivered=Count("devices")
        )
        return lines.annotate(backlog=F("quantity") - F("delivered")).order_by("order", "position")


class DeliveryQuerySet(ScopedQuerySet):
    def with_devices(self) -> Self:
        """``devices_count`` per delivery, latest first (a grouped query forgets the model's own order)."""
        deliveries = self.select_related("order", "school").annotate(devices_count=Count("devices"))
        return deliveries.order_by("-delivered_on", "-pk")

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.filter(school__in=visible_school_ids(user))


class DeliveryFileQuerySet(ScopedQuerySet):
    """Invoices have prices: for people of the authority who may see money."""

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) and has_right(user, Right.MONEY) else self.none()


class PlannedHandOverQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    """A school sees what is planned for itself."""


class ScanQuerySet(models.QuerySet[Any]):
    """Everybody sees their own scans: a list of work, not a record of the inventory."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(user=user.pk) if getattr(user, "is_authenticated", False) else self.none()

    def on_day(self, first: datetime, until: datetime) -> Self:
        """Recorded in ``first`` … ``until``, half-open, newest first, with all that a page names."""
        found = self.filter(recorded_at__gte=first, recorded_at__lt=until).order_by("-pk").with_undone()
        return found.select_related("device__model__manufacturer", "device__school", "device__room")

    def with_undone(self) -> Self:
        """``is_undone``: what the scan changed was taken back."""
        acts = self.model._meta.get_field("act").related_model._default_manager
        return self.annotate(is_undone=Exists(acts.filter(undoes=OuterRef("act"))))


class StocktakeQuerySet(ScopedQuerySet):
    """A school sees the stocktakes of the school."""

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.filter(school__in=visible_school_ids(user))

    def with_progress(self) -> Self:
        """``expected``, ``counted`` of them, and ``problems``: what somebody has to decide about."""
        expected = Q(items__is_expected=True)
        counted = self.annotate(
            counted=Count("items", filter=expected & Q(items__counted_at__isnull=False)),
            expected=Count("items", filter=expected),
            problems=Count("items", filter=Q(items__finding__in=OPEN_FINDINGS)),
        )
        return counted.select_related("school", "room", "opened_by__user", "closed_by__user").order_by("-pk")


class StocktakeItemQuerySet(ScopedQuerySet):
    school_path = "stocktake__school"

    def with_names(self) -> Self:
        """All that a list shows, in one query."""
        names = ("device__model__manufacturer", "device__model__category", "school", "room", "found_in", "stocktake")
        return self.select_related(*names)
