"""Orders and deliveries."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.files import StoredFile
from funding.models import Financing
from inventory import querysets
from inventory.models.catalogue import DeviceModel
from schools.models import School


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
    financing = models.ForeignKey(
        Financing, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("financing")
    )

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
    """Goods received against an order; ``school`` is empty for the central store.

    ``receipt``: what the goods receipt said beyond the devices, see ``inventory.services.discrepancies``. ``token``: of
    the form that booked it, so that the same form books once.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="deliveries", verbose_name=_("order"))
    note_number = models.CharField(_("delivery note number"), max_length=60)
    delivered_on = models.DateField(_("delivered on"))
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("school")
    )
    receipt = models.JSONField(_("goods receipt"), default=dict, blank=True)
    token = models.CharField(_("token of the form"), max_length=36, blank=True)

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
            ),
            models.UniqueConstraint(
                fields=["token"],
                condition=~Q(token=""),
                name="inventory_delivery_token",
                violation_error_message=_("This form was booked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.note_number}"


class DeliveryFile(StoredFile):
    """The papers of a delivery: its note, the invoice."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="files", verbose_name=_("delivery"))

    objects = querysets.DeliveryFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a delivery")
        verbose_name_plural = _("files of deliveries")
        ordering = ["pk"]
