"""The wider programme. Read by everybody as far as it is published, written by those who publish."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.plan import (
    FigureAsked,
    GivenReason,
    InitiativeChange,
    InitiativeInput,
    InitiativeSerializer,
    MasterPlanInput,
    MasterPlanSerializer,
    NothingInput,
    ObjectiveChange,
    ObjectiveInput,
    ObjectiveSerializer,
    ProgressEntryChange,
    ProgressEntryInput,
    ProgressEntryQuery,
    ProgressEntrySerializer,
    ProposalSerializer,
    PublicFigureSerializer,
    PublicFiguresInput,
)
from api.versions import matching
from api.views.authority import AuthorityMixin
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, OperationView, ReadViewSet, actor
from reports.enums import Wording
from reports.proposals import Proposal, Question, proposal, proposals
from reports.public import public_keys
from rollout import services
from rollout.models import Initiative, MasterPlan, Objective, ProgressEntry, PublicFigure
from rollout.services import FrozenValue
from schools.access import Right

_PUBLISH = dict.fromkeys(("create", "partial_update", "destroy", "publish", "unpublish", "withdraw"), Right.PUBLISH)


class MasterPlanViewSet(AuthorityMixin, CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    serializer_class = MasterPlanSerializer
    inputs = {"create": MasterPlanInput, "partial_update": MasterPlanInput}
    rights = _PUBLISH

    def get_queryset(self) -> QuerySet[MasterPlan]:
        return MasterPlan.objects.visible_to(self.request.user)

    def add(self, data: dict[str, Any]) -> MasterPlan:
        data.pop("reason", None)
        return services.create_plan(by=actor(self.request), **data)

    def change(self, record: MasterPlan, data: dict[str, Any]) -> None:
        services.change_plan(record, **_change(self.request, data))

    def remove(self, record: MasterPlan) -> None:
        """Delete a programme without objectives."""
        services.delete_plan(record, by=actor(self.request))


class ObjectiveViewSet(AuthorityMixin, CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    serializer_class = ObjectiveSerializer
    inputs = {"create": ObjectiveInput, "partial_update": ObjectiveChange}
    rights = _PUBLISH

    def get_queryset(self) -> QuerySet[Objective]:
        return Objective.objects.visible_to(self.request.user)

    def add(self, data: dict[str, Any]) -> Objective:
        data.pop("reason", None)
        return services.create_objective(data.pop("plan"), by=actor(self.request), **data)

    def change(self, record: Objective, data: dict[str, Any]) -> None:
        services.change_objective(record, **_change(self.request, data))

    def remove(self, record: Objective) -> None:
        """Delete an objective that never had a project."""
        services.delete_objective(record, by=actor(self.request))


class _PublishedViewSet(AuthorityMixin, CreateMixin, ChangeMixin, ReadViewSet):
    """Drafts are seen by those who may publish them; what was withdrawn by nobody."""

    rights = _PUBLISH
    publish_one: Any
    unpublish_one: Any
    withdraw_one: Any

    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """From now on everybody may read it, also without signing in where the public page is on."""
        return self._done(type(self).publish_one)

    @action(detail=True, methods=["post"])
    def unpublish(self, request: Request, pk: str) -> Response:
        """Back to a draft."""
        return self._done(type(self).unpublish_one)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Give it up; the audit trail keeps it."""
        return self._done(type(self).withdraw_one)

    def _done(self, service: Any) -> Response:
        record, data = self.get_object(), self.read_input()
        with matching(self.request, record) as current:
            service(current, by=actor(self.request), **data)
        return self.answer(record)


_INPUTS = {"publish": NothingInput, "unpublish": GivenReason, "withdraw": GivenReason}


class InitiativeViewSet(_PublishedViewSet):
    """Projects of the programme."""

    serializer_class = InitiativeSerializer
    inputs = {"create": InitiativeInput, "partial_update": InitiativeChange, **_INPUTS}
    publish_one = services.publish_initiative
    unpublish_one = services.unpublish_initiative
    withdraw_one = services.withdraw_initiative

    def get_queryset(self) -> QuerySet[Initiative]:
        return Initiative.objects.visible_to(self.request.user)

    def add(self, data: dict[str, Any]) -> Initiative:
        """Add a project, not published yet."""
        data.pop("reason", None)
        return services.create_initiative(data.pop("objective"), by=actor(self.request), **data)

    def change(self, record: Initiative, data: dict[str, Any]) -> None:
        services.change_initiative(record, **_change(self.request, data))


