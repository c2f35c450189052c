"""What the interface for machines remembers: answered requests, webhooks, and what was delivered to them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from api import querysets
from api.enums import DeliveryState
from audit.models import Act


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


class Webhook(models.Model):
    """An address that is told of acts. It sees what its user sees, and only after ``position`` in the trail."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user"))
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(_("secret"), max_length=100)
    verbs = models.JSONField(_("events"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.BigIntegerField(_("position in the audit trail"), default=0)
    created_at = models.DateTimeField(_("created at"))

    objects = querysets.WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One act for one webhook: what was sent, how often it was tried, and how it ended."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("act"))
    body = models.JSONField(_("body"))
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING, db_index=True
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    objects = querysets.WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "act"], name="api_webhookdelivery_once"),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.WAITING) | Q(next_at__isnull=False),
                name="api_webhookdelivery_waiting_has_time",
            ),
        ]
        indexes = [models.Index(F("next_at"), name="api_delivery_due", condition=Q(state=DeliveryState.WAITING))]

    def __str__(self) -> str:
        return f"{self.webhook} {self.act_id}"
