"""Reports by mail: what somebody ordered, and what was sent."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.subscriptions import SubscriptionInput, SubscriptionMailSerializer, SubscriptionSerializer
from api.views.base import CreateMixin, DeleteMixin, ReadViewSet, actor
from reports.models import Subscription, SubscriptionMail
from reports.subscriptions import subscribe, unsubscribe
from schools.access import Right


class SubscriptionViewSet(CreateMixin, DeleteMixin, ReadViewSet):
    """One's own. What is to come otherwise is ordered anew."""

    serializer_class = SubscriptionSerializer
    inputs = {"create": SubscriptionInput}
    outputs = {"mails": SubscriptionMailSerializer}
    #: Giving up one's own needs no right: whoever lost the others still ends it.
    rights = {"list": Right.EXPORT, "create": Right.EXPORT, "destroy": None}
    paged = ("list", "mails")

    def get_queryset(self) -> QuerySet[Subscription]:
        found: QuerySet[Subscription] = Subscription.objects.visible_to(self.request.user).order_by("pk")
        return found

    def add(self, data: dict[str, Any]) -> Subscription:
        """Order what comes by mail again and again, from today on."""
        address = self.request.build_absolute_uri("/").rstrip("/")
        return subscribe(by=actor(self.request), on=timezone.localdate(), address=address, **data)

    def remove(self, record: Subscription) -> None:
        """Give it up, with the list of what was sent."""
        unsubscribe(record, by=actor(self.request))

    @action(detail=True)
    def mails(self, request: Request, pk: str) -> Response:
        """What became of each due day, the last first."""
        mails = SubscriptionMail.objects.visible_to(request.user).filter(subscription=self.get_object())
        return self.paged_answer(mails.order_by("-due_on", "-pk"))
