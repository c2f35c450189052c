"""The schema, and a page on which it can be read and tried."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated


class SchemaView(SpectacularAPIView):
    permission_classes = [IsAuthenticated]
    renderer_classes = [OpenApiJsonRenderer2]


@login_required
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")
