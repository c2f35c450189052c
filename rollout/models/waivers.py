"""What stands beside the standard at one school: facts stated by hand with their evidence, and waivers."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import AuditedFact
from common.dated import timeline_constraints
from common.files import StoredFile
from rollout import querysets
from schools.models import School


class EvidenceFile(StoredFile):
    """A document that shows how a requirement stands at a school, e.g. the media concept itself."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+", verbose_name=_("school"))
    key = models.SlugField(_("requirement"), max_length=40)

    objects = querysets.EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        ordering = ["pk"]


class Attainment(AuditedFact):
    """A requirement fulfilled by hand: a value (e.g. Mbit/s) or yes/no, per school and key.

    ``evidence``: where it can be read, e.g. "Concept of 12.03.2021, ref. 40/2021"; ``file``: the document itself.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="attainments", verbose_name=_("school"))
    key = models.SlugField(_("requirement"), max_length=40)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2, null=True, blank=True)
    is_met = models.BooleanField(_("fulfilled"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True, default="")
    file = models.ForeignKey(
        EvidenceFile, models.SET_NULL, null=True, blank=True, related_name="facts", verbose_name=_("file of evidence")
    )

    objects = querysets.AttainmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attainment")
        verbose_name_plural = _("attainments")
        constraints = timeline_constraints("rollout_attainment", "school", "key")

    def __str__(self) -> str:
        return f"{self.school}: {self.key}"


class Waiver(AuditedFact):
    """A school need not meet a requirement for a while, and why; who granted it is told by ``act``."""

    school = models.ForeignKey(School, models.PROTECT, related_name="waivers", verbose_name=_("school"))
    key = models.SlugField(_("requirement"), max_length=40)
    reason = models.CharField(_("reason"), max_length=300)

    objects = querysets.WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["valid_from", "pk"]
        constraints = timeline_constraints("rollout_waiver", "school", "key")

    def __str__(self) -> str:
        return f"{self.school}: {self.key}"

    @property
    def last_day(self) -> date | None:
        return self.valid_until and self.valid_until - timedelta(1)
