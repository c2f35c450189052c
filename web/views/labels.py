"""Printing labels: for devices ticked in a list, all that a filter finds, a delivery, a room, or one device."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.labels import labels_of, write_labels
from schools.access import Right, require
from web.label_reading import REMEMBERED, Asked, label_context
from web.lists import render_list
from web.views.publications import PDF


@login_required
def label_print(request: HttpRequest) -> HttpResponse:
    """The choice stands in the address as for a change of many: ``scope=all`` and filters, or ``device=…``."""
    require(request.user, Right.EXPORT)
    return render_list(request, "labels/label_print.html", "labels/_label_form.html", label_context(request))


@login_required
def label_pdf(request: HttpRequest) -> FileResponse | HttpResponse:
    """What cannot be printed is said on the page before."""
    require(request.user, Right.EXPORT)
    asked = Asked(request)
    if not asked.may_print or asked.sheet is None:
        return redirect(f"{reverse('web:label_print')}?{request.GET.urlencode()}")
    request.session[REMEMBERED] = {"sheet": asked.sheet.pk, "line": asked.line}
    labels = labels_of(asked.devices)
    file = BytesIO(write_labels(asked.sheet, labels, at=timezone.now(), start=asked.start, line=asked.line))
    name = _("labels-%(day)s.pdf") % {"day": timezone.localdate()}
    return FileResponse(file, as_attachment=True, filename=name, content_type=PDF)
