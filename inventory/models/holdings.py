"""Devices of a school, counted; derived from their states and tests."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.models import School


class Holding(models.Model):
    """How many devices of which kind are at a school (``None``: in the central store) from ``day`` to the next row.

    Derived from what is believed now, so that a past day costs one row per school instead of the whole history; the
    states remain the facts, and ``verify`` proves that both agree. ``counts``: ``[[model, status, use, is_managed,
    number, tested], …]``, where ``tested`` have a valid electrical test. Written by ``inventory.services.recounted``
    alone; a row that says the same as the one before it is left out.
    """

    school = models.ForeignKey(
        School, models.PROTECT, null=True, related_name="holdings", db_index=False, verbose_name=_("school")
    )
    day = models.DateField(_("from day"))
    counts = models.JSONField(_("counts"))

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["school", "day"]
        constraints = [
            models.UniqueConstraint(fields=["school", "day"], name="inventory_holding_school_day"),
            models.UniqueConstraint(
                fields=["day"], condition=Q(school__isnull=True), name="inventory_holding_store_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id}: {self.day}"
