"""Schools: the list, and one school with all that is known about it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from schools.models import School
from web.completion_reading import school_course
from web.dates import day_context, read_as_of
from web.lists import render_list
from web.school_list import school_list_context
from web.school_page import school_context


@login_required
def school_list(request: HttpRequest) -> HttpResponse:
    context = school_list_context(request)
    return render_list(request, "schools/school_list.html", "schools/_school_table.html", context)


@login_required
def school_detail(request: HttpRequest, number: str) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    day = read_as_of(request)
    context = school_context(request.user, school, day) | school_course(request, school, day) | day_context(day)
    return render(request, "schools/school_detail.html", context)
