"""Stages of a cost on its way from the plan to the payment."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CostStage(TextChoices):
    """Each stage is booked for itself: the contract, its invoices, their payments."""

    PLANNED = "planned", _("planned")
    COMMITTED = "committed", _("bound by contract")
    INVOICED = "invoiced", _("invoiced")
    PAID = "paid", _("paid")


#: Stages in which money can come back: credit note, refund.
CREDITABLE = (CostStage.COMMITTED, CostStage.INVOICED, CostStage.PAID)
