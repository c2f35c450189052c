"""The audit trail: who did what, when, from where and why."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from audit.models import Act
from reports.trail import MOST, write_trail
from reports.trail_reader import reader_for
from schools.access import Right, require
from web.audit_reading import act_context, entry_filter, list_context
from web.lists import render_list
from web.report_reading import XLSX


@login_required
def audit_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.SEE)
    return render_list(request, "audit/audit_list.html", "audit/_act_table.html", list_context(request))


@login_required
def audit_act(request: HttpRequest, pk: int) -> HttpResponse:
    acts = Act.objects.visible_to(request.user).select_related("user", "undoes")
    act: Act = get_object_or_404(acts, pk=pk)
    return render(request, "audit/audit_act.html", act_context(request, act))


@login_required
def audit_export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The entries of the filtered list as a workbook."""
    require(request.user, Right.EXPORT)
    entries, day = entry_filter(request).qs, timezone.localdate()
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        write_trail(file, entries, reader=reader_for(request.user), created=timezone.now())
    except ValueError:
        file.close()
        text = _("A workbook takes up to %(most)s entries; these are more. Narrow them by day, person or kind first.")
        messages.error(request, text % {"most": number_format(MOST, force_grouping=True)})
        return redirect(f"{reverse('web:audit_list')}?{request.GET.urlencode()}")
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_("audit-%(day)s.xlsx") % {"day": day}, content_type=XLSX)