class ProgressEntryViewSet(_PublishedViewSet):
    """What was reached, is under way or is planned, the latest first."""

    serializer_class = ProgressEntrySerializer
    queries = {"list": ProgressEntryQuery}
    inputs = {"create": ProgressEntryInput, "partial_update": ProgressEntryChange, **_INPUTS}
    publish_one = services.publish_entry
    unpublish_one = services.unpublish_entry
    withdraw_one = services.withdraw_entry

    def get_queryset(self) -> QuerySet[ProgressEntry]:
        rows: QuerySet[ProgressEntry] = ProgressEntry.objects.visible_to(self.request.user)
        if "initiative" in self.query:
            rows = rows.filter(initiatives=self.query["initiative"])
        if "state" in self.query:
            rows = rows.filter(state=self.query["state"])
        seen = Initiative.objects.visible_to(self.request.user)
        return rows.select_related("act__user").prefetch_related(Prefetch("initiatives", seen))

    def add(self, data: dict[str, Any]) -> ProgressEntry:
        """Write a draft."""
        figure = data.pop("figure", None)
        value = _frozen(figure, self.request.user) if figure else None
        return services.write_entry(data.pop("initiatives"), by=actor(self.request), figure=value, **data)

    def change(self, record: ProgressEntry, data: dict[str, Any]) -> None:
        asks, figure = "figure" in data, data.pop("figure", None)
        services.change_entry(
            record,
            by=actor(self.request),
            initiatives=data.pop("initiatives", None),
            figure=_frozen(figure, self.request.user) if figure else None,
            drops_figure=asks and figure is None,
            reason=data.pop("reason", ""),
            changes=data,
        )


class ProposalView(OperationView):
    """Sentences about the figures that have a value."""

    serializer_class = ProposalSerializer
    queries = {"retrieve": FigureAsked}
    rights = {"retrieve": Right.PUBLISH}

    @extend_schema(responses=ProposalSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What the figures say as of a day, each as an entry that could be written."""
        found = [_proposed(one) for one in proposals(_question(self.query), request.user)]
        return Response(self.get_serializer(found, many=True).data)


class PublicFiguresView(OperationView):
    """The figures that everybody may read, with the values they had when they were chosen."""

    serializer_class = PublicFigureSerializer
    inputs = {"create": PublicFiguresInput}
    rights = {"create": Right.PUBLISH}

    @extend_schema(responses=PublicFigureSerializer(many=True))
    def get(self, request: Request) -> Response:
        """In their order."""
        return Response(self.get_serializer(PublicFigure.objects.visible_to(request.user), many=True).data)

    @extend_schema(responses=PublicFigureSerializer(many=True))
    def post(self, request: Request) -> Response:
        """Choose anew; the order is that of ``keys``."""
        data = self.read_input()
        found = {one.figure.key: one.figure for one in proposals(_question(data), request.user)}
        if missing := [key for key in data["keys"] if key not in found.keys() & public_keys()]:
            text = _("This figure has no value on that day: %(keys)s.") % {"keys": ", ".join(missing)}
            raise ValidationError({"keys": [text]}, "no_value")
        chosen = dict.fromkeys(data["keys"])
        services.choose_public_figures([found[key] for key in chosen], by=actor(request))
        return self.get(request)


def _change(request: Request, data: dict[str, Any]) -> dict[str, Any]:
    return {"by": actor(request), "reason": data.pop("reason", ""), "changes": data}


def _question(asked: Any) -> Question:
    known_at = asked.get("known_at") or timezone.now()
    return Question(asked["as_of"], known_at, asked.get("since"), asked.get("wording") or Wording.EXACT)


def _frozen(asked: Any, user: Any) -> FrozenValue:
    found = proposal(asked["key"], _question(asked), user)
    if found is None:
        raise ValidationError({"figure": [_("This figure has no value on that day.")]}, "no_value")
    return found.figure


def _proposed(one: Proposal) -> dict[str, Any]:
    figure = one.figure
    asked = {"key": figure.key, "as_of": figure.as_of, "known_at": figure.known_at, "wording": one.wording}
    shown = {"label": one.label, "definition": one.definition, "text": one.text, "state": one.state}
    return shown | {"figure": asked | ({"since": figure.since} if figure.since else {})}
