"""The search over all that has a number or a name."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.search import SearchQuery, SearchSerializer
from api.views.base import OperationView
from reports.search import find
from schools.access import Right


class SearchView(OperationView):
    serializer_class = SearchSerializer
    queries = {"retrieve": SearchQuery}
    rights = {"retrieve": Right.SEE}

    def get(self, request: Request) -> Response:
        """Devices, schools, rooms, orders, deliveries and construction sites by number or name."""
        return Response(self.get_serializer(find(self.query["q"], request.user)).data)
