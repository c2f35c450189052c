"""Where the links of a mail lead."""

from django.urls import reverse

from reports.enums import SubscriptionSubject
from reports.models import Subscription
from reports.sending import Links
from reports.subscriptions import token_of


def links_of(subscription: Subscription) -> Links:
    end = reverse("web:subscription_end_by_link", args=[token_of(subscription)])
    return Links(subscription.address + page_of(subscription), subscription.address + end)


def page_of(subscription: Subscription) -> str:
    """The page that shows what is sent."""
    if subscription.subject == SubscriptionSubject.FIGURE:
        return reverse("web:figure_detail", args=[subscription.figure])
    is_report = subscription.subject == SubscriptionSubject.REPORT
    return reverse("web:publication_list" if is_report else "web:report_list")
