"""Completion of schools against the equipment standard, as of any day."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.completion import CompletionSerializer, OutlookQuery, OutlookSerializer
from api.serializers.costs_to_complete import CostsToCompleteSerializer
from api.serializers.order_proposal import OrderProposalQuery, OrderProposalSerializer
from api.serializers.queries import SchoolAsOfQuery
from api.serializers.reports import DayQuery
from api.views.base import OperationView
from reports.costs_to_complete import read_costs
from reports.order_proposal import propose_order
from reports.outlook import Outlook
from rollout.completion import completion, standard_on
from schools.access import Right
from schools.models import School


class CompletionView(OperationView):
    serializer_class = CompletionSerializer
    queries = {"retrieve": SchoolAsOfQuery}

    def get(self, request: Request) -> Response:
        """Required, actual, on the way, gap and grade of each school, with the sentence that explains them."""
        schools = School.objects.visible_to(request.user)
        if "school" in self.query:
            schools = schools.filter(pk=self.query["school"].pk)
        day = self.query.get("as_of") or timezone.localdate()
        report = completion(day, self.query.get("known_at"), schools)
        return Response(self.get_serializer(report).data)


class OutlookView(OperationView):
    serializer_class = OutlookSerializer
    queries = {"retrieve": OutlookQuery}

    def get(self, request: Request) -> Response:
        """City, types and districts; completion month by month; and when each school is complete."""
        asked, today = self.query, timezone.localdate()
        schools = School.objects.visible_to(request.user)
        if "school" in asked:
            schools = schools.filter(pk=asked["school"].pk)
        if asked.get("school_type"):
            schools = schools.filter(school_type=asked["school_type"])
        if asked.get("district"):
            schools = schools.filter(district=asked["district"])
        day = asked.get("as_of") or today
        outlook = Outlook(day, today, schools, asked["level"], asked.get("known_at"))
        return Response(self.get_serializer(outlook, context={"months": asked["months"]}).data)


class OrderProposalView(OperationView):
    serializer_class = OrderProposalSerializer
    queries = {"retrieve": OrderProposalQuery}
    rights = {"retrieve": Right.MONEY}

    def get(self, request: Request) -> Response:
        """What is to be ordered today: per requirement a model and its price, and how many for each school."""
        today = timezone.localdate()
        standard = self.query.get("standard") or standard_on(today)
        return Response(self.get_serializer(propose_order(standard, self.query["level"], today)).data)


class CostsToCompleteView(OperationView):
    serializer_class = CostsToCompleteSerializer
    queries = {"retrieve": DayQuery}
    rights = {"retrieve": Right.MONEY}

    def get(self, request: Request) -> Response:
        """What the devices still cost that the standard requires, basis and target, and which programmes may pay."""
        return Response(self.get_serializer(read_costs(self.query.get("as_of") or timezone.localdate())).data)
