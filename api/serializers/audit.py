"""The audit trail: acts, and what each did to which record."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import RestrictedFields
from audit.enums import Channel
from audit.models import Act, Entry
from schools.access import sees_everything


class ActSerializer(RestrictedFields, serializers.ModelSerializer[Act]):
    """One deliberate deed. Who and why is told to those who work for the authority."""

    restricted = dict.fromkeys(("user", "via", "subject", "reason"), sees_everything)
    user = serializers.CharField(source="user.username", default=None, allow_null=True, required=False)
    channel = serializers.ChoiceField(Channel.choices, read_only=True)
    via = serializers.CharField(required=False)
    subject = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)

    class Meta:
        model = Act
        fields = ["id", "at", "verb", "channel", "user", "via", "subject", "reason", "undoes"]
        read_only_fields = [name for name in fields if name not in ("user", "via", "subject", "reason")]


class ValuesSerializer(serializers.Serializer[Any]):
    """``…`` stands for what you may not read, and for personal data that are kept apart."""

    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class EntrySerializer(RestrictedFields, serializers.ModelSerializer[Entry]):
    """What an act did to one record. ``kind`` and ``record`` name it, ``label`` is what it was called then."""

    restricted = {"user": sees_everything}
    at = serializers.DateTimeField(source="act.at", read_only=True)
    verb = serializers.CharField(source="act.verb", read_only=True)
    channel = serializers.ChoiceField(Channel.choices, source="act.channel", read_only=True)
    user = serializers.CharField(source="act.user.username", default=None, allow_null=True, required=False)
    record = serializers.IntegerField(source="object_id", read_only=True)
    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)
    changes = serializers.DictField(child=ValuesSerializer(), source="told", read_only=True)

    class Meta:
        model = Entry
        fields = ["id", "act", "at", "verb", "channel", "user", "kind", "record", "label", "school", "changes"]
        read_only_fields = [name for name in fields if name != "user"]
