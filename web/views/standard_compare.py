"""Two versions of the equipment standard side by side, per requirement and per school, and in money."""

from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.queries import schools_for
from reports.standard_comparison import StandardComparison, compare_standards
from reports.workbooks.standard_comparison import write_standard_comparison
from rollout.models import Requirement, Standard
from schools.access import Right, has_right_everywhere, require
from web.dates import day_context, read_as_of
from web.forms.standards import CompareForm
from web.lists import PER_PAGE
from web.report_reading import workbook_response
from web.standards import change_rows, standard_tabs


@login_required
def standard_compare(request: HttpRequest) -> HttpResponse:
    """``?old=&new=``: keys of two versions; at first the one in force and the one after it, else the one before."""
    form = _form(request)
    comparison = _compared(request, form)
    context: dict[str, Any] = {"form": form, "tabs": standard_tabs("web:standard_compare")}
    if comparison:
        page = Paginator(comparison.schools, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"comparison": comparison, "changes": change_rows(comparison.lines), "page_obj": page}
    return render(request, "rollout/standard_compare.html", context | day_context(read_as_of(request)))


@login_required
def standard_compare_workbook(request: HttpRequest) -> HttpResponse | FileResponse:
    require(request.user, Right.EXPORT)
    form = _form(request)
    comparison = _compared(request, form)
    if comparison is None:
        return standard_compare(request)
    file = BytesIO()
    write_standard_comparison(file, comparison, now=timezone.now())
    return workbook_response(file, _("standards-%(day)s.xlsx") % {"day": comparison.day})


def _form(request: HttpRequest) -> CompareForm:
    versions = Standard.objects.visible_to(request.user).order_by("-valid_from")
    chosen = request.GET if {"old", "new"} & request.GET.keys() else _usual(versions)
    return CompareForm(chosen, versions=versions)


def _usual(versions: Any) -> dict[str, Any]:
    """The one in force, and the one after it; where there is none, the one before it comes first."""
    rows = list(versions)
    today = timezone.localdate()
    place = next((at for at, one in enumerate(rows) if one.valid_from <= today), 0)
    pair = rows[place - 1 : place + 1] if place else rows[:2]
    return {"old": pair[-1].pk, "new": pair[0].pk} if pair else {}


def _compared(request: HttpRequest, form: CompareForm) -> StandardComparison | None:
    if not form.is_valid():
        return None
    old, new = form.cleaned_data["old"], form.cleaned_data["new"]
    lines = Requirement.objects.visible_to(request.user).filter(standard__in=[old, new])
    lines = lines.select_related("school").prefetch_related("categories")
    has_money = has_right_everywhere(request.user, Right.MONEY)
    return compare_standards(old, new, read_as_of(request), schools_for(request.user), lines, has_money=has_money)
