"""Handing devices out, to a pool, a room or a role and never to a person, and collecting them again."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act, AuditedFact
from common.dated import timeline_constraints
from inventory import querysets
from inventory.enums import HandOutKind, ReturnOutcome, Use
from inventory.models.catalogue import Category
from inventory.models.devices import Device
from schools.models import School


class HandOut(AuditedFact):
    """For whom a device was handed out in a period. ``agreement``: number of a contract that is kept elsewhere."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="hand_outs", verbose_name=_("device"))
    school = models.ForeignKey(School, models.PROTECT, related_name="+", verbose_name=_("school"))
    kind = models.CharField(_("handed out to"), max_length=10, choices=HandOutKind.choices)
    agreement = models.CharField(_("number of the loan agreement"), max_length=40, blank=True)

    objects = querysets.HandOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-out")
        verbose_name_plural = _("hand-outs")
        ordering = ["valid_from", "pk"]
        constraints = timeline_constraints("inventory_handout", "device")

    def __str__(self) -> str:
        return str(self.device)


class ReturnCampaign(models.Model):
    """A school's devices are collected, for example at the end of the school year. What is expected is its items."""

    school = models.ForeignKey(School, models.PROTECT, related_name="return_campaigns", verbose_name=_("school"))
    name = models.CharField(_("name"), max_length=80)
    use = models.CharField(_("use"), max_length=15, choices=Use.choices, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    started_on = models.DateField(_("started on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = querysets.ReturnCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("return campaign")
        verbose_name_plural = _("return campaigns")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(closed_on__isnull=True),
                name="inventory_returncampaign_one_open",
                violation_error_message=_("The school collects devices already: close that campaign first."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("started_on")),
                name="inventory_returncampaign_due",
                violation_error_message=_("The deadline lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("started_on")),
                name="inventory_returncampaign_closed",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.school}"

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class ReturnItem(models.Model):
    """A device that is expected, until it is there."""

    campaign = models.ForeignKey(ReturnCampaign, models.PROTECT, related_name="items", verbose_name=_("campaign"))
    device = models.ForeignKey(Device, models.PROTECT, related_name="return_items", verbose_name=_("device"))
    returned_on = models.DateField(_("returned on"), null=True, blank=True)

    objects = querysets.ReturnItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("expected device")
        verbose_name_plural = _("expected devices")
        ordering = ["campaign", "device"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "device"],
                name="inventory_returnitem_once",
                violation_error_message=_("The device is expected already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.device)


class ReturnScan(models.Model):
    """What was scanned, and what came of it. ``key``: made by the browser, so that a scan sent twice counts once."""

    campaign = models.ForeignKey(ReturnCampaign, models.PROTECT, related_name="scans", verbose_name=_("campaign"))
    key = models.UUIDField(_("key"))
    code = models.CharField(_("code"), max_length=60)
    outcome = models.CharField(_("result"), max_length=15, choices=ReturnOutcome.choices)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("device")
    )
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    objects = querysets.ReturnItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan of a return")
        verbose_name_plural = _("scans of returns")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"],
                name="inventory_returnscan_once",
                violation_error_message=_("This scan has arrived already."),
            )
        ]

    def __str__(self) -> str:
        return self.code
