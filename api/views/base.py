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

from api.idempotency import OnceMixin
from api.pagination import Pages
from api.plain_rows import PlainRows
from api.serializers.fields import StrictSerializer, choose_fields
from api.serializers.queries import AsOfQuery, HistoryQuery
from api.versions import changes_for, etag, matching
from audit.actor import Actor
from audit.enums import Channel
from audit.versions import ChangedMeanwhile, with_version


def actor(request: Request) -> Actor:
    """Who acts, and by which token. Only behind ``IsAuthenticated``."""
    assert request.user.is_authenticated
    return Actor(request.user, Channel.API, via=getattr(request.auth, "name", ""))


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
        """Names of filters, paging and choice of fields."""
        return set()


class InputMixin(OnceMixin, QueryMixin):
    """Reads the body; ``inputs`` and ``outputs`` say per action what comes in and what goes out."""

    #: action → serializer of its body
    inputs: Mapping[str, type[StrictSerializer]] = {}
    #: action → serializer of its answer, where it is another than ``serializer_class``
    outputs: Mapping[str, type[serializers.BaseSerializer[Any]]] = {}

    def get_serializer_class(self) -> Any:
        return self.outputs.get(self.action) or super().get_serializer_class()  # type: ignore[attr-defined, misc]

    def read_input(self) -> dict[str, Any]:
        """What the body says, for the service. PATCH: only what is named, and something must be."""
        request: Request = self.request  # type: ignore[attr-defined]
        is_partial = request.method == "PATCH"
        body = self.inputs[self.action](  # type: ignore[attr-defined]
            data=request.data,
            partial=is_partial,
            context=self.get_serializer_context(),  # type: ignore[attr-defined]
        )
        body.is_valid(raise_exception=True)
        if is_partial and not body.validated_data:
            raise ValidationError(_("Nothing is named that should change."), "nothing_to_change")
        return dict(body.validated_data)


class ReadViewSet(InputMixin, viewsets.ReadOnlyModelViewSet[Any]):
    """A list with filters, pages and choice of fields, and its records with their version.

    ``paged``: the actions that give lists.
    """

    filterset_classes: Sequence[Any] = ()
    lookup_value_regex = "[0-9]{1,18}"
    paged: tuple[str, ...] = ("list",)

    def list_parameters(self) -> set[str]:
        filters = {name for one in self.filterset_classes for name in one.base_filters} if self.action == "list" else ()
        paging = Pages.parameters if self.action in self.paged else ()
        return {"fields", *filters, *paging} if self.request.method == "GET" else set()

    def shows(self, field: str) -> bool:
        """Whether the answer names ``field``: if not, what it takes need not be fetched."""
        asked = self.request.query_params.get("fields")
        return asked is None or field in asked.split(",")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """The serializer, without the fields that ``?fields=`` does not name."""
        serializer = super().get_serializer(*args, **kwargs)
        asked = self.request.query_params.get("fields") if self.request else None
        if asked is not None:
            choose_fields(getattr(serializer, "child", serializer), asked.split(","))
        return serializer

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return with_version(rows) if self.action == "retrieve" else rows

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(self.get_object())

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.paged_answer(self.filter_queryset(self.get_queryset()))

    def paged_answer(self, rows: QuerySet[Any]) -> Response:
        """One page of ``rows``, whatever their order."""
        plain = PlainRows.of(self.get_serializer(), rows, self.column)
        if plain:
            paginator: Any = self.paginator
            page = paginator.paginate_queryset(plain.select(rows), self.request, view=self)
            return self.get_paginated_response([plain.show(row) for row in page])
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    def column(self, path: str) -> str:
        """Where the rows of the list keep what the serializer reads from ``path`` of a record."""
        return path

    def answer(self, record: Model, status: int = 200) -> Response:
        """After a write: the record as it is now, with its version. 204 where it has gone out of sight."""
        current = with_version(self.get_queryset()).filter(pk=record.pk).first()
        return Response(status=204) if current is None else self.shown(current, status)

    def shown(self, record: Any, status: int = 200) -> Response:
        version = getattr(record, "audit_version", None)  # what was so on a past day has none
        headers = {} if version is None else {"ETag": etag(version)}
        return Response(self.get_serializer(record).data, status, headers=headers)

    def overtaken(self, error: ChangedMeanwhile) -> dict[str, Any]:
        """For the answer to who has seen an older version: the record now, and what was done since."""
        found = self.get_queryset().filter(pk=error.record.pk).first()
        shown = self.get_serializer(found)
        restricted: Mapping[str, Any] = getattr(shown, "restricted", {})
        hidden = [name for name, may_read in restricted.items() if not may_read(self.request.user)]
        changes = changes_for(self.request.user, error.entries, hidden)
        return {"current": shown.data if found else None, "changes": list(changes)}


