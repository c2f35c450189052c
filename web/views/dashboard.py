"""The overview of the city: schools × requirements."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from schools.access import only_school_of
from schools.models import School
from web.overview import overview_context


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Whoever looks after one school only begins there."""
    only = only_school_of(request.user)
    if only is not None:
        school = get_object_or_404(School.objects.visible_to(request.user), pk=only)
        return redirect("web:school_detail", school.number)
    return render(request, "dashboard/dashboard.html", overview_context(request))
