"""Completion of schools against the equipment standard, as of any day."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.completion import CompletionSerializer
from api.serializers.queries import SchoolAsOfQuery
from api.views.base import OperationView
from rollout.completion import completion
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
