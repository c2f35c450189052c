"""Construction projects and their dated status."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act, AuditedFact
from common.dated import timeline_constraints
from funding.models import Financing
from rollout import querysets
from rollout.enums import ProjectStatus
from schools.enums import Trade
from schools.models import Building, Site


class ConstructionProject(models.Model):
    """One trade on one site (or in one building). ``status``, ``since``, ``reason``: today's copy.

    ``contract_sum``: gross. ``warranty_years`` after acceptance: 4 by VOB/B, 5 by BGB.

    ``revoked_by``: what took back that the project was ever recorded, as for a device.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="projects", verbose_name=_("site"))
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("building")
    )
    trade = models.CharField(_("trade"), max_length=15, choices=Trade.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=ProjectStatus.choices)
    since = models.DateField(_("since"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    contractor = models.CharField(_("contractor"), max_length=150, blank=True)
    contract_sum = models.DecimalField(
        _("contract sum in euro"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    financing = models.ForeignKey(
        Financing, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("financing")
    )
    bandwidth_before = models.PositiveIntegerField(_("bandwidth before in Mbit/s"), null=True, blank=True)
    bandwidth_after = models.PositiveIntegerField(_("bandwidth after in Mbit/s"), null=True, blank=True)
    warranty_years = models.PositiveSmallIntegerField(_("warranty in years"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("revoked by")
    )

    objects = querysets.ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("construction project")
        verbose_name_plural = _("construction projects")
        ordering = ["site__sort_key", "trade", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "trade"],
                condition=Q(building__isnull=True, revoked_by__isnull=True),
                name="rollout_project_site_trade",
                violation_error_message=_("The site already has a project of this trade."),
            ),
            models.UniqueConstraint(
                fields=["building", "trade"],
                condition=Q(building__isnull=False, revoked_by__isnull=True),
                name="rollout_project_building_trade",
                violation_error_message=_("The building already has a project of this trade."),
            ),
            models.CheckConstraint(
                condition=~Q(status=ProjectStatus.BLOCKED) | ~Q(reason=""),
                name="rollout_project_blocked_reason",
                violation_error_message=_("A blocked project needs a reason."),
            ),
            models.CheckConstraint(
                condition=Q(contract_sum__isnull=True) | Q(contract_sum__gte=0),
                name="rollout_project_contract_sum",
                violation_error_message=_("A contract sum cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_trade_display()} · {self.site}"


class ProjectState(AuditedFact):
    project = models.ForeignKey(
        ConstructionProject, models.PROTECT, related_name="states", verbose_name=_("construction project")
    )
    status = models.CharField(_("status"), max_length=20, choices=ProjectStatus.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = querysets.ProjectStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("project state")
        verbose_name_plural = _("project states")
        ordering = ["valid_from", "pk"]
        constraints = [
            *timeline_constraints("rollout_projectstate", "project"),
            models.CheckConstraint(
                condition=~Q(status=ProjectStatus.BLOCKED) | ~Q(reason=""),
                name="rollout_projectstate_blocked_reason",
                violation_error_message=_("A blocked project needs a reason."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["valid_from", "valid_until", "status", "project"],
                condition=Q(superseded_at__isnull=True),
                name="rollout_pstate_as_of",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.get_status_display()} {self.valid_from}"