class CreateMixin:
    """``POST`` on the list: ``add`` calls the service. Needs ``inputs["create"]`` and ``rights["create"]``."""

    def add(self, data: dict[str, Any]) -> Model:
        raise NotImplementedError

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        record = self.add(view.read_input())
        answer: Response = view.answer(record, 201)
        key = str(getattr(record, view.lookup_field))
        answer["Location"] = view.reverse_action("detail", kwargs={**view.kwargs, view.lookup_field: key})
        return answer


class ChangeMixin:
    """``PATCH`` on the record, with ``If-Match``: ``change`` calls the service with what is named."""

    def change(self, record: Any, data: dict[str, Any]) -> Any:
        raise NotImplementedError

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        record, data = view.get_object(), view.read_input()
        with matching(request, record) as current:
            self.change(current, data)
        answer: Response = view.answer(record)
        return answer


class DeleteMixin:
    """``DELETE`` on the record, with ``If-Match``: ``remove`` calls the service."""

    def remove(self, record: Any) -> None:
        raise NotImplementedError

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        view: Any = self
        with matching(request, view.get_object()) as current:
            self.remove(current)
        return Response(status=204)


class DatedViewSet(ReadViewSet):
    """Records of today; with ``as_of`` or ``known_at`` the same records as they were then.

    Then the rows are dated states, filtered by the same names, and each is shown as the record it belongs to.
    """

    queries = {"list": AsOfQuery, "retrieve": AsOfQuery, "states": HistoryQuery}
    paged = ("list", "states")
    state_serializer_class: type[serializers.BaseSerializer[Any]]
    #: the state's record
    record: str
    #: of the record, what is dated → where the state keeps it
    dated: Mapping[str, str]

    def today(self) -> QuerySet[Any]:
        """Visible records."""
        raise NotImplementedError

    def history(self) -> Any:
        """Visible dated states."""
        raise NotImplementedError

    def as_it_was(self, state: Any) -> Model:
        """The record with the values of ``state`` instead of today's. Never saved."""
        record: Model = getattr(state, self.record)
        for name, source in self.dated.items():
            setattr(record, name, getattr(state, source))
        return record

    @property
    def _shows_past(self) -> bool:
        return bool(self.query) and self.action == "list"

    def column(self, path: str) -> str:
        if not self._shows_past:
            return path
        first, _, further = path.partition("__")
        # "room_id" is the column of "room", which is dated
        own = self.dated.get(first) or (self.dated.get(first.removesuffix("_id")) and first)
        return "__".join(filter(None, (own, further))) if own else f"{self.record}__{path}"

    def get_queryset(self) -> QuerySet[Any]:
        if not self.query:
            return self.today()
        day = self.query.get("as_of") or timezone.localdate()
        states: QuerySet[Any] = self.history().as_of(day, self.query.get("known_at"))
        return states.order_by(f"-{self.record}_id")

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        return [self.as_it_was(row) for row in page or ()] if self._shows_past else page

    def get_object(self) -> Any:
        if not (self.query and self.action == "retrieve"):
            return super().get_object()
        return self.as_it_was(get_object_or_404(self.get_queryset(), **{self.record: self.kwargs["pk"]}))

    def get_serializer_class(self) -> Any:
        return self.state_serializer_class if self.action == "states" else super().get_serializer_class()

    @action(detail=True)
    def states(self, request: Request, pk: str) -> Response:
        """The history, first day first; with ``?all=1`` also what was believed before."""
        record = get_object_or_404(self.today(), pk=pk)
        states = self.history().filter(**{self.record: record}).select_related("act__user")
        if not self.query["all"]:
            states = states.known()
        return self.paged_answer(states.order_by("valid_from", "recorded_at", "pk"))


#: method → action of views that are no sets
_ACTIONS = {"GET": "retrieve", "HEAD": "retrieve", "POST": "create", "PATCH": "partial_update", "DELETE": "destroy"}


class OperationView(InputMixin, GenericAPIView[Any]):
    """One answer that is neither list nor record."""

    pagination_class = None
    filter_backends = ()

    @property
    def action(self) -> str | None:
        """For tables such as ``queries``; ``None`` for a method that the view does not have."""
        method = getattr(self.request, "method", None) or "GET"
        return _ACTIONS.get(method) if hasattr(self, method.lower()) else None
