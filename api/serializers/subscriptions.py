"""Reports by mail."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from reports.enums import MailState, Rhythm, SubscriptionSubject
from reports.models import Subscription, SubscriptionMail


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """``figure``: the key of a figure; empty for the other subjects."""

    subject = serializers.ChoiceField(SubscriptionSubject.choices, read_only=True)
    rhythm = serializers.ChoiceField(Rhythm.choices, read_only=True)

    class Meta:
        model = Subscription
        fields = ["id", "subject", "figure", "rhythm", "language", "begins_on"]
        read_only_fields = fields


class SubscriptionMailSerializer(serializers.ModelSerializer[SubscriptionMail]):
    """One due day, and what became of it."""

    state = serializers.ChoiceField(MailState.choices, read_only=True)

    class Meta:
        model = SubscriptionMail
        fields = ["id", "due_on", "state", "at", "reason"]
        read_only_fields = fields


class SubscriptionInput(StrictSerializer):
    """Without ``language`` the one in which you ask."""

    subject = serializers.ChoiceField(SubscriptionSubject.choices)
    figure = serializers.CharField(max_length=60, required=False, help_text="the key of a figure under /figures/")
    rhythm = serializers.ChoiceField(Rhythm.choices)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"language": get_language() or settings.LANGUAGE_CODE} | attrs
