"""Webhooks and the log of their deliveries, for those who connect other programs."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.import_inputs import NothingInput
from api.serializers.webhooks import (
    NewWebhookSerializer,
    WebhookChangeInput,
    WebhookDeliveryDetailSerializer,
    WebhookDeliverySerializer,
    WebhookInput,
    WebhookSerializer,
)
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, ReadViewSet, actor
from audit.versions import with_version
from hooks.models import Webhook, WebhookDelivery
from hooks.services import change_webhook, create_webhook, delete_webhook, retry_delivery, send_test
from schools.access import Right


class WebhookViewSet(CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """Other programs that are told of what happens here."""

    serializer_class = WebhookSerializer
    inputs = {"create": WebhookInput, "partial_update": WebhookChangeInput, "test": NothingInput}
    outputs = {"create": NewWebhookSerializer, "test": WebhookDeliverySerializer}
    rights = dict.fromkeys(("list", "create", "partial_update", "destroy", "test"), Right.CONNECT)
    secrets = frozenset({"secret"})
    unversioned = ("test",)

    def get_queryset(self) -> QuerySet[Webhook]:
        rows: QuerySet[Webhook] = Webhook.objects.visible_to(self.request.user).select_related("user").with_counts()
        return rows.order_by("name", "pk")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A webhook. Its secret is told now and never again; a repeated request gets ``null`` for it."""
        said = {"user": request.user} | self.read_input()
        hook, plain = create_webhook(said.pop("user"), **said, by=actor(request))
        shown: Any = with_version(self.get_queryset()).get(pk=hook.pk)
        shown.plain = plain
        answer = self.shown(shown, 201)
        answer["Location"] = self.reverse_action("detail", args=[hook.pk])
        return answer

    def change(self, record: Webhook, data: dict[str, Any]) -> None:
        """Switched on again it begins with what happens from then on."""
        change_webhook(record, **data, by=actor(self.request))

    def remove(self, record: Webhook) -> None:
        """With the log; what waits is not sent any more."""
        delete_webhook(record, by=actor(self.request))

    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Sends an act without records, within seconds; what became of it stands among the deliveries."""
        self.read_input()
        delivery = send_test(self.get_object(), by=actor(request))
        return Response(self.get_serializer(delivery).data)


class WebhookDeliveryViewSet(ReadViewSet):
    """Newest act first. The body is shown with a single delivery."""

    serializer_class = WebhookDeliverySerializer
    inputs = {"retry": NothingInput}
    outputs = dict.fromkeys(("retrieve", "retry"), WebhookDeliveryDetailSerializer)
    rights = {"retry": Right.CONNECT}
    unversioned = ("retry",)

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        rows: QuerySet[WebhookDelivery] = WebhookDelivery.objects.visible_to(self.request.user).select_related("act")
        return rows.filter(webhook=self.kwargs.get("webhook")).order_by("-act", "-pk")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        get_object_or_404(Webhook.objects.visible_to(request.user), pk=kwargs["webhook"])
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With what was sent the last time."""
        return Response(self.get_serializer(self.get_object()).data)

    def retry(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Sends it again within seconds, whatever became of it."""
        self.read_input()
        delivery = retry_delivery(self.get_object(), by=actor(request))
        return Response(self.get_serializer(delivery).data)
