"""Kinds of money, and from when a binding period is counted."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProgrammeKind(TextChoices):
    """Own money has no funder; its notices are the decisions on the budget."""

    GRANT = "grant", _("funding programme")
    OWN = "own", _("own money")


class BindingStart(TextChoices):
    """Zweckbindung: from what its years are counted."""

    NONE = "none", _("not bound")
    END_OF_PERIOD = "end_of_period", _("end of the implementation period, to the end of the last calendar year")
    PURCHASE = "purchase", _("day of purchase")
    FIXED = "fixed", _("bound until a fixed day")
