"""An import batch: the file as it came, what was recognised, what was found, what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from imports import querysets
from imports.enums import BatchStatus, KindName


class ImportBatch(models.Model):
    """One uploaded workbook on its way into the system.

    ``options``: what the uploader chose (sheet, mode, authority, day). ``decisions``: per kind of
    unknown value what to do with it. ``summary``: the preview or the result as of the JSON of
    ``import_workbook``. ``act``: set once taken; the audit trail of everything it wrote.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=KindName.choices, blank=True)
    file = models.FileField(_("file"), upload_to="imports/%Y/", max_length=250)
    name = models.CharField(_("file name"), max_length=250)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    status = models.CharField(_("status"), max_length=12, choices=BatchStatus.choices, default=BatchStatus.UPLOADED)
    options = models.JSONField(_("options"), default=dict)
    decisions = models.JSONField(_("decisions"), default=dict)
    summary = models.JSONField(_("summary"), default=dict)
    error = models.TextField(_("error"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"))
    act = models.OneToOneField(Act, models.PROTECT, null=True, blank=True, related_name="import_batch")

    objects = querysets.BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__isnull=False) | ~Q(status=BatchStatus.TAKEN),
                name="imports_batch_taken_act",
                violation_error_message=_("A taken import names the act that wrote it."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.name}"
