"""People, roles and invitations, for those who look after people; one's own account for everybody."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.serializers.import_inputs import NothingInput
from api.serializers.users import (
    AccountSerializer,
    DataSerializer,
    EraseInput,
    InvitationInput,
    InvitationSerializer,
    MembershipInput,
    MembershipSerializer,
    NameInput,
    NewInvitationSerializer,
    RoleEndInput,
    UserSerializer,
)
from api.versions import matching
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, ReadViewSet, actor
from schools.access import Right, is_limited, require
from schools.invitations import invite, withdraw_invitation
from schools.models import Invitation, Membership
from schools.people import deactivate_person, people_visible_to, reactivate_person, rename_person
from schools.privacy import data_about, erase_person
from schools.roles import change_role_end, end_role, grant_role
from schools.sign_ins import reset_second_factors


class PeopleViewSet(ReadViewSet):
    """Not visible: 404; visible (oneself), but without the right: 403."""

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if self.action and "pk" in self.kwargs:
            self.record = self.get_object()
            if request.method not in ("GET", "HEAD"):
                require(request.user, Right.USERS)

    def done(self, service: Any, **values: Any) -> Response:
        """What the service did with the record, if it is still the version that was seen."""
        with matching(self.request, self.record) as record:
            service(record, **values, by=actor(self.request))
        return self.answer(record)


class UserViewSet(ChangeMixin, PeopleViewSet):
    serializer_class = UserSerializer
    inputs = {
        "partial_update": NameInput,
        "erase": EraseInput,
        **dict.fromkeys(("deactivate", "reactivate", "reset_factors"), NothingInput),
    }
    outputs = {"stored": DataSerializer}
    rights = {
        "list": Right.USERS,
        **dict.fromkeys(("partial_update", "deactivate", "reactivate", "reset_factors", "erase")),
    }

    def get_queryset(self) -> QuerySet[User]:
        return people_visible_to(self.request.user).order_by("username")

    def change(self, record: User, data: dict[str, Any]) -> None:
        """Corrects the name."""
        _rename(record, data, self.request)

    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """Nobody signs in as this person any more, neither with a session nor with a token that is left."""
        self.read_input()
        return self.done(deactivate_person)

    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: str) -> Response:
        """This person may sign in again, with the roles that are not over."""
        self.read_input()
        return self.done(reactivate_person)

    @action(detail=True, methods=["post"], url_path="reset-factors")
    def reset_factors(self, request: Request, pk: str) -> Response:
        """Removes the second factors of somebody who has lost telephone and keys."""
        self.read_input()
        return self.done(reset_second_factors)

    @action(detail=True, methods=["post"])
    def erase(self, request: Request, pk: str) -> Response:
        """Deletes who somebody is; what they did stays."""
        said = self.read_input()
        if said["username"] != self.record.username:
            raise ValidationError(
                {"username": ValidationError(_("This is not the user name of the person."), "other_name")}
            )
        return self.done(erase_person, reason=said.get("reason", ""))

    @action(detail=True, url_path="data")
    def stored(self, request: Request, pk: str) -> Response:
        """All that is stored about somebody; what they did is told of all schools."""
        _require_unlimited(request)
        return Response(data_about(self.record))


class AccountViewSet(ChangeMixin, ReadViewSet):
    """Who asks, with which roles and rights."""

    serializer_class = AccountSerializer
    inputs = {"partial_update": NameInput}
    rights = {"partial_update": None}

    def get_queryset(self) -> QuerySet[User]:
        return people_visible_to(self.request.user).filter(username=self.request.user.get_username())

    def get_object(self) -> User:
        person: User = self.filter_queryset(self.get_queryset()).get()
        return person

    def change(self, record: User, data: dict[str, Any]) -> None:
        _require_unlimited(self.request)
        _rename(record, data, self.request)


class MembershipViewSet(CreateMixin, ChangeMixin, PeopleViewSet):
    """Who has which role; everybody sees their own."""

    serializer_class = MembershipSerializer
    inputs = {"create": MembershipInput, "partial_update": RoleEndInput, "end": NothingInput}
    rights = {"create": Right.USERS, "partial_update": None, "end": None}

    def get_queryset(self) -> QuerySet[Membership]:
        roles = Membership.objects.visible_to(self.request.user).select_related("user", "school")
        rows: QuerySet[Membership] = roles.order_by("user__username", "pk")
        return rows

    def add(self, data: dict[str, Any]) -> Membership:
        """Gives somebody a role."""
        return grant_role(data.pop("user"), data.pop("role"), **data, by=actor(self.request))

    def change(self, record: Membership, data: dict[str, Any]) -> None:
        """Another first day without the role."""
        change_role_end(record, until=data["until"], by=actor(self.request))

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The role is over at once."""
        self.read_input()
        return self.done(end_role)


class InvitationViewSet(CreateMixin, DeleteMixin, ReadViewSet):
    """Invitations that are open."""

    serializer_class = InvitationSerializer
    inputs = {"create": InvitationInput}
    outputs = {"create": NewInvitationSerializer}
    rights = {"list": Right.USERS, "create": Right.USERS, "destroy": None}
    secrets = frozenset({"link"})

    def get_queryset(self) -> QuerySet[Invitation]:
        found = Invitation.objects.visible_to(self.request.user).open(timezone.now())
        rows: QuerySet[Invitation] = found.select_related("school", "created_by").order_by("-created_at", "-pk")
        return rows

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Invites somebody. The link is told now and never again; a repeated request gets ``null`` for it."""
        said = self.read_input()
        made, plain = invite(said.pop("email"), said.pop("role"), **said, by=actor(request), link=self._link)
        made.link = self._link(plain)  # type: ignore[attr-defined]
        location = self.reverse_action("detail", args=[made.pk])
        return Response(self.get_serializer(made).data, 201, headers={"Location": location})

    def remove(self, record: Invitation) -> None:
        """The link leads nowhere from now on."""
        withdraw_invitation(record, by=actor(self.request))

    def _link(self, plain: str) -> str:
        return self.request.build_absolute_uri(reverse("web:invitation_accept", args=[plain]))


def _require_unlimited(request: Request) -> None:
    """A person belongs to no single school: a token for one neither exports nor renames them."""
    if is_limited(request.user):
        raise PermissionDenied


def _rename(person: User, said: dict[str, Any], request: Request) -> None:
    names = {"first_name": person.first_name, "last_name": person.last_name} | said
    rename_person(person, **names, by=actor(request))
