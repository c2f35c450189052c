"""What the interface for machines remembers: answered requests."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from api import querysets


class AnsweredRequest(models.Model):
    """A POST with an ``Idempotency-Key`` and its answer: the same request again gets the same answer, once done."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    body = models.JSONField(_("body"), null=True)
    created_at = models.DateTimeField(_("created at"), db_index=True)

    objects = querysets.OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="api_answeredrequest_key")]

    def __str__(self) -> str:
        return self.key
