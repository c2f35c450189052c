"""Defects of devices: what a school reports, how far its repair is, and which device took the place of another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from common.files import StoredFile
from inventory import querysets
from inventory.enums import DefectKind, DefectResult, DefectStatus
from inventory.models.devices import Device
from schools.models import School


class DeviceDefect(models.Model):
    """One reported defect until it is closed. ``school``: where the device was then; it goes on seeing the report.

    ``taken_by``: the act by which somebody took it over. Whoever reported it stands in the trail alone.
    """

    device = models.ForeignKey(Device, models.PROTECT, related_name="defects", verbose_name=_("device"))
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="device_defects", verbose_name=_("school")
    )
    kind = models.CharField(_("kind of defect"), max_length=15, choices=DefectKind.choices)
    text = models.CharField(_("what is wrong"), max_length=500, blank=True)
    status = models.CharField(_("state"), max_length=15, choices=DefectStatus.choices, default=DefectStatus.REPORTED)
    reported_on = models.DateField(_("reported on"))
    status_on = models.DateField(_("in this state since"))
    result = models.CharField(_("result"), max_length=15, choices=DefectResult.choices, blank=True)
    taken_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("taken over by")
    )

    objects = querysets.DeviceDefectQuerySet.as_manager()

    class Meta:
        verbose_name = _("defect of a device")
        verbose_name_plural = _("defects of devices")
        ordering = ["reported_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=~Q(status=DefectStatus.CLOSED),
                name="inventory_devicedefect_one_open",
                violation_error_code="reported",
                violation_error_message=_("A defect of this device is reported already."),
            ),
            models.CheckConstraint(
                condition=Q(status_on__gte=F("reported_on")),
                name="inventory_devicedefect_order",
                violation_error_message=_("This day lies before the one on which the defect was reported."),
            ),
            models.CheckConstraint(
                condition=(Q(status=DefectStatus.CLOSED) & ~Q(result=""))
                | (~Q(status=DefectStatus.CLOSED) & Q(result="")),
                name="inventory_devicedefect_result",
                violation_error_message=_("A defect has a result once it is closed."),
            ),
        ]
        indexes = [
            models.Index(fields=["reported_on"], condition=~Q(status=DefectStatus.CLOSED), name="inventory_defect_open")
        ]

    def __str__(self) -> str:
        return str(self.device)

    @property
    def is_open(self) -> bool:
        return self.status != DefectStatus.CLOSED


class DefectPhoto(StoredFile):
    """A photo of a defect, without what the camera wrote into it about place and person."""

    defect = models.ForeignKey(DeviceDefect, models.PROTECT, related_name="photos", verbose_name=_("defect"))

    objects = querysets.DefectPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a defect")
        verbose_name_plural = _("photos of defects")
        ordering = ["pk"]


class DeviceSwap(models.Model):
    """``replacement`` took the place of ``device``: its school, its room and its use."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="swaps", verbose_name=_("device"))
    replacement = models.ForeignKey(Device, models.PROTECT, related_name="swaps_in", verbose_name=_("replacement"))
    school = models.ForeignKey(School, models.PROTECT, related_name="+", verbose_name=_("school"))
    on = models.DateField(_("day"))
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    objects = querysets.DeviceSwapQuerySet.as_manager()

    class Meta:
        verbose_name = _("swap of devices")
        verbose_name_plural = _("swaps of devices")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(device=F("replacement")),
                name="inventory_deviceswap_other",
                violation_error_message=_("A device cannot replace itself."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} → {self.replacement}"
