"""Refresh planning: what reaches its lifetime when, and the devices behind each number."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.filters import RefreshFilter
from inventory.models import Device
from reports.refresh import RefreshPlan, RefreshSum, column_label, devices_due, read_refresh
from reports.workbooks.refresh import write_refresh
from schools.access import Right, require
from schools.models import School
from web.lists import PER_PAGE
from web.report_reading import money_tabs, workbook_response


@login_required
def refresh_plan(request: HttpRequest) -> HttpResponse:
    """Per school and year, as of today."""
    require(request.user, Right.MONEY)
    chosen = _chosen(request)
    plan = read_refresh(chosen.qs, timezone.localdate())
    page = Paginator(plan.by_school, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "plan": plan,
        "headings": [column_label(column) for column in plan.columns],
        "page_obj": page,
        "rows": [(school, one, _cells(request, plan, school, one)) for school, one in page],
        "total": [plan.total.by_column.get(column) for column in plan.columns],
        "query": request.GET.urlencode(),
        "tabs": money_tabs("web:refresh_plan"),
    }
    return render(request, "reports/refresh_plan.html", context)


@login_required
def refresh_devices(request: HttpRequest) -> HttpResponse:
    """The devices behind one number: the filters of the page, and ``due``, the column."""
    require(request.user, Right.MONEY)
    day, column = timezone.localdate(), request.GET.get("due", "")
    if column not in RefreshPlan(day, ()).columns:
        raise Http404
    page = Paginator(devices_due(_chosen(request).qs, day, column), PER_PAGE).get_page(request.GET.get("page"))
    visible = Device.objects.visible_to(request.user).with_names()
    devices = visible.in_bulk([pk for pk, _due in page])
    rows = [(devices[pk], due) for pk, due in page if pk in devices]
    context = {"column": column_label(column), "page_obj": page, "rows": rows}
    return render(request, "reports/refresh_devices.html", context)


@login_required
def refresh_workbook(request: HttpRequest) -> FileResponse:
    """The same as a workbook, with the filters of the page."""
    require(request.user, Right.MONEY)
    require(request.user, Right.EXPORT)
    today, file = timezone.localdate(), BytesIO()
    write_refresh(file, read_refresh(_chosen(request).qs, today), now=timezone.now())
    return workbook_response(file, _("refresh-%(day)s.xlsx") % {"day": today})


def _chosen(request: HttpRequest) -> RefreshFilter:
    return RefreshFilter(request.GET, Device.objects.visible_to(request.user), request=request)


def _cells(
    request: HttpRequest, plan: RefreshPlan, school: School | None, one: RefreshSum
) -> list[tuple[str, RefreshSum | None, str]]:
    """Heading, sum and address of the devices behind it, for each column."""
    query = QueryDict(mutable=True)
    for name in ("category", "programme"):
        if value := request.GET.get(name):
            query[name] = value
    query["school"] = school.number if school else "null"
    cells = []
    for column in plan.columns:
        query["due"] = column
        url = f"{reverse('web:refresh_devices')}?{query.urlencode()}"
        cells.append((column_label(column), one.by_column.get(column), url))
    return cells
