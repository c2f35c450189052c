"""Reports about money: cut-off days, proofs of use, what leaves its binding period, what is still to be paid."""

from datetime import date
from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from funding.models import Programme
from inventory.filters import BindingFilter
from inventory.models import Device
from reports.binding_list import BindingList
from reports.costs_to_complete import read_costs
from reports.cut_off import cut_offs, read_cut_off, shortened
from reports.proof_of_use import unfinanced
from reports.workbooks.binding import write_binding
from reports.workbooks.costs_to_complete import write_costs_to_complete
from reports.workbooks.cut_off import amount_labels, write_cut_off
from reports.workbooks.proof_of_use import write_proof
from schools.access import Right, require
from web.binding_reading import bound_projects
from web.dates import day_context, read_as_of
from web.lists import PER_PAGE
from web.report_reading import known_context, money_tabs, read_known_at, workbook_response


@login_required
def cut_off(request: HttpRequest) -> HttpResponse:
    """All programmes as of a day, at first of the last cut-off day; from here their proofs of use."""
    require(request.user, Right.MONEY)
    day, known_at = _cut_off_day(request), read_known_at(request)
    report, labels = read_cut_off(day, known_at), shortened(amount_labels())
    context = {
        "report": report,
        "labels": labels,
        "lines": [(line, list(zip(labels, line.short, strict=True))) for line in report.lines],
        "totals": list(zip(labels, report.short_totals, strict=True)),
        "days": cut_offs(timezone.localdate()),
        "unfinanced": unfinanced(day),
        "tabs": money_tabs("web:cut_off"),
        **known_context(known_at),
        **day_context(day),
    }
    return render(request, "reports/cut_off.html", context)


@login_required
def cut_off_workbook(request: HttpRequest) -> FileResponse:
    _require_file(request)
    day, file = _cut_off_day(request), BytesIO()
    write_cut_off(file, read_cut_off(day, read_known_at(request)), now=timezone.now())
    return workbook_response(file, _("funding-%(day)s.xlsx") % {"day": day})


@login_required
def proof_of_use(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook of one programme: ``?as_of=&known_at=``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    _require_file(request)
    day, file = read_as_of(request), BytesIO()
    write_proof(file, programme, as_of=day, now=timezone.now(), known_at=read_known_at(request))
    name = _("proof-of-use-%(programme)s-%(day)s.xlsx") % {"programme": programme.key, "day": day}
    return workbook_response(file, name)


@login_required
def binding_workbook(request: HttpRequest) -> FileResponse:
    """What leaves its binding period, with the filters of the page. No amount is in it, so schools may have theirs."""
    require(request.user, Right.EXPORT)
    today, file = timezone.localdate(), BytesIO()
    present = Device.objects.visible_to(request.user).present()
    devices = BindingFilter(request.GET, present, request=request, day=today)
    found = BindingList(today, devices.until, devices.qs, bound_projects(request, devices))
    write_binding(file, found, now=timezone.now())
    return workbook_response(file, _("binding-%(day)s.xlsx") % {"day": today})


@login_required
def costs_to_complete(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.MONEY)
    day = read_as_of(request)
    costs = read_costs(day)
    page = Paginator(costs.by_school, PER_PAGE).get_page(request.GET.get("page"))
    context = {"costs": costs, "page_obj": page, "tabs": money_tabs("web:costs_to_complete"), **day_context(day)}
    return render(request, "reports/costs_to_complete.html", context)


@login_required
def costs_to_complete_workbook(request: HttpRequest) -> FileResponse:
    _require_file(request)
    day, file = read_as_of(request), BytesIO()
    write_costs_to_complete(file, read_costs(day), now=timezone.now())
    return workbook_response(file, _("costs-to-complete-%(day)s.xlsx") % {"day": day})


def _require_file(request: HttpRequest) -> None:
    require(request.user, Right.MONEY)
    require(request.user, Right.EXPORT)


def _cut_off_day(request: HttpRequest) -> date:
    return read_as_of(request) if request.GET.get("as_of") else cut_offs(timezone.localdate(), 1)[0]
