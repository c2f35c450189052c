"""Schools: the list, and one school with all that is known about it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from schools.access import only_school_of
from schools.models import School
from web.completion_reading import school_course, school_outlook
from web.dates import day_context, read_as_of
from web.duties import duties_for
from web.lists import render_list
from web.school_list import school_list_context
from web.school_page import school_context
from web.table_reading import begins_with_view


@login_required
@begins_with_view("schools")
def school_list(request: HttpRequest) -> HttpResponse:
    context = school_list_context(request)
    return render_list(request, "schools/school_list.html", "schools/_school_table.html", context)


@login_required
def school_detail(request: HttpRequest, number: str) -> HttpResponse:
    school = get_object_or_404(School.objects.visible_to(request.user), number=number)
    day = read_as_of(request)
    outlook = school_outlook(request.user, school, day)
    context = school_context(request.user, school, outlook.report) | school_course(request, outlook) | day_context(day)
    if only_school_of(request.user) == school.pk and day == timezone.localdate():
        context["duties"] = duties_for(request.user, day, school)
    return render(request, "schools/school_detail.html", context)
