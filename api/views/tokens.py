"""Tokens: one's own, and for those who look after people all of them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.tokens import NewTokenSerializer, TokenInput, TokenSerializer
from api.views.base import CreateMixin, DeleteMixin, ReadViewSet, actor
from schools.access import Right
from schools.models import ApiToken
from schools.tokens import create_token, revoke_token


class TokenViewSet(CreateMixin, DeleteMixin, ReadViewSet):
    serializer_class = TokenSerializer
    inputs = {"create": TokenInput}
    outputs = {"create": NewTokenSerializer}
    rights = {"list": Right.SEE, "create": Right.SEE, "destroy": None}
    secrets = frozenset({"token"})

    def get_queryset(self) -> QuerySet[ApiToken]:
        tokens = ApiToken.objects.visible_to(self.request.user).select_related("user", "school")
        rows: QuerySet[ApiToken] = tokens.order_by("name", "pk")
        return rows

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A token of one's own. Its text is told now and never again; a repeated request gets ``null`` for it."""
        said = self.read_input()
        _require_less(request.auth, said)
        by = actor(request)
        assert by.user is not None
        token, plain = create_token(by.user, **said, by=by)
        token.plain = plain  # type: ignore[attr-defined]
        location = self.reverse_action("detail", args=[token.pk])
        return Response(self.get_serializer(token).data, 201, headers={"Location": location})

    def remove(self, record: ApiToken) -> None:
        """From now on nobody signs in with it."""
        revoke_token(record, by=actor(self.request))


def _require_less(given: Any, said: dict[str, Any]) -> None:
    """Who came with a token gets none that may do more or lasts longer: else a borrowed one would never end."""
    if not isinstance(given, ApiToken):
        return
    ends, wanted = given.expires_at, said["expires_at"]
    is_wider = given.school_id is not None and (said["school"] is None or said["school"].pk != given.school_id)
    if is_wider or (ends is not None and (wanted is None or wanted > ends)):
        raise PermissionDenied(
            _("A token that is made with a token may do no more than that one, and lasts no longer.")
        )
