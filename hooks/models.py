"""Other programs that are told of acts, and what was delivered to them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from hooks import querysets
from hooks.enums import DeliveryState


class Webhook(models.Model):
    """An address that is told of acts. It sees what its user sees, and only what came after ``position`` in the trail.

    ``secret`` is encrypted (``common.sealing``); ``topics``: of ``enums.Topic``, none stands for everything.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("with the rights of")
    )
    url = models.CharField(_("address"), max_length=500)
    secret = models.CharField(_("secret"), max_length=255)
    topics = models.JSONField(_("topics"), default=list, blank=True)
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
    """One act for one webhook: what was sent the last time, how often it was tried, and how it ended.

    ``answer``: the beginning of what the receiver said, or in our words why it was not reached.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("act"))
    body = models.JSONField(_("body"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last attempt at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    objects = querysets.ConnectedQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        constraints = [
            models.UniqueConstraint(fields=["webhook", "act"], name="hooks_webhookdelivery_once"),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.WAITING) | Q(next_at__isnull=False),
                name="hooks_webhookdelivery_waiting_has_time",
            ),
        ]
        indexes = [models.Index(F("next_at"), name="hooks_delivery_due", condition=Q(state=DeliveryState.WAITING))]

    def __str__(self) -> str:
        return f"{self.webhook} {self.act_id}"
