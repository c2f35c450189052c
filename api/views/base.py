"""What all lists and records of the interface have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.serializers.queries import AsOfQuery, HistoryQuery
from audit.actor import Actor
from audit.enums import Channel


def actor(request: Request) -> Actor:
    """Who acts. Only behind ``IsAuthenticated``."""
    assert request.user.is_authenticated
    return Actor(request.user, Channel.API)


class NotThere(APIView):
    """Any other address below the interface: the answer is a problem, not a page."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


class QueryMixin:
    """Reads the address; a parameter that means nothing here is an error."""

    #: action → serializer of its parameters
    queries: Mapping[str, type[serializers.Serializer[Any]]] = {}
    query: dict[str, Any] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        reader = self.queries.get(getattr(self, "action", None) or "")
        own = set(reader().fields) if reader else set()
        unknown = sorted(set(request.query_params) - own - self.list_parameters())
        if unknown:
            message = _("There is no parameter of this name.")
            raise ValidationError({name: [message] for name in unknown}, "unknown_parameter")
        if reader:
            given = {name: value for name, value in request.query_params.items() if name in own}
            parsed = reader(data=given, context={"request": request})
            parsed.is_valid(raise_exception=True)
            self.query = parsed.validated_data

    def list_parameters(self) -> set[str]:
        """Names of filters and paging."""
        return set()


class ReadViewSet(QueryMixin, viewsets.ReadOnlyModelViewSet[Any]):
    """A list with filters and pages, and its records. ``paged``: the actions that give lists."""

    filterset_classes: Sequence[Any] = ()
    lookup_value_regex = "[0-9]{1,18}"
    paged: tuple[str, ...] = ("list",)

    def list_parameters(self) -> set[str]:
        filters = {name for one in self.filterset_classes for name in one.base_filters} if self.action == "list" else ()
        paging = ("page", "page_size") if self.action in self.paged else ()
        return {*filters, *paging}

    def paged_answer(self, rows: QuerySet[Any]) -> Response:
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class DatedViewSet(ReadViewSet):
    """Records of today; with ``as_of`` or ``known_at`` the same records as they were then.

    Then the rows are dated states, filtered by the same names, and each is shown as the record it belongs to.
    """

    queries = {"list": AsOfQuery, "retrieve": AsOfQuery, "states": HistoryQuery}
    paged = ("list", "states")
    state_serializer_class: type[serializers.BaseSerializer[Any]]
    #: foreign key from the state to its record
    owner: str

    def today(self) -> QuerySet[Any]:
        """Visible records."""
        raise NotImplementedError

    def history(self) -> Any:
        """Visible dated states."""
        raise NotImplementedError

    def as_it_was(self, state: Any) -> Model:
        """The record with the values of ``state`` instead of today's. Never saved."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if not self.query:
            return self.today()
        day = self.query.get("as_of") or timezone.localdate()
        states: QuerySet[Any] = self.history().as_of(day, self.query.get("known_at"))
        return states.order_by(f"-{self.owner}")

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        return [self.as_it_was(row) for row in page or ()] if self.query and self.action == "list" else page

    def get_object(self) -> Any:
        if not (self.query and self.action == "retrieve"):
            return super().get_object()
        return self.as_it_was(get_object_or_404(self.get_queryset(), **{self.owner: self.kwargs["pk"]}))

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.state_serializer_class if self.action == "states" else super().get_serializer_class()

    @action(detail=True)
    def states(self, request: Request, pk: str) -> Response:
        """The history, first day first; with ``?all=1`` also what was believed before."""
        record = get_object_or_404(self.today(), pk=pk)
        states = self.history().filter(**{self.owner: record}).select_related("act__user")
        if not self.query["all"]:
            states = states.known()
        return self.paged_answer(states.order_by("valid_from", "recorded_at", "pk"))


class OperationView(QueryMixin, GenericAPIView[Any]):
    """One answer that is neither list nor record."""

    pagination_class = None
    filter_backends = ()
    action = "retrieve"
