"""Reports: the declared figures of a day, and what goes out as a workbook."""

from datetime import date
from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.parsing import sort_key
from inventory.filters import DeviceAsOfFilter
from inventory.models import Device, DeviceState
from reports.exports import write_devices
from reports.figures import figure_values
from reports.lists import LISTS, ListExport, write_list
from reports.queries import Records, schools_for
from reports.workbooks import write_progress
from rollout.models import Requirement
from schools.access import Right, has_right, has_right_everywhere, require
from schools.models import School
from web.dates import day_context, read_as_of
from web.forms.reports import WorkbookForm
from web.report_reading import known_context, read_known_at, workbook_response


@login_required
def report_list(request: HttpRequest) -> HttpResponse:
    """``?as_of=`` and ``?known_at=`` choose the day and what was known when."""
    require(request.user, Right.EXPORT)
    return _page(request)


@login_required
def report_progress(request: HttpRequest) -> HttpResponse | FileResponse:
    """The progress workbook: ``?as_of=&compare_with=&known_at=&language=``."""
    require(request.user, Right.EXPORT)
    form = _form(request, request.GET, timezone.localdate())
    if not form.is_valid():
        return _page(request, form)
    choices = dict(form.cleaned_data)
    chosen = choices.pop("schools")
    with translation.override(choices.pop("language")):
        file = BytesIO()
        schools = chosen if chosen else schools_for(request.user)
        write_progress(file, now=timezone.now(), schools=schools, reader=request.user, **choices)
        return workbook_response(file, _("progress-%(day)s.xlsx") % {"day": choices["as_of"]})


@login_required
def device_export(request: HttpRequest) -> FileResponse:
    """The whole list of devices with its filters, as of its day."""
    require(request.user, Right.EXPORT)
    day = read_as_of(request)
    states = DeviceState.objects.visible_to(request.user).as_of(day)
    found = DeviceAsOfFilter(request.GET, states, request=request).qs
    file = BytesIO()
    sees_money = has_right(request.user, Right.MONEY)
    viewer = request.user
    write_devices(file, as_of=day, states=found, viewer=viewer, with_prices=sees_money, created=timezone.now())
    return workbook_response(file, _("devices-%(day)s.xlsx") % {"day": day})


@login_required
def list_export(request: HttpRequest, name: str) -> FileResponse:
    """A list of ``reports.lists`` with the filters of its page, as of its day."""
    require(request.user, Right.EXPORT)
    if name not in LISTS:
        raise Http404
    require(request.user, LISTS[name].right)
    day, viewer = read_as_of(request), request.user
    file = BytesIO()
    sees_money = has_right(viewer, Right.MONEY)
    records = _chosen(request, LISTS[name], day)
    write_list(file, name, records, as_of=day, viewer=viewer, with_prices=sees_money, created=timezone.now())
    return workbook_response(file, f"{sort_key(str(LISTS[name].title)).replace(' ', '-')}-{day}.xlsx")


def _chosen(request: HttpRequest, one: ListExport, day: date) -> QuerySet[Any]:
    records = one.records(request.user, day)
    return one.filters(request.GET, records, request=request).qs if one.filters else records


def _page(request: HttpRequest, form: WorkbookForm | None = None) -> HttpResponse:
    day, known_at = read_as_of(request), read_known_at(request)
    records = Records(day, known_at, schools=schools_for(request.user), reader=request.user)
    context: dict[str, Any] = {
        "values": figure_values(records),
        "form": form or _form(request, None, day, initial={"known_at": known_at}),
        "lists": {name: one.title for name, one in LISTS.items() if has_right(request.user, one.right)},
        "is_wide": has_right_everywhere(request.user, Right.EXPORT),
        "devices": Device.objects.visible_to(request.user).count(),
        **known_context(known_at),
        **day_context(day),
    }
    return render(request, "reports/report_list.html", context)


def _form(request: HttpRequest, data: Any, day: date, **options: Any) -> WorkbookForm:
    lines = (
        Requirement.objects.visible_to(request.user)
        .filter(school__isnull=True)
        .order_by("-standard__valid_from", "position")
    )
    keys: dict[str, str] = {}
    for line in lines.filter(standard__valid_from__lte=day):
        keys.setdefault(line.key, line.label)
    schools = School.objects.visible_to(request.user).order_by("sort_key")
    return WorkbookForm(data, day=day, schools=schools, keys=list(keys.items()), **options)
