"""Planned hand-overs: so many devices at a school in a period, paid by a programme."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.hand_overs import HandOverEnd, HandOverSerializer, HandOversInput, HandOversSerializer
from api.serializers.queries import AsOfQuery
from api.views.base import ReadViewSet, actor
from api.views.costs import at_rows
from inventory.models import PlannedHandOver
from inventory.services.financing import NewHandOver, plan_hand_overs, withdraw_hand_over
from schools.access import Right


class HandOverViewSet(ReadViewSet):
    """What is planned on a day; a school sees what is planned for itself. A plan is replaced, never changed."""

    serializer_class = HandOverSerializer
    queries = {"list": AsOfQuery}
    inputs = {"create": HandOversInput, "withdraw": HandOverEnd}
    outputs = {"create": HandOversSerializer}
    rights = dict.fromkeys(("create", "withdraw"), Right.FUND)
    unversioned = ("withdraw",)

    def get_queryset(self) -> QuerySet[PlannedHandOver]:
        rows: Any = PlannedHandOver.objects.visible_to(self.request.user).select_related("category", "school")
        if self.action == "list":
            day = self.query.get("as_of") or timezone.localdate()
            rows = rows.as_of(day, self.query.get("known_at"))
        else:
            rows = rows.known()
        found: QuerySet[PlannedHandOver] = rows.order_by("due_from", "pk")
        return found

    @extend_schema(responses={201: HandOversSerializer})
    def create(self, request: Request) -> Response:
        """Record plans, all or none."""
        said = self.read_input()
        with at_rows():
            new = [NewHandOver(**row) for row in said.pop("rows")]
            made = plan_hand_overs(new, by=actor(request), **said)
        return Response(self.get_serializer({"rows": made}).data, 201)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Give a plan up, from a day on or altogether."""
        plan, said = self.get_object(), self.read_input()
        withdraw_hand_over(plan, by=actor(request), **said)
        return Response(status=204)
