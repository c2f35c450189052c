"""Webhooks, their deliveries, and what is sent to receivers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from api.serializers.users import PersonField
from hooks.enums import DeliveryState, Topic
from hooks.models import Webhook, WebhookDelivery


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A receiver of what its user (``user``) sees. ``waiting``, ``failed``: deliveries."""

    username = serializers.CharField(source="user.username", read_only=True)
    topics = serializers.ListField(
        child=serializers.ChoiceField(Topic.choices), read_only=True, help_text="none: everything"
    )
    waiting = serializers.IntegerField(read_only=True)
    failed = serializers.IntegerField(read_only=True)

    class Meta:
        model = Webhook
        fields = ["id", "name", "user", "username", "url", "topics", "is_active", "created_at", "waiting", "failed"]
        read_only_fields = fields


class NewWebhookSerializer(WebhookSerializer):
    """``secret`` is told once, now."""

    secret = serializers.CharField(source="plain", read_only=True, allow_null=True)

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class WebhookInput(StrictSerializer):
    name = serializers.CharField(max_length=100, help_text="what it is for; no names of people")
    url = serializers.CharField(max_length=500, help_text="https address of the receiver")
    user = PersonField(required=False, help_text="whose rights it has; without: who asks")
    topics = serializers.ListField(
        child=serializers.ChoiceField(Topic.choices),
        required=False,
        max_length=len(Topic),
        help_text="none: everything",
    )


class WebhookChangeInput(WebhookInput):
    is_active = serializers.BooleanField(required=False)


class SentRecordSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="such as inventory.device")
    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    school = serializers.CharField(allow_null=True, help_text="number of the school")
    changes = serializers.DictField(
        child=serializers.DictField(),
        help_text="field: {old, new}; … stands for what the user may not see, and for personal data",
    )


class SentBodySerializer(serializers.Serializer[Any]):
    """One act, with the records that the webhook's user may see when it is sent."""

    id = serializers.IntegerField(help_text="of the act")
    at = serializers.DateTimeField()
    verb = serializers.CharField(help_text="what was done, such as device.change")
    channel = serializers.CharField(help_text="through which door: page, api, import, …")
    subject = serializers.CharField(required=False, help_text="only where the user works for the whole authority")
    records = SentRecordSerializer(many=True)
    truncated = serializers.BooleanField(help_text="there are more records than these 1000")
    more = serializers.CharField(required=False, help_text="where all of them are, if truncated")


@extend_schema_field(SentBodySerializer(allow_null=True))
class SentBodyField(serializers.JSONField):
    pass


class WebhookDeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """One act for one webhook. ``id`` comes to the receiver as ``Klassensatz-Delivery``, the same at every attempt."""

    verb = serializers.CharField(source="act.verb", read_only=True)
    state = serializers.ChoiceField(DeliveryState.choices, read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = ["id", "act", "verb", "state", "attempts", "next_at", "tried_at", "status", "answer"]
        read_only_fields = fields
        extra_kwargs = {
            "status": {"help_text": "of HTTP; null: not reached"},
            "answer": {"help_text": "the beginning of it, or why there was none"},
        }


class WebhookDeliveryDetailSerializer(WebhookDeliverySerializer):
    """``body``: what was sent the last time; empty before the first attempt."""

    body = SentBodyField(read_only=True)

    class Meta(WebhookDeliverySerializer.Meta):
        fields = [*WebhookDeliverySerializer.Meta.fields, "body"]
        read_only_fields = fields


_CALL = {
    "summary": "An act",
    "description": (
        "Sent to the address of each webhook that is switched on; any answer with a status from 200 to 299 takes it. "
        "How to check the signature: docs/webhooks.md."
    ),
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/SentBody"}}}},
    "responses": {"200": {"description": "Taken."}},
}
_HEADERS = {
    "Klassensatz-Signature": "t=<Unix time>,v1=<HMAC-SHA256 with the secret over t, a dot and the body, in hex>",
    "Klassensatz-Delivery": "number of the delivery, the same at every attempt",
    "Klassensatz-Event": "verb of the act",
}


def describe_calls(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing hook of the description: what receivers of webhooks are sent."""
    headers = [
        {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in _HEADERS.items()
    ]
    result["webhooks"] = {"act": {"post": _CALL | {"operationId": "receive_act", "parameters": headers}}}
    return result
