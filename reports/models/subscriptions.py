"""What somebody wants by mail again and again, and what became of each time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.enums import MailState, Rhythm, SubscriptionSubject
from reports.querysets import OfOwnerQuerySet, SubscriptionMailQuerySet


class Subscription(models.Model):
    """``figure``: the key of a figure in the catalogue; ``begins_on``: nothing is due before.

    ``address``: where this installation was found when it was ordered, for the links in the mail.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner"))
    subject = models.CharField(_("what"), max_length=10, choices=SubscriptionSubject.choices)
    figure = models.CharField(_("figure"), max_length=60, blank=True)
    rhythm = models.CharField(_("when"), max_length=10, choices=Rhythm.choices)
    language = models.CharField(_("language"), max_length=10)
    address = models.CharField(_("address of this installation"), max_length=200)
    begins_on = models.DateField(_("from"))

    objects = OfOwnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["subject", "figure", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "subject", "figure", "rhythm"],
                name="reports_subscription_one",
                violation_error_message=_("You get this by mail already."),
            ),
            models.CheckConstraint(
                condition=(Q(subject=SubscriptionSubject.FIGURE) & ~Q(figure=""))
                | (~Q(subject=SubscriptionSubject.FIGURE) & Q(figure="")),
                name="reports_subscription_figure",
                violation_error_message=_("Choose the figure."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} {self.figure}".strip()


class SubscriptionMail(models.Model):
    """One due day of a subscription. The row is written before the mail goes out, so that none goes out twice."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="mails", verbose_name=_("subscription"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=MailState.choices, default=MailState.BEGUN)
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = SubscriptionMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail of a subscription")
        verbose_name_plural = _("mails of subscriptions")
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "due_on"], name="reports_subscriptionmail_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription}, {self.due_on}"
