"""Boards of construction works: the timeline of all schools, what is critical, what moved between two days."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from web.lists import render_list
from web.works_boards import compare_context, critical_context, timeline_context


@login_required
def project_timeline(request: HttpRequest) -> HttpResponse:
    return render_list(request, "rollout/project_timeline.html", "rollout/_board.html", timeline_context(request))


@login_required
def project_critical(request: HttpRequest) -> HttpResponse:
    return render(request, "rollout/project_critical.html", critical_context(request))


@login_required
def project_compare(request: HttpRequest) -> HttpResponse:
    return render(request, "rollout/project_compare.html", compare_context(request))
