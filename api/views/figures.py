"""Declared figures, as of any day."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.figures import FiguresSerializer
from api.serializers.queries import FiguresQuery
from api.views.base import OperationView
from reports.figures import figure_values
from reports.queries import Records, schools_for
from schools.models import School


class FiguresView(OperationView):
    serializer_class = FiguresSerializer
    queries = {"retrieve": FiguresQuery}

    def get(self, request: Request) -> Response:
        """Each figure with its value, what it means and what to know about it, for the schools you may see."""
        day = self.query.get("as_of") or timezone.localdate()
        known_at, since = self.query.get("known_at"), self.query.get("since")
        figures = figure_values(Records(day, known_at, since, self._schools(), request.user))
        data = [figure.as_data() for figure in figures]
        report = {"as_of": day, "known_at": known_at, "since": since, "figures": data}
        return Response(self.get_serializer(report).data)

    def _schools(self) -> Any:
        if "school" in self.query:
            return School.objects.visible_to(self.request.user).filter(pk=self.query["school"].pk)
        return schools_for(self.request.user)
