"""Two reports compared: figures, and for each the records that make the difference."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.figure_files import write_comparison, write_steps
from reports.trail_reader import told_acts
from schools.access import Right, require
from web.comparison_reading import compare_context, figure_context, figure_in, read_comparison
from web.report_reading import workbook_response


@login_required
def report_compare(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.EXPORT)
    return render(request, "figures/compare.html", compare_context(request))


@login_required
def report_compare_workbook(request: HttpRequest) -> FileResponse:
    require(request.user, Right.EXPORT)
    _form, comparison = read_comparison(request)
    if comparison is None:
        raise Http404
    file = BytesIO()
    write_comparison(file, comparison, comparison.lines(), timezone.now())
    return workbook_response(file, _("comparison-%(day)s.xlsx") % {"day": comparison.asked.as_of})


@login_required
def figure_compare(request: HttpRequest, key: str) -> HttpResponse:
    """One figure in both reports, with the records that entered and left, and by whom they were booked late."""
    require(request.user, Right.EXPORT)
    return render(request, "figures/figure_compare.html", figure_context(request, key))


@login_required
def figure_compare_workbook(request: HttpRequest, key: str) -> FileResponse:
    require(request.user, Right.EXPORT)
    _form, comparison, line = figure_in(request, key)
    file = BytesIO()
    write_steps(file, line.now, comparison.steps(key), told_acts(request.user), timezone.now())
    return workbook_response(file, f"{key}-{comparison.asked.before}-{comparison.asked.as_of}.xlsx")
