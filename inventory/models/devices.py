"""Devices, their dated states and their electrical tests."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act, AuditedFact
from common.dated import PeriodEnd, period_constraints, timeline_constraints
from funding.models import Financing
from inventory import querysets
from inventory.codes import Folded
from inventory.enums import COUNTS, DeviceStatus, Use
from inventory.models.catalogue import DeviceModel, Manufacturer
from inventory.models.orders import Delivery, OrderLine
from schools.models import Room, School


class Placement(models.Model):
    """Where a device is and in which state: the values of a dated state, and of today."""

    status = models.CharField(_("status"), max_length=15, choices=DeviceStatus.choices)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("school")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("room")
    )
    use = models.CharField(_("use"), max_length=15, choices=Use.choices, blank=True)
    is_managed = models.BooleanField(_("under MDM"), null=True, blank=True)

    class Meta:
        abstract = True


class Device(Placement):
    """One device. Status, school, room, use and MDM are today's copy of the open ``DeviceState``.

    ``manufacturer`` repeats the model's, so that the database can promise unique serials per
    manufacturer. Serial and asset tag are stored normalised (upper case, no blanks). ``revoked_by``: what took
    back that the device was ever recorded; it is kept for reports of what was known before, and seen nowhere else.
    """

    model = models.ForeignKey(DeviceModel, models.PROTECT, related_name="devices", verbose_name=_("device model"))
    manufacturer = models.ForeignKey(Manufacturer, models.PROTECT, related_name="+", verbose_name=_("manufacturer"))
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    asset_tag = models.CharField(_("asset tag"), max_length=40, blank=True)
    mdm_id = models.CharField(_("MDM id"), max_length=60, blank=True)
    since = models.DateField(_("since"))
    purchased_on = models.DateField(_("purchased on"), null=True, blank=True)
    price = models.DecimalField(_("price in euro"), max_digits=10, decimal_places=2, null=True, blank=True)
    financing = models.ForeignKey(
        Financing, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("financing")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("order line")
    )
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("delivery")
    )
    # Without an index of its own: nearly all rows have none, and SQLite would choose it.
    revoked_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("revoked by")
    )

    objects = querysets.DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["manufacturer", "serial"],
                condition=~Q(serial="") & Q(revoked_by__isnull=True),
                name="inventory_device_serial",
                violation_error_message=_("The manufacturer already has a device with this serial number."),
            ),
            models.UniqueConstraint(
                fields=["asset_tag"],
                condition=~Q(asset_tag="") & Q(revoked_by__isnull=True),
                name="inventory_device_asset_tag",
                violation_error_message=_("There is already a device with this asset tag."),
            ),
            models.UniqueConstraint(
                fields=["mdm_id"],
                condition=~Q(mdm_id="") & Q(revoked_by__isnull=True),
                name="inventory_device_mdm_id",
                violation_error_message=_("There is already a device with this MDM id."),
            ),
            models.CheckConstraint(
                condition=~Q(serial="") | ~Q(asset_tag=""),
                name="inventory_device_identified",
                violation_error_message=_("A device needs a serial number or an asset tag."),
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=Decimal(0)),
                name="inventory_device_price",
                violation_error_message=_("A price cannot be negative."),
            ),
        ]
        indexes = [
            models.Index(fields=["school", "status"], name="inventory_device_school_status"),
            # A scanner's code among a million devices, with what is easily misread as it.
            models.Index(Folded("serial"), name="inventory_device_serial_folded"),
            models.Index(Folded("asset_tag"), name="inventory_device_tag_folded"),
        ]

    def __str__(self) -> str:
        return self.asset_tag or self.serial


class DeviceState(Placement, AuditedFact):
    """Status, school, room, use and MDM of a device in a valid period, as recorded then."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="states", verbose_name=_("device"))

    objects = querysets.DeviceStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("device state")
        verbose_name_plural = _("device states")
        ordering = ["valid_from", "pk"]
        constraints = [
            *timeline_constraints("inventory_devicestate", "device"),
            models.CheckConstraint(
                condition=~Q(status=DeviceStatus.IN_SERVICE) | Q(school__isnull=False),
                name="inventory_devicestate_in_service_school",
                violation_error_message=_("A device in service is at a school."),
            ),
        ]
        indexes = [
            # Covers "how many, where, in which state, on day D" without touching the table, and reads no more of the
            # history than what ended after D. Both databases take it as covering only with all columns of the
            # condition in it.
            models.Index(
                PeriodEnd("valid_until"),
                "valid_from",
                "valid_until",
                "superseded_at",
                "school",
                "status",
                "use",
                "is_managed",
                "device",
                condition=Q(superseded_at__isnull=True),
                name="inventory_state_as_of",
            ),
            # Counts devices that were ever in service in the order of the index instead of sorting them; SQLite takes
            # it for the status in front.
            models.Index(
                fields=["status", "device", "valid_from", "superseded_at"],
                condition=Q(superseded_at__isnull=True, status__in=COUNTS),
                name="inventory_state_in_service",
            ),
            # What was corrected after an instant: nearly all rows were not.
            models.Index(
                fields=["superseded_at"], condition=Q(superseded_at__isnull=False), name="inventory_state_superseded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.get_status_display()} {self.valid_from}"


class DeviceTest(AuditedFact):
    """A passed electrical test (DGUV Vorschrift 3): valid from the test until it is due again."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="tests", verbose_name=_("device"))

    objects = querysets.DeviceTestQuerySet.as_manager()

    class Meta:
        verbose_name = _("electrical test")
        verbose_name_plural = _("electrical tests")
        constraints = [
            *period_constraints("inventory_devicetest"),
            models.UniqueConstraint(
                fields=["device", "valid_from"],
                condition=Q(superseded_at__isnull=True),
                name="inventory_devicetest_one_per_day",
                violation_error_message=_("A test of this day is already recorded."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["valid_from", "valid_until", "superseded_at", "device"],
                condition=Q(superseded_at__isnull=True),
                name="inventory_test_as_of",
            )
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.valid_from}"
