"""Versions of the equipment standard, their lines, and requirements that are fulfilled by hand."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.schools import ReasonInput
from api.serializers.standards import (
    AttainmentCorrection,
    AttainmentInput,
    AttainmentQuery,
    AttainmentSerializer,
    RequirementChange,
    RequirementInput,
    RequirementQuery,
    RequirementSerializer,
    StandardChange,
    StandardInput,
    StandardSerializer,
    WaiverEnd,
    WaiverInput,
    WaiverQuery,
    WaiverSerializer,
)
from api.views.authority import AuthorityMixin
from api.views.base import ChangeMixin, CreateMixin, DeleteMixin, ReadViewSet, actor
from rollout.models import Attainment, Requirement, Standard, Waiver
from rollout.services import (
    attain,
    change_requirement,
    change_standard,
    correct_attainment,
    create_requirement,
    create_standard_version,
    end_waiver,
    grant_waiver,
    withdraw_attainment,
    withdraw_requirement,
    withdraw_standard,
    withdraw_waiver,
)
from schools.access import Right

_ALL = {"create": Right.STANDARDS, "partial_update": Right.STANDARDS, "destroy": Right.STANDARDS}


class StandardViewSet(AuthorityMixin, CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """Versions, the latest first. In force: the latest whose first day has come."""

    serializer_class = StandardSerializer
    inputs = {"create": StandardInput, "partial_update": StandardChange}
    rights = _ALL

    def get_queryset(self) -> QuerySet[Standard]:
        return Standard.objects.visible_to(self.request.user).order_by("-valid_from", "-pk")

    def add(self, data: dict[str, Any]) -> Standard:
        """Begin a new version with the lines of another one."""
        return create_standard_version(data.pop("based_on"), by=actor(self.request), **data)

    def change(self, record: Standard, data: dict[str, Any]) -> None:
        """Name, committee and day of presentation; the first day while the version is open."""
        change_standard(record, by=actor(self.request), **data)

    def remove(self, record: Standard) -> None:
        """Give up a version that is still open, with its lines."""
        withdraw_standard(record, by=actor(self.request))


class RequirementViewSet(AuthorityMixin, CreateMixin, ChangeMixin, DeleteMixin, ReadViewSet):
    """Lines of the standard; those for one school are seen by that school and the authority."""

    serializer_class = RequirementSerializer
    queries = {"list": RequirementQuery}
    inputs = {"create": RequirementInput, "partial_update": RequirementChange}
    rights = _ALL

    def get_queryset(self) -> QuerySet[Requirement]:
        lines = Requirement.objects.visible_to(self.request.user)
        if "standard" in self.query:
            lines = lines.filter(standard=self.query["standard"])
        lines = lines.select_related("school").prefetch_related("categories")
        return lines.order_by("-standard__valid_from", "standard", "position", "key", "school_type", "pk")

    def add(self, data: dict[str, Any]) -> Requirement:
        """Add a line to an open version."""
        return create_requirement(data.pop("standard"), by=actor(self.request), **data)

    def change(self, record: Requirement, data: dict[str, Any]) -> None:
        """Change a line of an open version, or the wording of any."""
        change_requirement(record, by=actor(self.request), **data)

    def remove(self, record: Requirement) -> None:
        """Take a line out of an open version."""
        withdraw_requirement(record, by=actor(self.request))


class AttainmentViewSet(ReadViewSet):
    """What holds on a day of the requirements that no record of devices or works can answer."""

    serializer_class = AttainmentSerializer
    queries = {"list": AttainmentQuery}
    inputs = {"create": AttainmentInput, "correct": AttainmentCorrection, "withdraw": ReasonInput}
    rights = {"create": Right.BOOK, "correct": Right.CORRECT, "withdraw": Right.CORRECT}
    unversioned = ("correct", "withdraw")

    def get_queryset(self) -> QuerySet[Attainment]:
        facts = Attainment.objects.visible_to(self.request.user).select_related("school", "file")
        return _of_day(facts, self.query, self.action)

    def create(self, request: Request) -> Response:
        """Record from which day on a requirement is fulfilled, or to which extent."""
        data = self.read_input()
        school, key, day = data.pop("school"), data.pop("key"), data.pop("valid_from")
        attain(school, key, on=day, by=actor(request), **data)
        fact = Attainment.objects.visible_to(request.user).as_of(day).get(school=school, key=key)
        return Response(self.get_serializer(fact).data, 201)

    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Supersede an entry that was wrong from the beginning; the answer is the better one."""
        fact, data = self.get_object(), self.read_input()
        correct_attainment(fact, by=actor(request), on=data.pop("valid_from"), **data)
        rows = Attainment.objects.visible_to(request.user).known().filter(school=fact.school, key=fact.key)
        return Response(self.get_serializer(rows.order_by("-recorded_at", "-valid_from").first()).data)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take an entry back: the one before it applies instead."""
        withdraw_attainment(self.get_object(), by=actor(request), **self.read_input())
        return Response(status=204)


class WaiverViewSet(ReadViewSet):
    """Which schools need not meet what on a day, and why."""

    serializer_class = WaiverSerializer
    queries = {"list": WaiverQuery}
    inputs = {"create": WaiverInput, "end": WaiverEnd, "withdraw": ReasonInput}
    rights = dict.fromkeys(("create", "end", "withdraw"), Right.STANDARDS)
    unversioned = ("end", "withdraw")

    def get_queryset(self) -> QuerySet[Waiver]:
        waivers = Waiver.objects.visible_to(self.request.user).select_related("school")
        return _of_day(waivers, self.query, self.action)

    def create(self, request: Request) -> Response:
        data = self.read_input()
        school, key, day = data.pop("school"), data.pop("key"), data.pop("valid_from")
        waiver = grant_waiver(school, key, on=day, by=actor(request), **data)
        return Response(self.get_serializer(waiver).data, 201)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Set another last day; the entry with it is the answer."""
        waiver = end_waiver(self.get_object(), by=actor(request), **self.read_input())
        return Response(self.get_serializer(waiver).data)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back a waiver that should never have been recorded."""
        withdraw_waiver(self.get_object(), by=actor(request), **self.read_input())
        return Response(status=204)


def _of_day(facts: Any, query: dict[str, Any], action_name: str) -> QuerySet[Any]:
    """Of a list what holds on its day; a single entry is any that is believed."""
    if action_name != "list":
        rows: QuerySet[Any] = facts.known()
        return rows
    facts = facts.as_of(query.get("as_of") or timezone.localdate(), query.get("known_at"))
    if "school" in query:
        facts = facts.filter(school=query["school"])
    ordered: QuerySet[Any] = facts.order_by("school__sort_key", "school__number", "key")
    return ordered
