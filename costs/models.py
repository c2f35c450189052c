"""What something cost: entries (a plan, a contract, an invoice, a payment) and the parts that they consist of."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act, AuditedFact
from common.dated import period_constraints
from common.files import StoredFile
from costs import querysets
from costs.enums import CREDITABLE, CostStage
from funding.models import Programme
from inventory.models import Category, Order
from rollout.models import ConstructionProject
from schools.enums import Trade
from schools.models import School, Site


class CostEntry(models.Model):
    """One document: what was planned, bound, invoiced or paid on a day. Today's copy of what its parts say.

    ``amount``: gross, in euro, the sum of the parts; negative for a credit note or refund (``is_credit``). ``net``:
    without value added tax, where the document states it. ``number``: of the contract or invoice.
    """

    stage = models.CharField(_("stage"), max_length=10, choices=CostStage.choices)
    is_credit = models.BooleanField(_("credit note or refund"), default=False)
    on = models.DateField(_("day"))
    number = models.CharField(_("document number"), max_length=60, blank=True)
    payee = models.CharField(_("company"), max_length=150, blank=True)
    text = models.CharField(_("text"), max_length=300, blank=True)
    amount = models.DecimalField(_("amount in euro, gross"), max_digits=14, decimal_places=2)
    net = models.DecimalField(_("amount in euro, net"), max_digits=14, decimal_places=2, null=True, blank=True)
    revoked_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("revoked by")
    )

    objects = querysets.CostEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost entry")
        verbose_name_plural = _("cost entries")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_credit=False, amount__gt=0) | Q(is_credit=True, amount__lt=0),
                name="costs_costentry_amount",
                violation_error_message=_("An amount must be greater than 0; money that comes back is a credit note."),
            ),
            models.CheckConstraint(
                condition=Q(is_credit=False) | Q(stage__in=CREDITABLE),
                name="costs_costentry_credit_stage",
                violation_error_message=_("A plan is changed, not credited."),
            ),
            models.CheckConstraint(
                condition=Q(net__isnull=True)
                | Q(is_credit=False, net__gt=0, net__lte=F("amount"))
                | Q(is_credit=True, net__lt=0, net__gte=F("amount")),
                name="costs_costentry_net",
                violation_error_message=_("The net amount is not greater than the gross amount."),
            ),
        ]
        indexes = [models.Index(fields=["on", "id"], name="costs_costentry_day")]

    def __str__(self) -> str:
        return self.number or f"{self.get_stage_display()} {self.on:%d.%m.%Y}"


class CostPart(AuditedFact):
    """A part of an entry: what it was for, where, and which programme pays it. Valid from the day of the entry.

    ``amount``: gross, in euro, signed as the entry's. Stage and day repeat the entry's, so that each sum as of a day
    and as known at an instant is one query over one table.
    """

    entry = models.ForeignKey(CostEntry, models.PROTECT, related_name="parts", verbose_name=_("cost entry"))
    stage = models.CharField(_("stage"), max_length=10, choices=CostStage.choices)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="costs", verbose_name=_("programme"))
    amount = models.DecimalField(_("amount in euro, gross"), max_digits=14, decimal_places=2)
    trade = models.CharField(_("trade"), max_length=15, choices=Trade.choices, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="costs", verbose_name=_("category")
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="costs", verbose_name=_("school")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="costs", verbose_name=_("site"))
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, blank=True, related_name="costs", verbose_name=_("order")
    )
    project = models.ForeignKey(
        ConstructionProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="costs",
        verbose_name=_("construction project"),
    )

    objects = querysets.CostPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a cost entry")
        verbose_name_plural = _("parts of cost entries")
        ordering = ["entry", "pk"]
        constraints = [
            *period_constraints("costs_costpart"),
            models.CheckConstraint(
                condition=~Q(amount=0),
                name="costs_costpart_amount",
                violation_error_message=_("An amount of 0 says nothing."),
            ),
            models.CheckConstraint(
                condition=Q(trade="") | Q(category__isnull=True),
                name="costs_costpart_trade_or_category",
                violation_error_message=_("A part is for a trade or for a category, not for both."),
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=True) | Q(project__isnull=True),
                name="costs_costpart_order_or_project",
                violation_error_message=_("A part belongs to an order or to a construction project, not to both."),
            ),
        ]
        indexes = [
            # Covers every sum of the money pages without touching the table, as known at any instant too, and gives
            # those per programme, stage, trade and category in the order in which they are grouped.
            models.Index(
                fields=[
                    "programme",
                    "stage",
                    "trade",
                    "category",
                    "school",
                    "valid_from",
                    "valid_until",
                    "recorded_at",
                    "superseded_at",
                    "amount",
                ],
                name="costs_costpart_as_of",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.amount}"


class CostFile(StoredFile):
    """The document itself: contract, invoice, receipt."""

    entry = models.ForeignKey(CostEntry, models.PROTECT, related_name="files", verbose_name=_("cost entry"))

    objects = querysets.CostFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a cost entry")
        verbose_name_plural = _("files of cost entries")
        ordering = ["pk"]
