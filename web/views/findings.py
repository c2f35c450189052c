"""Work-lists: what a list of somebody else says other than our records, and dealing with it."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from imports.comparing import compare_delivery
from imports.enums import FindingDeed, FindingKind, FindingStatus
from imports.filters import FindingFilter
from imports.models import Finding, ImportBatch
from imports.worklist import deal_with_findings
from imports.worklist_book import write_findings
from inventory.models import Delivery
from schools.access import Right, require
from web import uploads
from web.actors import actor_of
from web.changes import sent
from web.forms.findings import CompareForm, DeedForm
from web.lists import PER_PAGE, chips_of, keys_of, render_list
from web.remarks import hint_at_persons

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def import_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What is still open, unless the address asks for something else."""
    batch = _batch(request, pk)
    return _list(request, batch, DeedForm(user=request.user))


@login_required
@require_POST
def import_findings_act(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    form = DeedForm(request.POST, user=request.user)
    chosen = _chosen(request, batch)
    if not form.is_valid() or not _is_done(request, form, chosen):
        return _list(request, batch, form)
    return redirect(_address(batch, _filters(request.POST)))


@login_required
def import_findings_workbook(request: HttpRequest, pk: int) -> FileResponse:
    batch = _batch(request, pk)
    found = FindingFilter(_asked(request.GET), _findings(request, batch), request=request).qs.with_names()
    file = BytesIO()
    write_findings(file, found.iterator(chunk_size=2000), number=found.count(), created=timezone.now())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_("findings-%(pk)s.xlsx") % {"pk": pk}, content_type=XLSX)


@csrf_exempt  # the length is looked at before anything reads the body; _compare then asks for the token
@login_required
def delivery_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """A supplier's list of serial numbers against a delivery."""
    visible = Delivery.objects.visible_to(request.user).select_related("order", "school")
    delivery = get_object_or_404(visible, pk=pk)
    require(request.user, Right.IMPORT)
    if uploads.is_too_large(request, settings.UPLOAD_MAX_BYTES):
        uploads.pass_over(request)
        text = uploads.too_large(settings.UPLOAD_MAX_BYTES // uploads.MEGABYTE)
        return render(request, "imports/too_large.html", {"text": text}, status=413)
    return _compare(request, delivery)


@csrf_protect
def _compare(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CompareForm(*data, max_bytes=settings.UPLOAD_MAX_BYTES)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = compare_delivery(delivery, file, name=file.name, by=actor_of(request))
            return redirect("web:import_findings", batch.pk)
        except ValidationError as error:
            form.add_error("file", ValidationError(error.messages))
    return render(request, "deliveries/delivery_compare.html", {"delivery": delivery, "form": form})


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    batch: ImportBatch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.IMPORT)
    return batch


def _findings(request: HttpRequest, batch: ImportBatch) -> QuerySet[Finding]:
    findings: QuerySet[Finding] = Finding.objects.visible_to(request.user).filter(batch=batch)
    return findings


def _asked(query: QueryDict) -> QueryDict:
    """Without a word about it the open ones are meant."""
    if "status" in query:
        return query
    asked = query.copy()
    asked["status"] = FindingStatus.OPEN.value
    return asked


def _list(request: HttpRequest, batch: ImportBatch, deed: DeedForm) -> HttpResponse:
    query = _asked(request.POST if sent(request) is not None else request.GET)
    found = FindingFilter(_filters(query), _findings(request, batch), request=request)
    context: dict[str, Any] = {
        "batch": batch,
        "filter_form": found.form,
        "page_obj": Paginator(found.qs.with_names(), PER_PAGE).get_page(request.GET.get("page")),
        "chips": chips_of(found.form, _filters(query)),
        "filters": _filters(query),
        "counts": _counts(_findings(request, batch)),
        "deed": deed,
    }
    return render_list(request, "imports/import_findings.html", "imports/_finding_table.html", context)


def _counts(findings: QuerySet[Finding]) -> list[dict[str, Any]]:
    """Per kind: how many are open, and how many there are."""
    is_open = Count("pk", filter=Q(status=FindingStatus.OPEN))
    rows = findings.order_by("kind").values("kind").annotate(open=is_open, all=Count("pk"))
    return [row | {"label": FindingKind(row["kind"]).label} for row in rows]


def _filters(query: QueryDict) -> QueryDict:
    kept = query.copy()
    for name in set(kept) - set(FindingFilter.base_filters):
        del kept[name]
    return kept


def _chosen(request: HttpRequest, batch: ImportBatch) -> QuerySet[Finding]:
    """The ticked rows, or all that the filter finds."""
    findings = _findings(request, batch)
    if request.POST.get("scope") == "all":
        chosen: QuerySet[Finding] = FindingFilter(_filters(request.POST), findings, request=request).qs
        return chosen
    return findings.filter(pk__in=keys_of(request.POST.getlist("finding")))


def _is_done(request: HttpRequest, form: DeedForm, chosen: QuerySet[Finding]) -> bool:
    data = form.cleaned_data
    try:
        number = deal_with_findings(chosen, **data, by=actor_of(request))
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages[:PER_PAGE]))
        return False
    hint_at_persons(request, form)
    return _told(request, data["deed"], number)


def _told(request: HttpRequest, deed: str, number: int) -> bool:
    if not number:
        messages.warning(request, _("Nothing was chosen for which this can be done."))
        return True
    texts: dict[str, str] = {
        FindingDeed.FINISH: ngettext("%(count)d finding is done.", "%(count)d findings are done.", number),
        FindingDeed.REOPEN: ngettext("%(count)d finding is open again.", "%(count)d findings are open again.", number),
        FindingDeed.RELEASE: ngettext(
            "%(count)d device is recorded as not under MDM.", "%(count)d devices are recorded as not under MDM.", number
        ),
        FindingDeed.RECEIVE: ngettext("%(count)d device was created.", "%(count)d devices were created.", number),
    }
    messages.success(request, texts[deed] % {"count": number})
    return True


def _address(batch: ImportBatch, query: QueryDict) -> str:
    return reverse("web:import_findings", args=[batch.pk]) + (f"?{query.urlencode()}" if query else "")
