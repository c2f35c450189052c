"""The schema, a page on which it can be read and tried, and what each problem means."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import PROBLEMS
from api.serializers.fields import ProblemMeaning
from api.views.base import OperationView


class SchemaView(SpectacularAPIView):
    permission_classes = [IsAuthenticated]
    renderer_classes = [OpenApiJsonRenderer2]


class ProblemView(OperationView):
    """What a problem means: its ``type`` leads here."""

    permission_classes = [AllowAny]
    serializer_class = ProblemMeaning

    def get(self, request: Request, code: str) -> Response:
        if code not in PROBLEMS:
            raise Http404
        status, meaning = PROBLEMS[code]
        return Response(ProblemMeaning({"code": code, "status": status, "meaning": meaning}).data)


@login_required
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")
