"""Devices (portable and installed), their catalogue, their dated states, orders and deliveries."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.models import Act, AuditedFact
from common.dated import PeriodEnd, period_constraints, timeline_constraints
from common.workflow import Workflow
from inventory import querysets
from inventory.enums import COUNTS, DeviceStatus, Use, WorkflowKind
from inventory.workflow import WORKFLOWS
from schools.models import Room, School


class Category(models.Model):
    """Kind of equipment. Reference data; lifetimes in years, test intervals in months."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name (German)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    workflow = models.CharField(_("workflow"), max_length=10, choices=WorkflowKind.choices)
    default_use = models.CharField(_("usual use"), max_length=20, choices=Use.choices, blank=True)
    lifetime_years = models.PositiveSmallIntegerField(_("lifetime in years"), null=True, blank=True)
    test_interval_months = models.PositiveSmallIntegerField(_("test interval in months"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = querysets.OpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def rules(self) -> Workflow:
        return WORKFLOWS[self.workflow]


class Manufacturer(models.Model):
    name = models.CharField(_("name"), max_length=100)
    key = models.CharField(max_length=100, editable=False)

    objects = querysets.OpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("manufacturer")
        verbose_name_plural = _("manufacturers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="inventory_manufacturer_key",
                violation_error_message=_("This manufacturer exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DeviceModel(models.Model):
    """A model of the catalogue; ``key`` is the normalised name, unique per manufacturer."""

    manufacturer = models.ForeignKey(
        Manufacturer, models.PROTECT, related_name="models", verbose_name=_("manufacturer")
    )
    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=120, editable=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="models", verbose_name=_("category"))
    price = models.DecimalField(_("price in euro"), max_digits=10, decimal_places=2, null=True, blank=True)

    objects = querysets.OpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("device model")
        verbose_name_plural = _("device models")
        ordering = ["manufacturer__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["manufacturer", "key"],
                name="inventory_devicemodel_key",
                violation_error_message=_("The manufacturer already has a model of this name."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.manufacturer} {self.name}"


class Order(models.Model):
    number = models.CharField(_("order number"), max_length=60)
    supplier = models.CharField(_("supplier"), max_length=150)
    ordered_on = models.DateField(_("ordered on"))
    expected_on = models.DateField(_("expected on"), null=True, blank=True)

    objects = querysets.OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-ordered_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="inventory_order_number",
                violation_error_message=_("There is already an order with this number."),
            ),
            models.CheckConstraint(
                condition=Q(expected_on__isnull=True) | Q(expected_on__gte=F("ordered_on")),
                name="inventory_order_expected",
                violation_error_message=_("The expected day lies before the day of the order."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """``unit_price``: gross, in euro."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    position = models.PositiveSmallIntegerField(_("position"))
    model = models.ForeignKey(DeviceModel, models.PROTECT, related_name="+", verbose_name=_("device model"))
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = models.DecimalField(_("unit price"), max_digits=10, decimal_places=2, null=True, blank=True)

    objects = querysets.OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"],
                name="inventory_orderline_position",
                violation_error_message=_("The order already has this position."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="inventory_orderline_quantity",
                violation_error_message=_("The quantity must be at least 1."),
            ),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True) | Q(unit_price__gte=Decimal(0)),
                name="inventory_orderline_price",
                violation_error_message=_("A price cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.position}"


class Delivery(models.Model):
    """Goods received against an order; ``school`` is empty for the central store."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="deliveries", verbose_name=_("order"))
    note_number = models.CharField(_("delivery note number"), max_length=60)
    delivered_on = models.DateField(_("delivered on"))
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("school")
    )

    objects = querysets.DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-delivered_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "note_number"],
                name="inventory_delivery_note",
                violation_error_message=_("This delivery note of the order is already booked."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.note_number}"


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
        indexes = [models.Index(fields=["school", "status"], name="inventory_device_school_status")]

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
