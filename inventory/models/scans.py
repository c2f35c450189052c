"""What people scanned, and what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from inventory import querysets
from inventory.codes import LONGEST
from inventory.enums import ScanMode, Verdict
from inventory.models.devices import Device


class Scan(models.Model):
    """One code, judged once. ``key`` is made where it was scanned: sent again after a lost answer, it does no more.

    ``scanned_at`` may lie before ``recorded_at`` by as long as there was no connection. ``act``: what the scan
    changed; empty where it changed nothing. ``message``: the answer as the person read it. ``alike``: numbers of
    devices that may have been meant by an unknown one.
    """

    key = models.UUIDField(_("key"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    mode = models.CharField(_("mode"), max_length=12, choices=ScanMode.choices)
    code = models.CharField(_("code"), max_length=LONGEST)
    scanned_at = models.DateTimeField(_("scanned at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    message = models.CharField(_("message"), max_length=500, blank=True)
    alike = models.JSONField(_("easily misread"), default=list)
    device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("device")
    )
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("act"))

    objects = querysets.ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="inventory_scan_key",
                violation_error_message=_("This scan is recorded already."),
            )
        ]
        indexes = [models.Index(fields=["user", "recorded_at"], name="inventory_scan_user")]

    def __str__(self) -> str:
        return self.code
