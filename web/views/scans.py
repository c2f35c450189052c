"""The scan page: scan, scan, scan into one field and stay on the page."""

from pathlib import Path
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.models import Act
from inventory.enums import UNSOLVED
from inventory.models import Scan
from inventory.services import NewScan, record_scans, undo_act
from schools.access import Right, require
from web.actors import actor_of
from web.forms.scans import MOST_CODES, ScanSettingForm, sent_scans
from web.scanning import bounds_of, is_queued, scans_codes

SHOWN = 100


@login_required
@scans_codes
def scan(request: HttpRequest) -> HttpResponse:
    """The setting stands in the address, so that the page can be kept and opened again as it was."""
    require(request.user, Right.SEE)
    if request.method == "POST":
        return _scanned(request)
    form = ScanSettingForm(request.GET if "mode" in request.GET else None, user=request.user)
    form.errors.clear()
    return _page(request, form)


def _scanned(request: HttpRequest) -> HttpResponse:
    form = ScanSettingForm(request.POST, user=request.user)
    scans = sent_scans(request.POST)
    if not form.is_valid():
        return _refused(request, form, scans, _problems_of(form))
    if len(scans) > MOST_CODES:
        text = _("More than %(most)s codes at once: nothing was recorded. Please send them in parts.")
        return _refused(request, form, scans, [text % {"most": MOST_CODES}])
    try:
        setting = form.setting(is_forced=bool(request.POST.get("force")))
        answers = record_scans(scans, setting, by=actor_of(request))
    except ValidationError as error:
        return _refused(request, form, scans, error.messages)
    if is_queued(request):
        return render(request, "scan/_answers.html", {"answers": answers})
    return redirect(f"{request.path}?{_setting_query(request.POST)}")


def _problems_of(form: ScanSettingForm) -> list[str]:
    """With the names of the fields: in the list of scans nobody sees which is meant."""
    return [f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]


def _refused(request: HttpRequest, form: ScanSettingForm, scans: list[NewScan], problems: list[str]) -> HttpResponse:
    """Nothing was recorded, and nothing is lost: the codes are still there."""
    if is_queued(request):
        return HttpResponse(" ".join(problems), status=422, content_type="text/plain; charset=utf-8")
    for problem in problems:
        messages.error(request, problem)
    return _page(request, form, "\n".join(new.code for new in scans))


def _page(request: HttpRequest, form: ScanSettingForm, codes: str = "") -> HttpResponse:
    today = Scan.objects.visible_to(request.user).on_day(*bounds_of(timezone.localdate()))
    is_short = request.GET.get("show") == "problems"
    answers = today.filter(verdict__in=UNSOLVED) if is_short else today
    context = {
        "form": form,
        "codes": codes,
        "answers": answers[:SHOWN],
        "problems": today.filter(verdict__in=UNSOLVED).count(),
        "is_short": is_short,
        "setting": _setting_query(request.GET),
        "key": uuid4(),
    }
    return render(request, "scan/scan.html", context)


def _setting_query(data: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name in ScanSettingForm.base_fields:
        if value := data.get(name):
            kept[name] = str(value)
    return kept.urlencode()


@login_required
@require_POST
def scan_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what a scan changed, with all that was sent together with it."""
    changing = Scan.objects.visible_to(request.user).filter(act__isnull=False).select_related("act")
    mine = get_object_or_404(changing, pk=pk)
    require(request.user, Right.CORRECT)
    try:
        undone = undo_act(cast(Act, mine.act), by=actor_of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        number = len(undone.plan.kept) + len(undone.plan.failed)
        messages.success(request, _("Taken back: %(code)s.") % {"code": mine.code})
        if number:
            text = _("What somebody has changed since stays as it is: %(number)s.")
            messages.warning(request, text % {"number": number})
    return redirect(f"{reverse('web:scan')}?{_setting_query(request.POST)}")


@require_safe
def scan_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps scan pages for when there is no connection; from here it may do so for all pages."""
    script = Path(settings.BASE_DIR) / "static" / "js" / "scan_worker.js"
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return HttpResponse(script.read_bytes(), content_type="text/javascript", headers=headers)
