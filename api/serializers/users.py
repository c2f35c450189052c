"""People, their roles, and invitations."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from api.serializers.fields import SchoolField, StrictSerializer
from schools.access import Right, has_right
from schools.enums import MembershipSource, Role
from schools.models import Invitation, Membership
from schools.people import people_visible_to


class SchoolRoleSerializer(serializers.ModelSerializer[Any]):
    """A role, for the whole authority or (``school``) for one school; ``until``: the first day without it."""

    role = serializers.ChoiceField(Role.choices, read_only=True)
    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)


class MembershipSerializer(SchoolRoleSerializer):
    """Who has which role. ``directory``: it comes from a group of the sign-in service and is changed there."""

    username = serializers.CharField(source="user.username", read_only=True)
    source = serializers.ChoiceField(MembershipSource.choices, read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Membership
        fields = ["id", "user", "username", "role", "school", "until", "source"]
        read_only_fields = fields


class UserSerializer(serializers.ModelSerializer[User]):
    """Somebody who signs in, or did."""

    class Meta:
        model = User
        fields = [
            "id",
            "username",
            "first_name",
            "last_name",
            "email",
            "is_active",
            "last_login",
            "date_joined",
            "erased_at",
        ]
        read_only_fields = fields


class RoleSerializer(SchoolRoleSerializer):
    class Meta:
        model = Membership
        fields = ["role", "school", "until"]
        read_only_fields = fields


class AccountSerializer(UserSerializer):
    """Who asks, with which roles and rights; with a token: what it leaves of them."""

    roles = serializers.SerializerMethodField()
    rights = serializers.SerializerMethodField()

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "roles", "rights"]
        read_only_fields = fields

    @extend_schema_field(RoleSerializer(many=True))
    def get_roles(self, person: User) -> Any:
        own = Membership.objects.visible_to(person).filter(user=person).valid().select_related("school")
        return RoleSerializer(own.order_by("role", "pk"), many=True).data

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": Right.values}})
    def get_rights(self, person: User) -> list[str]:
        """With a token less than the person themselves has."""
        return [right.value for right in Right if has_right(self.context["request"].user, right)]


class InvitationSerializer(SchoolRoleSerializer):
    """An open door for one person."""

    created_by = serializers.CharField(source="created_by.username", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "school", "until", "created_by", "created_at", "expires_at"]
        read_only_fields = fields


class NewInvitationSerializer(InvitationSerializer):
    """``link`` is told once: whoever has it gets the role."""

    link = serializers.URLField(read_only=True, allow_null=True)

    class Meta(InvitationSerializer.Meta):
        fields = [*InvitationSerializer.Meta.fields, "link"]
        read_only_fields = fields


@extend_schema_field(OpenApiTypes.INT64)
class PersonField(serializers.PrimaryKeyRelatedField[User]):
    """Somebody that the person asking may see, by id."""

    def get_queryset(self) -> Any:
        return people_visible_to(self.context["request"].user)


class NameInput(StrictSerializer):
    first_name = serializers.CharField(required=False, allow_blank=True, max_length=150)
    last_name = serializers.CharField(required=False, allow_blank=True, max_length=150)


class EraseInput(StrictSerializer):
    """``username`` is repeated so that nobody deletes the wrong person."""

    username = serializers.CharField(max_length=150)
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text="without names: it stays"
    )


class GivenRoleInput(StrictSerializer):
    role = serializers.ChoiceField(Role.choices)
    school = SchoolField(required=False, allow_null=True, help_text="of roles for one school")
    until = serializers.DateField(required=False, allow_null=True, help_text="first day without the role")


class MembershipInput(GivenRoleInput):
    user = PersonField()


class RoleEndInput(StrictSerializer):
    until = serializers.DateField(allow_null=True, help_text="first day without the role; null: it has no end")


class InvitationInput(GivenRoleInput):
    email = serializers.EmailField(max_length=254)


class DataSerializer(serializers.Serializer[Any]):
    """All that is stored about somebody; ``trail``: what the audit trail keeps apart about them."""

    person = serializers.DictField()
    own = serializers.DictField()
    deeds = serializers.DictField()
    trail = serializers.ListField(child=serializers.DictField())
