"""Completion of schools, types, districts and the city: today, over the years, and when it will be reached."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.workbooks.completion import write_completion, write_completion_csv
from schools.access import Right, require
from web.completion_reading import completion_context, read_outlook
from web.report_reading import workbook_response


@login_required
def completion_overview(request: HttpRequest) -> HttpResponse:
    return render(request, "completion/completion_overview.html", completion_context(request))


@login_required
def completion_workbook(request: HttpRequest) -> FileResponse:
    require(request.user, Right.EXPORT)
    outlook, chosen = read_outlook(request)
    file = BytesIO()
    write_completion(file, outlook, chosen["months"], now=timezone.now())
    return workbook_response(file, _("completion-%(day)s.xlsx") % {"day": outlook.day})


@login_required
def completion_csv(request: HttpRequest) -> FileResponse:
    """A line per school and requirement."""
    require(request.user, Right.EXPORT)
    outlook, _chosen = read_outlook(request)
    file = BytesIO()
    write_completion_csv(file, outlook)
    file.seek(0)
    name = _("completion-%(day)s.csv") % {"day": outlook.day}
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
