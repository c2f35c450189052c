"""Tokens by which machines sign in."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import InstantField, SchoolField, StrictSerializer
from schools.enums import TokenScope
from schools.models import ApiToken


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token has the rights of its user, less what ``scope`` and ``school`` take away."""

    user = serializers.CharField(source="user.username", read_only=True)
    scope = serializers.ChoiceField(TokenScope.choices, read_only=True)
    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)

    class Meta:
        model = ApiToken
        fields = ["id", "name", "user", "scope", "school", "created_at", "expires_at", "last_used_at"]
        read_only_fields = fields


class NewTokenSerializer(TokenSerializer):
    """``token`` is told once, now."""

    token = serializers.CharField(source="plain", read_only=True, allow_null=True)

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]
        read_only_fields = fields


class TokenInput(StrictSerializer):
    name = serializers.CharField(max_length=100, help_text="what it is for; no names of people")
    scope = serializers.ChoiceField(TokenScope.choices, default=TokenScope.READ)
    school = SchoolField(required=False, allow_null=True, help_text="only for this school")
    expires_at = InstantField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"school": None, "expires_at": None} | attrs
