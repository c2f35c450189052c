"""A figure: its value, what it means, and the records behind it."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reports.figure_files import write_csv, write_workbook
from schools.access import Right, require
from web.figure_reading import Asked
from web.report_reading import workbook_response


@login_required
def figure_detail(request: HttpRequest, key: str) -> HttpResponse:
    """``?as_of=&known_at=&since=``, of the schools of ``?type=`` or ``?school=``."""
    return render(request, "figures/figure_detail.html", Asked(request, key).context())


@login_required
def figure_records(request: HttpRequest, key: str, form: str) -> FileResponse:
    """All records behind the figure as ``xlsx`` or ``csv``."""
    require(request.user, Right.EXPORT)
    asked, file = Asked(request, key), BytesIO()
    name = f"{asked.figure.key}-{asked.day}.{form}"
    if form == "xlsx":
        write_workbook(file, asked.value, asked.behind, timezone.now())
        return workbook_response(file, name)
    if form != "csv":
        raise Http404
    write_csv(file, asked.behind)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
