"""What came other than ordered or announced: the discrepancy report of a delivery, as page and as workbook."""

from io import BytesIO
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Delivery, Order
from inventory.services.discrepancies import discrepancies, parts_of
from reports.workbooks.delivery import write_discrepancies
from web.report_reading import workbook_response


@login_required
def delivery_report(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(request, pk)
    return render(request, "deliveries/delivery_report.html", {"delivery": delivery, **report_context(delivery)})


@login_required
def delivery_report_workbook(request: HttpRequest, pk: int) -> FileResponse:
    delivery, file = _delivery(request, pk), BytesIO()
    write_discrepancies(file, delivery, discrepancies(delivery), now=timezone.now())
    return workbook_response(file, _("discrepancies-%(pk)s.xlsx") % {"pk": pk})


def report_context(delivery: Delivery) -> dict[str, Any]:
    """``report`` and which ``part`` of how many ``parts`` of its order the delivery is."""
    parts = parts_of(delivery.order)
    return {"report": discrepancies(delivery), "part": parts.index(delivery.pk) + 1, "parts": len(parts)}


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    """Who sees its order: a school sees its devices, not what the authority has to settle with the supplier."""
    visible = Delivery.objects.visible_to(request.user).filter(order__in=Order.objects.visible_to(request.user))
    delivery: Delivery = get_object_or_404(visible.select_related("order", "school"), pk=pk)
    return delivery
