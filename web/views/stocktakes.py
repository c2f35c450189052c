"""Stocktakes: the list, opening one, counting by scans, signing off, the report."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.models import Stocktake, StocktakeItem
from inventory.services import NewCount, add_counted, count_devices, open_stocktake, sign_off, uncount
from reports.workbooks.stocktakes import write_stocktake
from schools.access import Right, require, sees_everything
from web.actors import actor_of
from web.changes import sent
from web.forms.scans import MOST_CODES, sent_scans
from web.forms.stocktakes import CountPlaceForm, NewDeviceForm, StocktakeForm
from web.lists import keys_of
from web.report_reading import workbook_response
from web.scanning import is_queued, scans_codes
from web.stocktake_reading import counting_context, items_of, report_context, stocktakes_of


@login_required
def stocktake_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.SEE)
    page = Paginator(stocktakes_of(request), 50).get_page(request.GET.get("page"))
    return render(request, "stocktakes/stocktake_list.html", {"page_obj": page})


@login_required
def stocktake_create(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.BOOK)
    initial = {name: request.GET.get(name) for name in ("school", "room")}
    form = StocktakeForm(sent(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            stocktake = open_stocktake(**form.cleaned_data, by=actor_of(request))
            return redirect("web:stocktake_detail", stocktake.pk)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
    return render(request, "stocktakes/stocktake_create.html", {"form": form})


@login_required
@scans_codes
def stocktake_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which is counted; once it is signed off, and for those who do not count, the report."""
    stocktake = get_object_or_404(stocktakes_of(request), pk=pk)
    if stocktake.is_open:
        return render(request, "stocktakes/stocktake_detail.html", counting_context(request, stocktake))
    return render(request, "stocktakes/stocktake_report.html", report_context(request, stocktake))


@login_required
@require_POST
@scans_codes
def stocktake_count(request: HttpRequest, pk: int) -> HttpResponse:
    stocktake = get_object_or_404(stocktakes_of(request), pk=pk)
    require(request.user, Right.BOOK)
    place = CountPlaceForm(request.POST, user=request.user, stocktake=stocktake)
    scans = sent_scans(request.POST)
    problem = "" if place.is_valid() else _("This room is none of the school.")
    if len(scans) > MOST_CODES:
        text = _("More than %(most)s codes at once: nothing was recorded. Please send them in parts.")
        problem = text % {"most": MOST_CODES}
    if not problem:
        counts = [NewCount(scan.key, scan.code, scan.scanned_at) for scan in scans]
        try:
            answers = count_devices(stocktake, counts, by=actor_of(request), room=place.place())
        except ValidationError as error:
            problem = " ".join(error.messages)
    if is_queued(request):
        if problem:
            return HttpResponse(problem, status=422, content_type="text/plain; charset=utf-8")
        return render(
            request, "stocktakes/_answers.html", {"answers": answers, "stocktake": stocktake, "sees_everything": True}
        )
    if problem:
        messages.error(request, problem)
        context = counting_context(request, stocktake, "\n".join(scan.code for scan in scans))
        return render(request, "stocktakes/stocktake_detail.html", context)
    room = request.POST.get("room", "")
    return redirect(reverse("web:stocktake_detail", args=[pk]) + (f"?room={room}" if room else ""))


@login_required
@require_POST
def stocktake_uncount(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    item = _item(request, pk, item_pk)
    try:
        uncount(item, by=actor_of(request))
        messages.success(request, _("%(item)s counts as not scanned again.") % {"item": item})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("web:stocktake_detail", pk)


@login_required
@require_POST
def stocktake_add(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Make a device of an unknown number; the next one is probably of the same model."""
    item = _item(request, pk, item_pk)
    form = NewDeviceForm(request.POST, user=request.user)
    try:
        if not form.is_valid():
            raise ValidationError(_("Please choose the device model."))
        device = add_counted(item, model=form.cleaned_data["model"], by=actor_of(request))
        request.session["counted_model"] = form.cleaned_data["model"].pk
        messages.success(request, _("%(device)s was recorded.") % {"device": device})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("web:stocktake_detail", pk)


@login_required
def stocktake_sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    stocktake = get_object_or_404(stocktakes_of(request), pk=pk)
    require(request.user, Right.BOOK)
    if request.method == "POST":
        chosen = {name: keys_of(request.POST.getlist(name)) for name in ("lost", "corrected")}
        try:
            sign_off(stocktake, **chosen, by=actor_of(request))
            messages.success(request, _("The stocktake is signed off."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("web:stocktake_detail", pk)
    if not stocktake.is_open:
        return redirect("web:stocktake_detail", pk)
    return render(request, "stocktakes/stocktake_sign_off.html", report_context(request, stocktake))


@login_required
def stocktake_workbook(request: HttpRequest, pk: int) -> FileResponse:
    stocktake = get_object_or_404(stocktakes_of(request), pk=pk)
    require(request.user, Right.EXPORT)
    file = BytesIO()
    items = items_of(request, stocktake)
    write_stocktake(file, stocktake, items, now=timezone.localtime(), is_wide=sees_everything(request.user))
    return workbook_response(file, _("stocktake-%(number)s.xlsx") % {"number": stocktake.pk})


def _item(request: HttpRequest, pk: int, item_pk: int) -> StocktakeItem:
    """An item of a stocktake that the person may see and work in."""
    stocktake: Stocktake = get_object_or_404(Stocktake.objects.visible_to(request.user), pk=pk)
    item: StocktakeItem = get_object_or_404(items_of(request, stocktake).select_related("stocktake"), pk=item_pk)
    require(request.user, Right.BOOK)
    return item
