"""Stocktakes: what should be in a room or a school, and what was found there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from inventory import querysets
from inventory.codes import LONGEST
from inventory.enums import DeviceStatus, StockFinding
from inventory.models.devices import Device
from schools.models import Room, School


class Stocktake(models.Model):
    """Counting one room, one school, or (without either) the central store.

    What is expected is frozen when it is opened. ``closed_by``: the act that signed it off; from then on nothing
    about it changes.
    """

    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="stocktakes", verbose_name=_("school")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="stocktakes", verbose_name=_("room")
    )
    opened_by = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    closed_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed off by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = querysets.StocktakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("stocktake")
        verbose_name_plural = _("stocktakes")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("school", 0),
                Coalesce("room", 0),
                condition=Q(closed_by__isnull=True),
                name="inventory_stocktake_one_open",
                violation_error_message=_("A stocktake is open there already."),
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(school__isnull=False),
                name="inventory_stocktake_room_school",
                violation_error_message=_("A room belongs to a school."),
            ),
        ]

    def __str__(self) -> str:
        parts = [str(part) for part in (self.school, self.room) if part]
        return ", ".join(parts) or str(_("Central store"))

    @property
    def is_open(self) -> bool:
        return self.closed_by_id is None


class StocktakeItem(models.Model):
    """One device that is expected or was found, or one number that nobody knows (without a device).

    ``status``, ``school`` and ``room``: as recorded when the stocktake was opened or the device was found.
    ``found_in``: the room in which it was counted, where it is known. ``remark``: what signing off could not do, and
    why. ``key``: of the scan, made in the browser; sent again it counts nothing twice.
    """

    stocktake = models.ForeignKey(Stocktake, models.PROTECT, related_name="items", verbose_name=_("stocktake"))
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("device")
    )
    is_expected = models.BooleanField(_("expected"), default=False)
    finding = models.CharField(_("finding"), max_length=12, choices=StockFinding.choices)
    code = models.CharField(_("code"), max_length=LONGEST, blank=True)
    status = models.CharField(_("status"), max_length=15, choices=DeviceStatus.choices, blank=True)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded school")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded room")
    )
    found_in = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("found in")
    )
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("counted by")
    )
    key = models.UUIDField(_("key"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    objects = querysets.StocktakeItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a stocktake")
        verbose_name_plural = _("items of a stocktake")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "device"],
                condition=Q(device__isnull=False),
                name="inventory_stocktakeitem_device",
                violation_error_message=_("The device is in this stocktake already."),
            ),
            models.UniqueConstraint(
                fields=["stocktake", "code"],
                condition=Q(device__isnull=True),
                name="inventory_stocktakeitem_code",
                violation_error_message=_("The number is in this stocktake already."),
            ),
            models.CheckConstraint(
                condition=Q(finding=StockFinding.MISSING, counted_at__isnull=True)
                | (~Q(finding=StockFinding.MISSING) & Q(counted_at__isnull=False)),
                name="inventory_stocktakeitem_counted",
                violation_error_message=_("What is missing was not counted."),
            ),
            models.CheckConstraint(
                condition=Q(device__isnull=False) | Q(finding=StockFinding.UNKNOWN),
                name="inventory_stocktakeitem_unknown",
                violation_error_message=_("Without a device it is an unknown number."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.device) if self.device else self.code

    @property
    def is_foreign(self) -> bool:
        """Whether the device is recorded at another school than the one that is counted."""
        return self.school_id is not None and self.school_id != self.stocktake.school_id
