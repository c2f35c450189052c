"""Which categories a programme pays for, and what is planned to be handed over."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import AuditedFact
from common.dated import period_constraints
from funding.models import Programme
from funding.querysets import AuthorityQuerySet
from inventory import querysets
from inventory.models.catalogue import Category, DeviceModel
from inventory.models.orders import OrderLine
from schools.models import School


class FundedCategory(models.Model):
    """A category that a programme may pay for. ``cap``: per device, gross, in euro."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="categories", verbose_name=_("programme"))
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("category"))
    cap = models.DecimalField(_("cap per device in euro"), max_digits=10, decimal_places=2, null=True, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("eligible category")
        verbose_name_plural = _("eligible categories")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "category"],
                name="inventory_fundedcategory_once",
                violation_error_message=_("The programme already names this category."),
            ),
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(cap__gt=0),
                name="inventory_fundedcategory_cap",
                violation_error_message=_("A cap is greater than 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.category}"


class PlannedHandOver(AuditedFact):
    """So many devices are planned for hand-over in a period: at a school, or not distributed yet.

    Valid from the day of the plan until another plan takes its place. ``due_from`` … ``due_until``: half-open.
    """

    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("category"))
    model = models.ForeignKey(
        DeviceModel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("device model")
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    due_from = models.DateField(_("hand-over from"))
    due_until = models.DateField(_("hand-over until"))
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="planned_hand_overs", verbose_name=_("school")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="planned_hand_overs", verbose_name=_("programme")
    )
    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="planned", verbose_name=_("order line")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = querysets.PlannedHandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned hand-over")
        verbose_name_plural = _("planned hand-overs")
        ordering = ["due_from", "pk"]
        constraints = [
            *period_constraints("inventory_plannedhandover"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0),
                name="inventory_plannedhandover_quantity",
                violation_error_message=_("The quantity must be at least 1."),
            ),
            models.CheckConstraint(
                condition=Q(due_until__gt=F("due_from")),
                name="inventory_plannedhandover_due",
                violation_error_message=_("The end must be after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.category}"
