"""The catalogue: categories, manufacturers, models."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.workflow import Workflow
from inventory import querysets
from inventory.enums import Use, WorkflowKind
from inventory.workflow import WORKFLOWS


class Category(models.Model):
    """Kind of equipment. Reference data; lifetimes in years, test intervals in months.

    ``holds_data``: its devices are not disposed of without a proof that their data were erased.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name (German)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100, blank=True)
    workflow = models.CharField(_("workflow"), max_length=10, choices=WorkflowKind.choices)
    default_use = models.CharField(_("usual use"), max_length=20, choices=Use.choices, blank=True)
    lifetime_years = models.PositiveSmallIntegerField(_("lifetime in years"), null=True, blank=True)
    test_interval_months = models.PositiveSmallIntegerField(_("test interval in months"), null=True, blank=True)
    holds_data = models.BooleanField(_("holds personal data"), default=True)
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
    """A model of the catalogue; ``key`` is the normalised name, unique per manufacturer.

    ``warranty_months`` run from the purchase; ``support_until``: last day on which its maker mends its software. Both
    ``None`` while unknown.
    """

    manufacturer = models.ForeignKey(
        Manufacturer, models.PROTECT, related_name="models", verbose_name=_("manufacturer")
    )
    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=120, editable=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="models", verbose_name=_("category"))
    price = models.DecimalField(_("price in euro"), max_digits=10, decimal_places=2, null=True, blank=True)
    warranty_months = models.PositiveSmallIntegerField(_("warranty in months"), null=True, blank=True)
    support_until = models.DateField(_("supported until"), null=True, blank=True)

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
